using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using RdsIamAspire.Hosting.Redirection;

namespace RdsIamAspire.Hosting.References;

/// <summary>Rewrites what a reference to a redirected resource has put into a consumer's environment.</summary>
internal static class RdsRedirection
{
    /// <summary>
    /// Replaces the connection string and every connection property of <paramref name="from"/> by those of <paramref name="to"/>; what is
    /// left of a password is taken out.
    /// </summary>
    internal static void Replace(Dictionary<string, object> variables, IResource from, IResourceWithConnectionString to)
    {
        var newProperties =
            to.GetConnectionProperties().ToDictionary(static p => p.Key.ToUpperInvariant(), static p => p.Value, StringComparer.Ordinal);
        string[] oldProperties = from is IResourceWithConnectionString source
            ? [.. source.GetConnectionProperties().Select(static p => p.Key.ToUpperInvariant())]
            : [];

        foreach (var (key, name) in ConnectionStrings(variables, from))
        {
            variables[key] = new ConnectionStringReference(to, optional: false);
            var prefix = name.Length == 0 ? string.Empty : EncodeName(name) + "_";
            foreach (var property in oldProperties)
            {
                variables.Remove(prefix + property);
            }

            foreach (var (property, value) in newProperties)
            {
                variables[prefix + property] = value;
            }
        }
    }

    /// <summary>Looks, when every reference has been replaced, for what still hands out a password of one of them.</summary>
    /// <exception cref="DistributedApplicationException">A variable still holds the old resource's password.</exception>
    internal static void ThrowIfPasswordIsLeft(Dictionary<string, object> variables, IResource from)
    {
        object[] passwords = [.. MySqlContainer.PasswordsOf(from)];
        foreach (var (key, value) in variables)
        {
            if (passwords.Any(password => Mentions(value, password)))
            {
                throw new DistributedApplicationException(
                    $"Environment variable '{key}' holds the password of '{from.Name}', which logs in with IAM tokens. "
                    + $"Take the variable out, or reference '{from.Name}' with WithReference, which hands out no password.");
            }
        }
    }

    private static (string Key, string Name)[] ConnectionStrings(Dictionary<string, object> variables, IResource from) =>
    [
        .. variables
            .Where(v => v.Value is ConnectionStringReference reference && reference.Resource == from)
            .Select(
                static v => (v.Key, v.Key.StartsWith("ConnectionStrings__", StringComparison.OrdinalIgnoreCase)
                    ? v.Key["ConnectionStrings__".Length..]
                    : string.Empty)),
    ];

    /// <remarks>
    /// As Aspire names the variables of connection properties: letters and digits stay, everything else becomes an underscore.
    /// </remarks>
    private static string EncodeName(string name)
    {
        var encoded = string.Concat(name.Select(static c => char.IsAsciiLetterOrDigit(c) ? char.ToUpperInvariant(c) : '_'));
        return char.IsAsciiDigit(encoded[0]) ? "_" + encoded : encoded;
    }

    private static bool Mentions(object value, object wanted) => Mentions(value, wanted, new(ReferenceEqualityComparer.Instance));

    /// <remarks>
    /// The expression of an <c>AddConnectionString</c> resource is the resource itself, so what was looked at is not looked into again.
    /// </remarks>
    private static bool Mentions(object value, object wanted, HashSet<object> seen) =>
        ReferenceEquals(value, wanted)
        || (seen.Add(value) && value switch
        {
            IResourceWithConnectionString server => Mentions(server.ConnectionStringExpression, wanted, seen),
            ConnectionStringReference reference => Mentions(reference.Resource, wanted, seen),
            ReferenceExpression expression => expression.ValueProviders.Any(v => Mentions(v, wanted, seen)),
            _ => false,
        });
}
