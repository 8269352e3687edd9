using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace RdsIamAspire.Tunnel.Hosting;

/// <summary>Gives <c>ConnectionStrings:NAME</c> the tunnel's connection string; the tunnel begins to listen when it is read.</summary>
internal sealed class TunnelConnectionSource(string name, RdsIamTunnel tunnel) : IConfigurationSource, IConfigurationProvider
{
    private const string Section = "ConnectionStrings";

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    public bool TryGet(string key, out string? value)
    {
        var found = string.Equals(key, ConfigurationPath.Combine(Section, name), StringComparison.OrdinalIgnoreCase);
        value = found ? tunnel.ConnectionString : null;
        return found;
    }

    public void Set(string key, string? value)
    {
        // Not to be set from outside: other providers keep what is.
    }

    public IChangeToken GetReloadToken() => new CancellationChangeToken(CancellationToken.None);

    public void Load()
    {
    }

    public IEnumerable<string> GetChildKeys(IEnumerable<string> earlierKeys, string? parentPath)
    {
        var inSection = string.Equals(parentPath, Section, StringComparison.OrdinalIgnoreCase);
        IEnumerable<string> own = parentPath is null ? [Section] : inSection ? [name] : [];
        return own.Concat(earlierKeys).Order(ConfigurationKeyComparer.Instance);
    }
}
