using System.CommandLine.Completions;
using RdsIamAspire.Cli.CommandLine;
using RdsIamAspire.Tunnel.Endpoints;

namespace RdsIamAspire.Cli.Endpoints;

/// <summary>
/// The names for endpoints: of <c>rds-iam.json</c> in this folder or the nearest one above that has it, and of the person's own file. The
/// project's win.
/// </summary>
internal sealed class EndpointFile
{
    private readonly Dictionary<string, NamedEndpoint> _endpoints = new(StringComparer.Ordinal);

    private EndpointFile(IEnumerable<NamedEndpoint> endpoints)
    {
        foreach (var endpoint in endpoints)
            _endpoints.TryAdd(endpoint.Name, endpoint);
    }

    /// <inheritdoc cref="EndpointFiles.OwnPath"/>
    public static string OwnPath => EndpointFiles.OwnPath;

    /// <summary>All of them, by name.</summary>
    public IReadOnlyList<NamedEndpoint> All => [.. _endpoints.Values.OrderBy(endpoint => endpoint.Name, StringComparer.Ordinal)];

    /// <summary>Reads what is there.</summary>
    /// <exception cref="ToolException">A file has a mistake, or the one that is named is not there.</exception>
    public static EndpointFile Read()
    {
        if (Environment.GetEnvironmentVariable(EndpointFiles.Variable) is { Length: > 0 } named)
            InputFile.Require(EndpointFiles.Variable, named);
        try
        {
            return new(EndpointFiles.Read(Directory.GetCurrentDirectory()));
        }
        catch (EndpointFileException e)
        {
            throw ToolException.Usage(e.Message);
        }
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
}
