using RdsIamAspire.Cli.CommandLine;

// Only the tunnel's admin port listens to metrics; for the rest they would be a fifth of the time that a token takes.
if (args is not ["tunnel", ..])
    AppContext.SetSwitch("System.Diagnostics.Metrics.Meter.IsSupported", false);
return await RdsIamTool.RunAsync(args);
