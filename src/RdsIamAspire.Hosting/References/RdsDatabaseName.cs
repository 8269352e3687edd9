using System.Diagnostics;
using Aspire.Hosting.ApplicationModel;

namespace RdsIamAspire.Hosting.References;

/// <summary>The name of a database as it stands in connection strings, and as it stands in addresses.</summary>
[StackTraceHidden]
internal sealed record RdsDatabaseName(ReferenceExpression Plain, ReferenceExpression Encoded)
{
    /// <summary>MySQL's limit on database names ("Identifier Length Limits", MySQL Reference Manual).</summary>
    private const int MaxLength = 64;

    /// <exception cref="ArgumentException">
    /// The name is empty, longer than 64 characters, ends in a space, cannot stand in a connection string, or is that of one of the
    /// server's own databases.
    /// </exception>
    internal static RdsDatabaseName Literal(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name.Length > MaxLength || name.EndsWith(' ')
            || name.Any(static c => char.IsControl(c) || c is ';' or '\'' or '"' or '`' or '\\' or '/'))
        {
            throw new ArgumentException(
                $"'{name}' cannot be a database here: its name has 1 to {MaxLength} characters, no space at its end, and no quotes, "
                + "semicolons, slashes, "
                + "backslashes or control characters.",
                nameof(name));
        }

        if (RdsGrantRequest.IsSystemDatabase(name))
        {
            throw new ArgumentException(
                $"'{name}' is the server's own database, which no application is granted privileges on: name that of the application.",
                nameof(name));
        }

        return new(ReferenceExpression.Create($"{name}"), ReferenceExpression.Create($"{Uri.EscapeDataString(name)}"));
    }

    /// <summary>The name; null where it is a parameter that has no value.</summary>
    internal Task<string?> GivenAsync(CancellationToken cancellationToken) => GivenValue.ReadAsync(Plain, cancellationToken);

    internal static RdsDatabaseName Of<T>(T value)
        where T : IValueProvider, IManifestExpressionProvider =>
        new(ReferenceExpression.Create($"{value}"), ReferenceExpression.Create($"{value:uri}"));
}
