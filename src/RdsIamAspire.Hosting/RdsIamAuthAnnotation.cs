namespace Aspire.Hosting.ApplicationModel;

/// <summary>Whom references log in as, and what that user may do.</summary>
/// <param name="User">The MySQL user, as written in IAM policies and in <c>CREATE USER</c>; case matters.</param>
/// <param name="Privileges">What the grant script and the local server grant on each database; empty means those of <see cref="RdsIamAspire.RdsGrantRequest.DefaultPrivileges"/>.</param>
internal sealed record RdsIamAuthAnnotation(string User, IReadOnlyList<string> Privileges) : IResourceAnnotation
{
    /// <summary>MySQL's limit on user names ("Account User Names and Passwords", MySQL Reference Manual).</summary>
    internal const int MaxUserLength = 32;

    /// <summary><c>orders_db_app</c> for a resource called <c>orders-db</c>.</summary>
    internal static string DefaultUser(string resourceName)
    {
        var stem = resourceName.Replace('-', '_');
        return stem.Length + 4 > MaxUserLength ? stem[..(MaxUserLength - 4)] + "_app" : stem + "_app";
    }

    internal static RdsIamAuthAnnotation Create(string resourceName, string? user, IEnumerable<string>? privileges)
    {
        user ??= DefaultUser(resourceName);
        if (user.Length is 0 or > MaxUserLength || user.Any(static c => char.IsControl(c) || c is ';' or '\'' or '"' or '`' or '\\'))
        {
            throw new ArgumentException($"'{user}' cannot be the IAM user of '{resourceName}': a MySQL user name has 1 to {MaxUserLength} characters and here no quotes, semicolons, backslashes or control characters.", nameof(user));
        }

        return new(user, [.. privileges ?? []]);
    }
}
