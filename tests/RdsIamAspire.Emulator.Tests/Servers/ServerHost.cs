namespace RdsIamAspire.Emulator.Tests.Servers;

/// <summary>The test program started as a process that owns a server, so that a test can kill it.</summary>
internal static class ServerHost
{
    public const string Argument = "--host-a-server";

    [System.Runtime.CompilerServices.ModuleInitializer]
    [System.Diagnostics.CodeAnalysis.SuppressMessage(
        "Usage",
        "CA2255",
        Justification = "Before the test framework reads the command line.")]
    internal static void Run()
    {
        var arguments = Environment.GetCommandLineArgs();
        var at = Array.IndexOf(arguments, Argument);
        if (at < 0) return;
        try
        {
            var options = new LocalMySqlServerOptions
            {
                Kind = Enum.Parse<LocalMySqlServerKind>(arguments[at + 1]),
                DataVolume = arguments.ElementAtOrDefault(at + 2) is { Length: > 0 } volume ? volume : null,
                ServerArguments = [.. arguments.Skip(at + 3)],
            };
            var server = LocalMySqlServer.StartAsync(options).GetAwaiter().GetResult();
            Console.WriteLine(server.Port);
            Console.WriteLine(server.CaCertificatePath);
        }
        catch (LocalMySqlServerException e)
        {
            Console.WriteLine(e.Message);
            Environment.Exit(3);
        }

        Thread.Sleep(Timeout.Infinite);
    }
}
