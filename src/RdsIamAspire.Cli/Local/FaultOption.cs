using System.Globalization;
using RdsIamAspire.Cli.CommandLine;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Cli.Local;

/// <summary><c>--fault</c>: what goes wrong on demand, from the first login on.</summary>
internal static class FaultOption
{
    public const string Names = "deny-connect|refuse-logins|no-agent|clock-skew=SECONDS|delay=SECONDS|logins-per-second=N";

    private static readonly string[] Known = [.. Names.Split('|').Select(name => name.Split('=')[0])];

    /// <summary>Reads one; what it does is done to a running emulator.</summary>
    /// <exception cref="ToolException">There is no such fault, or its number is none.</exception>
    public static Action<EmulatorFaults> Read(string text)
    {
        var (name, value) = text.Split('=', 2) is [var key, var given] ? (key, given) : (text, null);
        return name switch
        {
            "deny-connect" when value is null => faults => faults.DenyConnect = true,
            "refuse-logins" when value is null => faults => faults.RefuseNewLogins = true,
            "no-agent" when value is null => faults => faults.AgentSilent = true,
            "clock-skew" => Set(-86_400, (faults, seconds) => faults.ClockSkew = TimeSpan.FromSeconds(seconds)),
            "delay" => Set(0, (faults, seconds) => faults.LoginDelay = TimeSpan.FromSeconds(seconds)),
            "logins-per-second" => Set(0, (faults, logins) => faults.MaxLoginsPerSecond = logins),
            _ => throw ToolException.Usage($"--fault '{text}' is no fault{Spelling.Suggestion(name, Known)} (there are:"
                + $" {Names.Replace("|", ", ", StringComparison.Ordinal)})"),
        };

        Action<EmulatorFaults> Set(int least, Action<EmulatorFaults, int> set) =>
            int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least
                && number <= 86_400
                ? faults => set(faults, number)
                : throw ToolException.Usage($"--fault '{text}' needs a whole number from {least} to 86400 after '='");
    }
}
