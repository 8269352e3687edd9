using System.Security.Cryptography;

namespace RdsIamAspire.Emulator;

/// <summary>Random credentials in AWS's shape. Their names say that they are made up, so that nobody takes them for a leak.</summary>
internal static class MadeUpCredentials
{
    private const string KeyIdAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const string SecretAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    // 20, 40 and about 400 characters, as AWS's own have: a column or buffer too short for the real ones is too short for these.
    public static EmulatorPrincipal Create(string arn, string policy, bool temporary) => new()
    {
        AccessKeyId = (temporary ? "ASIALOCAL" : "AKIALOCAL") + RandomNumberGenerator.GetString(KeyIdAlphabet, 11),
        SecretAccessKey = RandomNumberGenerator.GetString(SecretAlphabet, 40),
        SessionToken = temporary ? "IQoJlocal" + RandomNumberGenerator.GetString(SecretAlphabet, 387) + "====" : null,
        Arn = arn,
        Policies = [policy],
    };
}
