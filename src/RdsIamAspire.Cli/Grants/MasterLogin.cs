using System.Text.Json;
using RdsIamAspire.Cli.Aws;
using RdsIamAspire.Cli.CommandLine;

namespace RdsIamAspire.Cli.Grants;

/// <summary>Who makes the users, and with which password.</summary>
/// <param name="User">The user.</param>
/// <param name="Password">The password; null logs in with a token.</param>
internal sealed record MasterLogin(string User, string? Password)
{
    /// <summary>The variable that a password is taken from where nobody can be asked.</summary>
    public const string PasswordVariable = "RDS_IAM_MASTER_PASSWORD";

    /// <summary>From a secret that RDS manages (<c>{"username":…,"password":…}</c>).</summary>
    /// <remarks>Source: Amazon RDS User Guide, "Password management with Amazon RDS and AWS Secrets Manager".</remarks>
    /// <exception cref="ToolException">AWS refuses, or the secret has another form.</exception>
    public static async Task<MasterLogin> FromSecretAsync(AwsApi aws, string secret, CancellationToken cancellationToken)
    {
        using var answer = await aws.JsonAsync("secretsmanager", "secretsmanager.GetSecretValue", new { SecretId = secret },
            cancellationToken);
        try
        {
            using var value = JsonDocument.Parse(answer.RootElement.GetProperty("SecretString").GetString()!);
            return new(value.RootElement.GetProperty("username").GetString()!, value.RootElement.GetProperty("password").GetString()!);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentNullException)
        {
            // What it holds is not repeated.
            throw ToolException.Missing($"the secret '{secret}' has not the form of one that RDS manages: username and password in JSON");
        }
    }

    /// <summary>The password from the environment, else from the person at the terminal, who does not see it.</summary>
    /// <exception cref="ToolException">There is nobody to ask.</exception>
    public static MasterLogin Ask(string user)
    {
        if (Environment.GetEnvironmentVariable(PasswordVariable) is { Length: > 0 } given)
            return new(user, given);
        if (Console.IsInputRedirected)
        {
            throw ToolException.Missing($"the password of '{user}' is not known: export it as {PasswordVariable}, or give"
                + " --master-secret or --master-iam");
        }

        Terminal.Show($"rds-iam: password of '{ShownText.Of(user)}': ");
        var typed = new System.Text.StringBuilder();
        while (Console.ReadKey(intercept: true) is var key && key.Key != ConsoleKey.Enter)
        {
            if (key.Key == ConsoleKey.Backspace && typed.Length > 0)
                typed.Length--;
            else if (!char.IsControl(key.KeyChar))
                typed.Append(key.KeyChar);
        }

        Terminal.Show("\n");
        return new(user, typed.ToString());
    }

    /// <summary>No password.</summary>
    public override string ToString() => User;
}
