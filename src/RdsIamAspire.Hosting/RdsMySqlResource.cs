using System.Diagnostics;
using RdsIamAspire;
using RdsIamAspire.Hosting.Local;
using RdsIamAspire.Hosting.References;
using RdsIamAspire.Tunnel.Endpoints;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>
/// An RDS or Aurora MySQL endpoint (instance, cluster, reader or proxy) that services log in to with IAM tokens.
/// Nothing that it hands to a reference holds a password.
/// </summary>
/// <remarks>
/// In publish mode, and in run mode without <c>RunAsContainer</c> or <c>RunAsLocalServer</c>, host, port and region are those it was
/// given. With <c>RunAsEmulator</c> or one of them they are those of the local server.
/// </remarks>
[AspireExport(ExposeProperties = true)]
[StackTraceHidden]
public sealed class RdsMySqlResource : Resource, IResourceWithConnectionString, IResourceWithWaitSupport
{
    private readonly List<RdsMySqlDatabaseResource> _databases = [];

    /// <summary>Creates the resource; AppHosts call <c>AddRdsMySql</c> instead.</summary>
    /// <param name="name">The name of the resource.</param>
    /// <param name="host">The endpoint's host name.</param>
    /// <param name="port">The endpoint's port.</param>
    /// <param name="region">The AWS region; <see langword="null"/> leaves it to the host name and to the service's own
    /// configuration.</param>
    public RdsMySqlResource(string name, ReferenceExpression host, ReferenceExpression port, ReferenceExpression? region) : base(name)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(port);
        Given = new RdsEndpointValues(host, port, region);
    }

    internal RdsMySqlResource(string name, RdsEndpointValues given) : base(name) => Given = given;

    /// <summary>What services dial: the endpoint's host name, or that of the local server.</summary>
    public ReferenceExpression Host => Cluster?.Host ?? Local?.Host ?? Given.Host;

    /// <summary>The port that goes with <see cref="Host"/>.</summary>
    public ReferenceExpression Port => Cluster?.WriterPort ?? Local?.Port ?? Given.Port;

    /// <summary>The AWS region that tokens are signed for; <see langword="null"/> where it follows from the host name.</summary>
    public ReferenceExpression? Region => Local is { } local ? ReferenceExpression.Create($"{local.Region}") : Given.Region;

    /// <summary>The MySQL user that references log in as.</summary>
    /// <exception cref="DistributedApplicationException"><c>WithRdsIamAuth</c> was not called.</exception>
    public string UserName => Auth.User;

    /// <summary><c>Server=…;Port=…;User ID=…;SslMode=VerifyFull</c>, with <c>SslCa</c> for a local server; never a password.</summary>
    public ReferenceExpression ConnectionStringExpression => RdsReferenceValues.ConnectionString(this, Auth, database: null);

    /// <summary><c>mysql://user@host:port</c>.</summary>
    public ReferenceExpression UriExpression => RdsReferenceValues.Uri(this, Auth, database: null);

    /// <summary><c>jdbc:mysql://host:port/?sslMode=VERIFY_IDENTITY</c>.</summary>
    public ReferenceExpression JdbcConnectionString => RdsReferenceValues.Jdbc(this, database: null);

    /// <summary>Database names by resource name.</summary>
    public IReadOnlyDictionary<string, string> Databases => _databases.ToDictionary(
        static d => d.Name, static d => d.DatabaseName, StringComparer.OrdinalIgnoreCase);

    /// <summary>What the AppHost said of the endpoint on AWS, whatever runs locally.</summary>
    internal RdsEndpointValues Given { get; set; }

    /// <summary>The parameter that was added because no host was given; not asked for where something local runs instead.</summary>
    internal ParameterResource? OwnHostParameter { get; init; }

    /// <summary>What <c>rds-iam.json</c> says of the endpoint that is used in run mode.</summary>
    internal NamedEndpoint? Named { get; set; }

    /// <summary>Who signs, where a profile is named; null takes the AWS SDK's own.</summary>
    internal RdsAwsIdentity? AwsIdentity => Local is null && Named?.AwsProfile is { } profile ? new() { Profile = profile } : null;

    /// <summary>Its tunnels.</summary>
    internal List<RdsTunnelResource> Tunnels { get; } = [];

    /// <summary>The tunnel that leads to an endpoint which this machine cannot dial.</summary>
    internal RdsTunnelResource? Way => Tunnels.Find(static tunnel => tunnel.Via is not null);

    /// <summary>What runs in its place, in run mode only.</summary>
    internal LocalRdsServer? Local { get; set; }

    /// <summary>Whether run mode uses the endpoint on AWS because the AppHost says so.</summary>
    internal bool IsExisting { get; set; }

    /// <summary>For the reader endpoint of a cluster, the writer's; null for every other.</summary>
    internal RdsMySqlResource? Writer { get; init; }

    /// <summary>The reader endpoint of the same cluster, where the AppHost has one.</summary>
    internal RdsMySqlResource? Reader { get; set; }

    /// <summary>The two servers that run in place of a cluster, in run mode only; a reader's is its writer's.</summary>
    internal LocalCluster? Cluster { get; set; }

    internal IReadOnlyList<RdsMySqlDatabaseResource> DatabaseResources => _databases;

    /// <summary>Databases as single consumers see them: with a user of the consumer's own.</summary>
    internal List<RdsMySqlDatabaseResource> ConsumerLogins { get; } = [];

    /// <summary>Whether a consumer of this run logs in as the local server's administrator.</summary>
    internal bool HasAdministrator { get; set; }

    /// <summary>Whether everything that can be referenced has a user to log in as.</summary>
    internal bool HasUsers =>
        OwnAuth is not null
        || (_databases.Count > 0 && _databases.All(static d => d.HasAnnotationOfType<RdsIamAuthAnnotation>()));

    /// <summary>Whom references log in as, where the endpoint says it; a reader's user is its writer's unless it has one.</summary>
    internal RdsIamAuthAnnotation? OwnAuth =>
        this.TryGetLastAnnotation<RdsIamAuthAnnotation>(out var auth) ? auth : Writer?.OwnAuth;

    internal RdsIamAuthAnnotation Auth => OwnAuth
            ?? throw new DistributedApplicationException(
                $"RDS resource '{Name}' has no user to log in as. Call .WithRdsIamAuth(\"user\") on it.");

    internal void AddDatabase(RdsMySqlDatabaseResource database) => _databases.Add(database);

    IEnumerable<KeyValuePair<string, ReferenceExpression>> IResourceWithConnectionString.GetConnectionProperties() =>
        RdsReferenceValues.ConnectionProperties(this, Auth, database: null);
}
