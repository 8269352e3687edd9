using System.ComponentModel;
using System.Diagnostics;
using System.Reflection;

namespace RdsIamAspire.Clients.Tests;

/// <summary>A client in a process of its own, as its user would run it.</summary>
internal sealed record ClientProcess(int ExitCode, string Output, string Errors)
{
    /// <summary>Where the client scripts are.</summary>
    public static string Folder => AppContext.BaseDirectory;

    public static string NodeFolder =>
        typeof(ClientProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(
            attribute => attribute.Key == "NodeFolder").Value!;

    public static async Task<ClientProcess> RunAsync(
        IReadOnlyList<string> command,
        IReadOnlyDictionary<string, string> environment,
        string? input = null,
        string? folder = null,
        CancellationToken cancellationToken = default)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (folder is not null) start.WorkingDirectory = folder;
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        if (input is not null) await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = await process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return new ClientProcess(process.ExitCode, (await output).Trim(), errors.Trim());
    }

    /// <summary>Skips the test where a command does not end well: the client is not here.</summary>
    public static async Task SkipUnlessAsync(string[] probe, string missing, CancellationToken cancellationToken)
    {
        try
        {
            if ((await RunAsync(probe, new Dictionary<string, string>(), cancellationToken: cancellationToken)).ExitCode == 0) return;
        }
        catch (Win32Exception) { }

        Assert.Skip(missing);
    }
}
