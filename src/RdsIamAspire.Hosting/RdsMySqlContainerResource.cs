namespace Aspire.Hosting.ApplicationModel;

/// <summary>The MySQL container that <c>RunAsContainer</c> runs in place of an RDS endpoint.</summary>
[AspireExport]
public sealed class RdsMySqlContainerResource : ContainerResource
{
    internal const string PrimaryEndpointName = "tcp";

    /// <summary>Creates the resource; AppHosts call <c>RunAsContainer</c> instead.</summary>
    /// <param name="name">The name of the resource.</param>
    /// <param name="rootPassword">The root password of the container; only the emulator logs in with it.</param>
    public RdsMySqlContainerResource(string name, ParameterResource rootPassword) : base(name)
    {
        ArgumentNullException.ThrowIfNull(rootPassword);
        RootPassword = rootPassword;
        PrimaryEndpoint = new(this, PrimaryEndpointName);
    }

    /// <summary>Where the server listens.</summary>
    public EndpointReference PrimaryEndpoint { get; }

    internal ParameterResource RootPassword { get; }
}
