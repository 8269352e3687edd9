namespace RdsIamAspire.Provisioning;

/// <summary>
/// What one database user needs on AWS before it can log in with an IAM token: IAM authentication switched on for the
/// resource, and a policy that allows <c>rds-db:connect</c>. The snippets of this namespace are written from it.
/// </summary>
/// <remarks>
/// Rules: "Enabling and disabling IAM database authentication" and "Creating and using an IAM policy for IAM database
/// access", Amazon RDS User Guide.
/// </remarks>
public sealed record RdsIamPlan
{
    /// <summary>Creates a plan.</summary>
    /// <param name="name">What the snippets name their parts after, for example <c>orders-db</c>; letters, digits and hyphens.</param>
    /// <param name="user">The MySQL user that the policy lets in. Case matters to IAM.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is not a name as described, or <paramref name="user"/> is empty.</exception>
    public RdsIamPlan(string name, string user)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrEmpty(user);
        if (!char.IsAsciiLetter(name[0]) || !name.All(static c => char.IsAsciiLetterOrDigit(c) || c == '-'))
        {
            throw new ArgumentException($"'{name}' cannot name CloudFormation, CDK and Terraform parts: begin with a letter and use letters, digits and hyphens.", nameof(name));
        }

        if (user.Any(static c => char.IsControl(c) || c is '"' or '\'' or '$' or '{' or '}'))
        {
            throw new ArgumentException("The user name holds a character (a quote, '$', a brace or a control character) that a policy resource cannot be written with.", nameof(user));
        }

        Name = name;
        User = user;
    }

    /// <summary>What the snippets name their parts after.</summary>
    public string Name { get; }

    /// <summary>The MySQL user that the policy lets in.</summary>
    public string User { get; }

    /// <summary>What kind of endpoint the user logs in to; it decides which resource id the policy names.</summary>
    public RdsResourceKind Kind { get; init; } = RdsResourceKind.Instance;

    /// <summary>The <c>db-</c>, <c>cluster-</c> or <c>prx-</c> id where it is known; the snippets look it up where it is not.</summary>
    public string? ResourceId { get; init; }

    /// <summary>The region where it is known; the snippets use that of the deployment where it is not.</summary>
    public string? Region { get; init; }

    /// <summary>The twelve digits of the account where they are known; the snippets use that of the deployment where they are not.</summary>
    public string? AccountId { get; init; }

    /// <summary><c>OrdersDb</c> for <c>orders-db</c>.</summary>
    internal string PascalName =>
        string.Concat(Name.Split('-', StringSplitOptions.RemoveEmptyEntries).Select(static part => char.ToUpperInvariant(part[0]) + part[1..]));

    /// <summary><c>orders_db</c> for <c>orders-db</c>.</summary>
    internal string SnakeName => Name.Replace('-', '_').ToLowerInvariant();

    /// <summary><c>OrdersApp</c> for <c>orders_app</c>; what cannot stand in an identifier is left out.</summary>
    internal string PascalUser
    {
        get
        {
            var parts = User.Split([.. User.Where(static c => !char.IsAsciiLetterOrDigit(c)).Distinct()], StringSplitOptions.RemoveEmptyEntries);
            return string.Concat(parts.Select(static part => char.ToUpperInvariant(part[0]) + part[1..]));
        }
    }
}
