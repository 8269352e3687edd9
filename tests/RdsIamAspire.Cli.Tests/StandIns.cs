namespace RdsIamAspire.Cli.Tests;

/// <summary>A folder for the PATH with a shell script in place of a program that this machine need not have.</summary>
internal sealed class StandIns : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rds-iam-standin-");

    private StandIns()
    {
    }

    /// <summary>The folder.</summary>
    public string Path => _folder.FullName;

    /// <summary>One program.</summary>
    public static StandIns Of(string program, string script)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "a shell script stands in for the program");
        var made = new StandIns();
        made.Write(program, script);
        return made;
    }

    /// <summary>One more, or another script for one.</summary>
    public void Write(string program, string script)
    {
        var file = System.IO.Path.Combine(Path, program);
        File.WriteAllText(file, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
