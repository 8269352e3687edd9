using RdsIamAspire.Emulator;

namespace RdsIamAspire.Benchmarks.Fleet;

/// <summary>What a process of the fleet is told, on its standard input: nothing of it stands on a command line.</summary>
/// <param name="ConnectionString">The IAM user's, without a password.</param>
/// <param name="Region">The database's.</param>
/// <param name="Principal">Who signs.</param>
/// <param name="Token">The fixed token of the plain driver; null for ours.</param>
/// <param name="Sources">How many data sources this process has.</param>
/// <param name="Pool">How many connections each wants at once.</param>
/// <param name="Patience">After how many seconds a data source that does not serve is given up.</param>
internal sealed record FleetOrder(
    string ConnectionString, string Region, EmulatorPrincipal Principal, string? Token, int Sources, int Pool, int Patience)
{
    /// <summary>Never the token.</summary>
    public override string ToString() => $"{Sources} data sources of {Pool}";
}

/// <summary>What a process of the fleet saw, in milliseconds from when it was told to go; -1 where something never came.</summary>
/// <param name="FirstServed">For each data source when its first request was served.</param>
/// <param name="AllServed">For each data source when all of its requests of that moment were served.</param>
/// <param name="Failures">How many opens failed, as the application saw it.</param>
internal sealed record FleetNews(double[] FirstServed, double[] AllServed, int Failures);
