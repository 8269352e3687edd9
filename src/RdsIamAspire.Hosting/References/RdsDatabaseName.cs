using Aspire.Hosting.ApplicationModel;

namespace RdsIamAspire.Hosting.References;

/// <summary>The name of a database as it stands in connection strings, and as it stands in addresses.</summary>
internal sealed record RdsDatabaseName(ReferenceExpression Plain, ReferenceExpression Encoded)
{
    internal static RdsDatabaseName Literal(string name) =>
        new(ReferenceExpression.Create($"{name}"), ReferenceExpression.Create($"{Uri.EscapeDataString(name)}"));

    internal static RdsDatabaseName Of<T>(T value)
        where T : IValueProvider, IManifestExpressionProvider =>
        new(ReferenceExpression.Create($"{value}"), ReferenceExpression.Create($"{value:uri}"));
}
