namespace RdsIamAspire.Provisioning;

/// <summary>
/// What the users of one endpoint need on AWS before they can log in with IAM tokens: IAM authentication switched on for the
/// resource, and policies that allow <c>rds-db:connect</c>. The snippets of this namespace are written from it.
/// </summary>
/// <remarks>
/// Rules: "Enabling and disabling IAM database authentication" and "Creating and using an IAM policy for IAM database
/// access", Amazon RDS User Guide.
/// </remarks>
public sealed record RdsIamPlan
{
    /// <summary>Creates a plan.</summary>
    /// <param name="name">What the snippets name their parts after, for example <c>orders-db</c>; letters, digits and hyphens.</param>
    /// <param name="users">The MySQL users that the policies let in, at least one. Case matters to IAM.</param>
    /// <exception cref="ArgumentException">
    /// The name is not one as described, there is no user, or a user breaks the rule of <see cref="RdsUserName"/>.
    /// </exception>
    public RdsIamPlan(string name, params IReadOnlyList<string> users)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(users);
        if (!char.IsAsciiLetter(name[0]) || !name.All(static c => char.IsAsciiLetterOrDigit(c) || c == '-'))
        {
            throw new ArgumentException(
                $"'{name}' cannot name CloudFormation, CDK and Terraform parts: begin with a letter and use "
                    + "letters, digits and hyphens.", nameof(name));
        }

        if (users.Count == 0)
        {
            throw new ArgumentException($"'{name}' has no user to let in; give at least one.", nameof(users));
        }

        Name = name;
        Users = [.. users.Select(RdsUserName.Checked).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>What the snippets name their parts after.</summary>
    public string Name { get; }

    /// <summary>The MySQL users that the policies let in, each once.</summary>
    public IReadOnlyList<string> Users { get; }

    /// <summary>
    /// What the users log in to; it decides which resource id a policy names. Null where it is not known: then the snippets take any.
    /// </summary>
    public RdsResourceKind? Kind { get; init; }

    /// <summary>The name of the instance, cluster or proxy on AWS where it is known, for example <c>orders</c>.</summary>
    /// <exception cref="ArgumentException">It has something else than letters, digits and hyphens.</exception>
    public string? Identifier
    {
        get;
        init => field = value is null || (value.Length > 0 && value.All(static c => char.IsAsciiLetterOrDigit(c) || c == '-'))
            ? value
            : throw new ArgumentException(
                $"'{value}' is not the identifier of a database: it has letters, digits and hyphens.",
                nameof(value));
    }

    /// <summary>
    /// The <c>db-</c>, <c>cluster-</c> or <c>prx-</c> id where it is known; the snippets look it up, or ask for it, where it is not.
    /// </summary>
    /// <exception cref="ArgumentException">It is no such id.</exception>
    public string? ResourceId
    {
        get;
        init => field = value is null ? null : new RdsDbUserArn("*", "*", value, "*").ResourceId;
    }

    /// <summary>The region where it is known; the snippets use that of the deployment where it is not.</summary>
    /// <exception cref="ArgumentException">It is not a region.</exception>
    public string? Region
    {
        get;
        init => field = value is null ? null : new RdsDbUserArn(value, "*", "*", "*").Region;
    }

    /// <summary>
    /// The twelve digits of the account where they are known; the snippets use that of the deployment where they are not.
    /// </summary>
    /// <exception cref="ArgumentException">It is not an account id.</exception>
    public string? AccountId
    {
        get;
        init => field = value is null ? null : new RdsDbUserArn("*", value, "*", "*").AccountId;
    }

    /// <summary>
    /// The AWS CLI commands that switch IAM authentication on for a database that is there: one where the kind is known, else one for each
    /// kind, to choose from.
    /// </summary>
    public IReadOnlyList<string> EnableCommands => [.. IamAuthentication.Of(this).Select(kind => kind.Command(Identifier))];

    /// <summary><c>OrdersDb</c> for <c>orders-db</c>.</summary>
    internal string PascalName => Identifiers.Pascal(Name);

    /// <summary><c>orders_db</c> for <c>orders-db</c>.</summary>
    internal string SnakeName => Name.Replace('-', '_').ToLowerInvariant();

    /// <summary>
    /// The users with a name for each that can stand in an identifier, as <c>OrdersApp</c> for <c>orders_app</c>, and that no other user
    /// has.
    /// </summary>
    internal IReadOnlyList<(string User, string Pascal)> PascalUsers => Identifiers.Distinct(Users);
}
