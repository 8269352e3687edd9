using RdsIamAspire.Cli.CommandLine;

return await RdsIamTool.RunAsync(args);
