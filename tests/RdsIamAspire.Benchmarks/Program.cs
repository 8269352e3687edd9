using RdsIamAspire.Benchmarks;
using RdsIamAspire.Benchmarks.Analyzers;
using RdsIamAspire.Benchmarks.Connections;
using RdsIamAspire.Benchmarks.Failover;
using RdsIamAspire.Benchmarks.Fleet;
using RdsIamAspire.Benchmarks.Logins;
using RdsIamAspire.Benchmarks.Soak;
using RdsIamAspire.Benchmarks.Startup;
using RdsIamAspire.Benchmarks.Tokens;
using RdsIamAspire.Benchmarks.TunnelFuzzing;

// Not a figure: it takes as long as it is told, and ends with what went wrong.
if (args is [var only] && SoakAgent.Is(only))
    return await SoakAgent.RunAsync();
if (args is [IdleClients.Argument, var idle])
    return await IdleClients.RunAsync(int.Parse(idle, System.Globalization.CultureInfo.InvariantCulture));
if (args is [ByteRelay.Argument, var leadsTo])
    return await ByteRelay.RunAsync(int.Parse(leadsTo, System.Globalization.CultureInfo.InvariantCulture));
if (args is [BareStreams.Argument, var port, var streams])
{
    return await BareStreams.RunAsync(int.Parse(port, System.Globalization.CultureInfo.InvariantCulture),
        int.Parse(streams, System.Globalization.CultureInfo.InvariantCulture));
}

if (args is [BusyProcess.Argument])
    return await BusyProcess.RunAsync();
if (args is ["tunnel-fuzz", ..])
    return await TunnelFuzz.RunAsync(args);
if (args is ["soak", ..])
    return await Soak.RunAsync(args);
if (args is ["failover", ..])
    return await FailoverBench.RunAsync(args);
if (args is [ColdStartAgent.Argument])
    return await ColdStartAgent.RunAsync();
if (args is [FleetAgent.Argument])
    return await FleetAgent.RunAsync();
if (args is ["fleet", ..])
    return await Fleet.RunAsync(args);

IFigure[] figures =
[
    new CachedTokenFigure(), new TokenMakingFigure(),
    new OpenConnectionFigure(), new ConcurrentLoginsFigure(), new LatencyFigure(),
    new PooledOpenFigure(), new VerifiedOpenFigure(), new ColdStartFigure(),
    new TunnelFigure(), new TunnelUnderLoadFigure(), new TunnelIdleFigure(), new IdleFloorFigure(),
    new StartupFigure(), new AppHostStartFigure(), new AuroraStartFigure(),
    new AnalyzerFigure(), new AnalyzerHitsFigure(), new AnalyzerKeystrokeFigure(), new AnalyzerColdBuildFigure(),
];

if (args is ["--list"])
{
    foreach (var figure in figures)
        Console.WriteLine(figure.Name);
    Console.WriteLine("fleet [--sources N] [--pool N] [--processes N] [--limit N] [--patience SECONDS]");
    Console.WriteLine("tunnel-fuzz [--packets N] [--seed N]");
    Console.WriteLine("soak [--minutes N] [--accidents N] [--seed N]");
    Console.WriteLine("failover [--times N] [--writers N] [--stale-name SECONDS]");
    return 0;
}

var chosen = args.Length == 0 ? figures : [.. figures.Where(f => args.Any(a => f.Name.StartsWith(a, StringComparison.OrdinalIgnoreCase)))];
if (chosen.Length == 0)
{
    Console.Error.WriteLine($"No figure is named {string.Join(" or ", args)}; there are {string.Join(", ", figures.Select(f => f.Name))}.");
    return 2;
}

var lines = new List<string>();
foreach (var figure in chosen)
{
    var line = await figure.MeasureAsync(CancellationToken.None);
    Console.WriteLine($"{figure.Name}: {line}");
    lines.Add($"{figure.Name,-28} {line}");
}

Console.WriteLine();
Console.WriteLine(string.Join(Environment.NewLine, lines));
return 0;
