using RdsIamAspire.Cli.CommandLine;
using RdsIamAspire.Cli.Tokens;

StandardStreams.Open();
// Only the tunnel's admin port listens to metrics; for the rest they would be a fifth of the time that a token takes.
if (args is not ["tunnel", ..])
    AppContext.SetSwitch("System.Diagnostics.Metrics.Meter.IsSupported", false);
if (args is ["token", ..])
    SignerWarmUp.Start();
return await RdsIamTool.RunAsync(args);
