namespace Aspire.Hosting.ApplicationModel;

/// <summary>A container with a page for people beside an RDS endpoint: phpMyAdmin, DbGate.</summary>
[AspireExport]
public sealed class RdsCompanionContainerResource : ContainerResource
{
    internal RdsCompanionContainerResource(string name, RdsMySqlResource endpoint) : base(name) => Endpoint = endpoint;

    /// <summary>The endpoint that it leads to.</summary>
    public RdsMySqlResource Endpoint { get; }
}
