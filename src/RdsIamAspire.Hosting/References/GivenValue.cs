using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using RdsIamAspire.Hosting.Redirection;

namespace RdsIamAspire.Hosting.References;

/// <summary>A value that may be a parameter which nobody has given one yet.</summary>
internal static class GivenValue
{
    /// <summary>A parameter that nobody has given a value, and nobody will in this run, is not waited for longer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>What has to be given for a value, by the names that the AppHost and the environment have for it.</summary>
    internal static IReadOnlyList<(string What, string Variable)> SourcesOf(ReferenceExpression value) =>
        [.. value.ValueProviders.OfType<object>().SelectMany(SourcesOf)];

    private static IEnumerable<(string What, string Variable)> SourcesOf(object provider) => provider switch
    {
        ReferenceExpression inner => SourcesOf(inner),
        ConnectionStringPart part => [($"the connection string '{part.SourceName}'", $"ConnectionStrings__{part.SourceName}")],
        // A shell takes no hyphen in a name, and Aspire reads either (ParameterResourceBuilderExtensions.cs).
        ParameterResource parameter => [($"the parameter '{parameter.Name}'", $"Parameters__{parameter.Name.Replace('-', '_')}")],
        _ => [],
    };

    /// <summary>The value; null where it is a parameter that has none.</summary>
    internal static async Task<string?> ReadAsync(ReferenceExpression value, CancellationToken cancellationToken)
    {
        try
        {
            var text = await value.GetValueAsync(cancellationToken).AsTask().WaitAsync(Patience, cancellationToken).ConfigureAwait(false);
            return string.IsNullOrEmpty(text) ? null : text;
        }
        catch (Exception exception) when (exception is MissingParameterValueException or TimeoutException)
        {
            return null;
        }
    }
}
