using RdsIamAspire.Cli.CommandLine;
using RdsIamAspire.Cli.Doctor;
using RdsIamAspire.Cli.Tokens;

namespace RdsIamAspire.Cli.AppHosts;

/// <summary>What came of a login that an AppHost hands out.</summary>
/// <param name="Resource">The service that has it.</param>
/// <param name="Connection">The connection's name.</param>
/// <param name="Diagnosis">Its steps; null where it was not tried.</param>
/// <param name="NotTried">Why it was not.</param>
internal sealed record HandedOutDiagnosis(string Resource, string Connection, Diagnosis? Diagnosis, string? NotTried);

/// <summary>Tries each login that a running AppHost hands out, with the service's own variables, one after the other.</summary>
internal sealed class AppHostExamination(AspireProgram aspire, string? caFile, string? policy, TimeSpan patience)
{
    /// <summary>Tries them.</summary>
    /// <exception cref="ToolException">No AppHost runs, or it hands out no login by IAM.</exception>
    public async Task<IReadOnlyList<HandedOutDiagnosis>> RunAsync(CancellationToken cancellationToken)
    {
        var asking = aspire.DescribeAsync(cancellationToken);
        await Progress.WhileAsync("asking aspire what runs", asking);
        var json = await asking;
        var logins = HandedOut.Read(json);
        if (logins.Count == 0)
        {
            throw ToolException.Missing("the AppHost runs, and none of its services has a connection to RDS by IAM: reference one"
                + " (AddRdsMySql, WithReference)");
        }

        var results = new List<HandedOutDiagnosis>();
        foreach (var login in logins)
            results.Add(await TryAsync(login, json, cancellationToken));
        return results;
    }

    private async Task<HandedOutDiagnosis> TryAsync(HandedOut login, string json, CancellationToken cancellationToken)
    {
        if (login.InContainer)
        {
            return new(login.Resource, login.Connection, null, $"'{login.Resource}' is a container, and '{login.Text.Host}' a name of its"
                + $" network; in there: aspire logs {login.Resource}");
        }

        var dialled = RdsEndpoint.Parse(login.Text.Host!, login.Text.Port ?? RdsEndpoint.DefaultPort);
        var signFor = login.SignFor is { } other ? RdsEndpoint.Parse(other) : dialled;
        using var identity = ServiceIdentity.Take(login.Environment);
        var diagnosis = await new Examination(new DatabaseTarget(dialled, signFor, login.Text.User!, login.Region),
            caFile ?? login.CaFile, policy, patience).RunAsync(cancellationToken);
        if (diagnosis.Cause is Cause.AccessDenied && HandedOut.ServerAt(json, dialled.Host, dialled.Port) is { } server)
            diagnosis = await WithReasonAsync(diagnosis, server, login.Text.User!, cancellationToken);
        return new(login.Resource, login.Connection, diagnosis, null);
    }

    // The AppHost's emulator writes the reason into its resource's log.
    private async Task<Diagnosis> WithReasonAsync(Diagnosis diagnosis, string server, string user, CancellationToken cancellationToken)
    {
        string log;
        try
        {
            log = await aspire.LogAsync(server, cancellationToken);
        }
        catch (ToolException)
        {
            return diagnosis;
        }

        if (RefusalLine.LastOf(user, log) is not var (_, denial, explanation))
            return diagnosis;
        return diagnosis with
        {
            Findings = [.. diagnosis.Findings, new Finding("emulator", FindingState.Failed, $"{explanation} [{denial}]")],
            Cause = Cause.RefusedByEmulator,
            Problem = $"{explanation} [{denial}]",
            Remedies = [$"docs/access-denied.md has a section on {denial}, with what RDS would write into its log",
                $"its own lines: aspire logs {server}"],
        };
    }
}
