using RdsIamAspire.Hosting.Tunnel;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>
/// A port of the AppHost's own for whatever knows only passwords: tools of people, and services whose library takes nothing but a
/// connection string. Behind it is an IAM login to the endpoint, local or on AWS. In run mode only.
/// </summary>
[AspireExport]
public sealed class RdsTunnelResource
    : Resource, IResourceWithParent<RdsMySqlResource>, IResourceWithConnectionString, IResourceWithWaitSupport
{
    internal RdsTunnelResource(string name, RdsMySqlResource parent, IResourceWithConnectionString target) : base(name)
    {
        Parent = parent;
        Target = target;
        Front = new TunnelFront(this);
    }

    /// <summary>The endpoint that it leads to.</summary>
    public RdsMySqlResource Parent { get; }

    /// <summary>
    /// <c>Server=127.0.0.1;Port=…;User ID=…;Password=…</c>, with a password that lives as long as the AppHost runs; ready once the tunnel
    /// runs. A container gets one that leads out of it. Publishing it is an error: a published service opens a tunnel of its own.
    /// </summary>
    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"{Front}");

    /// <summary>The endpoint, or a database of it, whose user it logs in as.</summary>
    internal IResourceWithConnectionString Target { get; }

    /// <summary>The port to listen on; 0 takes a free one.</summary>
    internal int Port { get; init; }

    /// <summary>The way to an endpoint that this machine cannot dial; null dials it from here.</summary>
    internal string? Via
    {
        get => field ?? Parent.Named?.Via;
        set;
    }

    internal TunnelFront Front { get; }
}
