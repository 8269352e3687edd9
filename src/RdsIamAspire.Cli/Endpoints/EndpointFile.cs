using System.CommandLine.Completions;
using RdsIamAspire.Cli.CommandLine;

namespace RdsIamAspire.Cli.Endpoints;

/// <summary>
/// The names for endpoints: of <c>rds-iam.json</c> in this folder or the nearest one above that has it, and of the person's own file. The
/// project's win.
/// </summary>
internal sealed class EndpointFile
{
    /// <summary>Names another file, in place of both.</summary>
    public const string Variable = "RDS_IAM_CONFIG";

    private const string ProjectFile = "rds-iam.json";

    private readonly Dictionary<string, NamedEndpoint> _endpoints = new(StringComparer.Ordinal);

    private EndpointFile(IEnumerable<NamedEndpoint> endpoints)
    {
        foreach (var endpoint in endpoints)
            _endpoints.TryAdd(endpoint.Name, endpoint);
    }

    /// <summary>The person's own file: in ~/.config (XDG_CONFIG_HOME), on Windows in AppData.</summary>
    public static string OwnPath => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify), "rds-iam",
        "config.json");

    /// <summary>All of them, by name.</summary>
    public IReadOnlyList<NamedEndpoint> All => [.. _endpoints.Values.OrderBy(endpoint => endpoint.Name, StringComparer.Ordinal)];

    /// <summary>Reads what is there.</summary>
    /// <exception cref="ToolException">A file has a mistake, or the one that is named is not there.</exception>
    public static EndpointFile Read()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
        {
            InputFile.Require(Variable, named);
            return new(ReadFile(named, isOwn: true));
        }

        var project = Project();
        return new([
            .. project is null ? [] : ReadFile(project, isOwn: false),
            .. File.Exists(OwnPath) ? ReadFile(OwnPath, isOwn: true) : [],
        ]);
    }

    /// <summary>What a word on the command line stands for; null when it is a host of its own.</summary>
    /// <exception cref="ToolException">It looks like a name and is none.</exception>
    public NamedEndpoint? Find(string word)
    {
        if (_endpoints.TryGetValue(word, out var endpoint))
            return endpoint;
        // A host of one label is rare, a misspelt name is not.
        if (Spelling.Suggestion(word, _endpoints.Keys) is { Length: > 0 } suggestion)
            throw ToolException.Usage($"no endpoint is named '{word}' in {Files()}{suggestion}");
        return null;
    }

    /// <summary>The names that a shell may complete; none where a file has a mistake.</summary>
    public static IEnumerable<CompletionItem> Complete(CompletionContext context)
    {
        try
        {
            return [.. Read().All.Select(endpoint => new CompletionItem(endpoint.Name))];
        }
        catch (Exception e) when (e is ToolException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private string Files() => string.Join(" or ", _endpoints.Values.Select(endpoint => $"'{endpoint.File}'").Distinct());

    private static IReadOnlyList<NamedEndpoint> ReadFile(string path, bool isOwn) =>
        EndpointFileReader.Read(path, File.ReadAllText(path), isOwn);

    private static string? Project()
    {
        for (var folder = new DirectoryInfo(Directory.GetCurrentDirectory()); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, ProjectFile);
            if (File.Exists(file))
                return file;
        }

        return null;
    }
}
