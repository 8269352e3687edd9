using System.Text.Json;
using System.Text.Json.Nodes;

namespace RdsIamAspire.TestSupport.Ways;

/// <summary>Stand-ins for <c>aws</c> and <c>session-manager-plugin</c>, with what they believe of AWS and what they were asked.</summary>
public sealed class AwsStandIn : IDisposable
{
    public const string Instance = "i-0123456789abcdef0";

    private readonly string _folder = Directory.CreateTempSubdirectory("rds-iam-aws-").FullName;

    /// <summary>Both; skips the test where there is no Python to run them.</summary>
    public AwsStandIn(bool hasPlugin = true)
    {
        Assert.SkipUnless(OnPath("python3"), "there is no python3 on this machine");
        Directory.CreateDirectory(Programs);
        foreach (var name in (string[])["aws", "session-manager-plugin"])
        {
            if (name != "aws" && !hasPlugin)
                continue;
            var program = Path.Combine(Programs, name);
            File.Copy(Path.Combine(AppContext.BaseDirectory, "Ways", "programs", name), program);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        State = new JsonObject { ["instances"] = new JsonObject { [Instance] = new JsonObject() }, ["hosts"] = new JsonObject() };
        Save();
    }

    /// <summary>A folder to put before the PATH.</summary>
    public string Programs => Path.Combine(_folder, "bin");

    /// <summary>The value of WAY_STATE.</summary>
    public string Folder => _folder;

    /// <summary>What the programs believe: instances, tasks, hosts, ssh.</summary>
    public JsonObject State { get; }

    /// <summary>Each command line of <c>aws</c>, without the program.</summary>
    public IReadOnlyList<string[]> Calls => Lines("calls").Select(line => JsonSerializer.Deserialize<string[]>(line)!).ToList();

    /// <summary>The processes of the sessions that were opened.</summary>
    public IReadOnlyList<int> Sessions => Lines("sessions").Select(int.Parse).ToList();

    /// <summary>A host that the machine on the way reaches.</summary>
    public AwsStandIn Leads(string endpoint, string host, int port)
    {
        State["hosts"]![endpoint] = new JsonArray(host, port);
        return Save();
    }

    /// <summary>Tells the programs of a change of <see cref="State"/>.</summary>
    public AwsStandIn Save()
    {
        File.WriteAllText(Path.Combine(_folder, "state.new"), State.ToJsonString());
        File.Move(Path.Combine(_folder, "state.new"), Path.Combine(_folder, "state.json"), overwrite: true);
        return this;
    }

    /// <summary>Whether a process is there.</summary>
    public static bool IsAlive(int process) => Directory.Exists($"/proc/{process}")
        && !File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string[] Lines(string file) =>
        File.Exists(Path.Combine(_folder, file)) ? File.ReadAllLines(Path.Combine(_folder, file)) : [];

    private static bool OnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, program)));
}
