namespace RdsIamAspire;

/// <summary>
/// The one rule for the name of a database user that logs in with IAM: MySQL, an IAM policy and a grant script all have to carry it.
/// </summary>
/// <remarks>
/// Sources: MySQL Reference Manual, "Account User Names and Passwords" (32 characters); IAM User Guide, "IAM JSON policy elements:
/// Resource" (<c>*</c>, <c>?</c> and <c>${…}</c> mean something there); Amazon RDS User Guide, "Creating and using an IAM policy for IAM
/// database access" (no <c>@host</c>).
/// </remarks>
public static class RdsUserName
{
    /// <summary>MySQL's limit on user names, in characters.</summary>
    public const int MaxLength = 32;

    /// <summary>The rule as the end of a sentence that names the user.</summary>
    public const string Rule = "a database user that logs in with IAM has 1 to 32 of the letters a to z and A to Z, "
        + "digits, '_', '-' and '.'";

    private static readonly System.Buffers.SearchValues<char> Characters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");

    /// <summary>Whether both MySQL and an ARN take the name as it is.</summary>
    /// <param name="name">The user's name, without a host.</param>
    public static bool IsValid(string? name) => name is { Length: > 0 and <= MaxLength } && name.AsSpan().IndexOfAnyExcept(Characters) < 0;

    /// <summary>Checks a name.</summary>
    /// <param name="name">The user's name, without a host.</param>
    /// <returns>The same name.</returns>
    /// <exception cref="ArgumentException">The name breaks the rule; the message says it.</exception>
    public static string Checked(string? name) =>
        IsValid(name) ? name! : throw new ArgumentException($"'{name}' is not a user name here: {Rule}.", nameof(name));
}
