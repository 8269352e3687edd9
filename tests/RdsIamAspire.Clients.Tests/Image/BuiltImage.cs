using System.ComponentModel;

namespace RdsIamAspire.Clients.Tests.Image;

/// <summary>The image of this tree's sources, made by eng/image.sh unless it is there (eng/ci-setup.sh makes it ahead).</summary>
internal static class BuiltImage
{
    private const string Base = "rds-iam-mysql:9.7";

    private static readonly Lazy<Task<(string? Image, string? Missing)>> Made = new(MakeAsync);

    /// <summary>The project's root.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Its id; skips the test where there is no Docker, or no base for it.</summary>
    public static async Task<string> RequireAsync()
    {
        var (image, missing) = await Made.Value;
        if (missing is not null) Assert.Skip(missing);
        return image!;
    }

    private static async Task<(string? Image, string? Missing)> MakeAsync()
    {
        if (Environment.GetEnvironmentVariable(Emulator.LocalMySqlServer.KindVariable) is "mysqld")
            return (null, "RDS_IAM_SERVER is mysqld: no container is wanted");
        var nothing = new Dictionary<string, string>();
        try
        {
            var probe = await ClientProcess.RunAsync(["docker", "image", "inspect", Base], nothing);
            if (probe.ExitCode != 0)
                return (null, $"no Docker engine with the image {Base} here (eng/mysql-image.sh makes it)");
        }
        catch (Win32Exception)
        {
            return (null, "the docker command line is not here");
        }

        var made = await ClientProcess.RunAsync([Path.Combine(Root, "eng", "image.sh"), "--base", Base, "--id"], nothing);
        return made.ExitCode == 0 ? (made.Output, null) : throw new InvalidOperationException($"eng/image.sh: {made.Errors}");
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "RdsIamAspire.sln")))
            folder = Path.GetDirectoryName(folder)
                ?? throw new InvalidOperationException($"The sources are not above {AppContext.BaseDirectory}.");
        return folder;
    }
}
