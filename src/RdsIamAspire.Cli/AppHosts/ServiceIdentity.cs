namespace RdsIamAspire.Cli.AppHosts;

/// <summary>A service's AWS variables in place of this process's, so that it signs as the service does; put back at the end.</summary>
internal sealed class ServiceIdentity : IDisposable
{
    private readonly Dictionary<string, string?> _before = [];

    private ServiceIdentity(IReadOnlyDictionary<string, string> environment)
    {
        // What the service does not have it inherits from the AppHost, as a rule this same shell's; but for what would win over its keys.
        foreach (var (name, value) in environment.Where(pair => IsAws(pair.Key)))
            Set(name, value);
        if (environment.ContainsKey("AWS_ACCESS_KEY_ID"))
        {
            foreach (var other in (string[])["AWS_PROFILE", "AWS_SESSION_TOKEN"])
            {
                if (!environment.ContainsKey(other))
                    Set(other, null);
            }
        }
    }

    /// <summary>Takes them, until the returned object is disposed of.</summary>
    public static ServiceIdentity Take(IReadOnlyDictionary<string, string> environment) => new(environment);

    public void Dispose()
    {
        foreach (var (name, value) in _before)
            Environment.SetEnvironmentVariable(name, value);
    }

    private static bool IsAws(string name) =>
        name.StartsWith("AWS_", StringComparison.OrdinalIgnoreCase) || name == RdsCaBundleStore.EnvironmentVariable;

    private void Set(string name, string? value)
    {
        _before[name] = Environment.GetEnvironmentVariable(name);
        Environment.SetEnvironmentVariable(name, value);
    }
}
