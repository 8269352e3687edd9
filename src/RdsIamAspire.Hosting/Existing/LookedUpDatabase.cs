using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using RdsIamAspire.Hosting.References;

namespace RdsIamAspire.Hosting.Existing;

/// <summary>A DB instance or cluster that AWS is asked for once, when the first value of it is needed.</summary>
internal sealed class LookedUpDatabase
{
    private readonly string _identifier;
    private readonly Lazy<Task<RdsDatabase>> _found;

    internal LookedUpDatabase(string identifier, string? region)
    {
        _identifier = identifier;
        _found = new(() => RdsDatabase.FindAsync(identifier, region));
    }

    internal RdsEndpointValues Values => new(
        ReferenceExpression.Create($"{new Part(this, static d => d.Endpoint.Host)}"),
        ReferenceExpression.Create($"{new Part(this, static d => d.Endpoint.Port.ToString(CultureInfo.InvariantCulture))}"),
        ReferenceExpression.Create($"{new Part(this, static d => d.Region)}"))
    {
        LookUpResourceId = async cancellationToken => (await _found.Value.WaitAsync(cancellationToken).ConfigureAwait(false)).ResourceId,
    };

    private sealed class Part(LookedUpDatabase owner, Func<RdsDatabase, string> read) : IValueProvider, IManifestExpressionProvider
    {
        string IManifestExpressionProvider.ValueExpression => $"{{{owner._identifier}}}";

        public async ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) =>
            read(await owner._found.Value.WaitAsync(cancellationToken).ConfigureAwait(false));
    }
}
