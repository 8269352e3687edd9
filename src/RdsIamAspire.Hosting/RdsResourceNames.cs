using System.Diagnostics;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>
/// Resources that an endpoint brings with it are named after it. What is wrong with such a name is said of the name that the AppHost
/// wrote.
/// </summary>
[StackTraceHidden]
internal static class RdsResourceNames
{
    internal const string Server = "-server";
    internal const string SecondServer = "-server-2";
    internal const string Host = "-host";
    internal const string Endpoint = "-rds";

    /// <summary>The longest that follows the endpoint's own name: <c>-server-password</c>.</summary>
    private const int LongestSuffix = 16;

    /// <summary>Aspire's limit on resource names (ModelName.cs of Aspire.Hosting).</summary>
    private const int MaxLength = 64;

    /// <summary>The name of a resource that goes with <paramref name="name"/>.</summary>
    /// <exception cref="ArgumentException">The name leaves no room for it.</exception>
    /// <exception cref="DistributedApplicationException">Another resource of the AppHost has it already.</exception>
    internal static string Of(string name, string suffix, IDistributedApplicationBuilder builder)
    {
        // An endpoint that is named after something else has names after its own.
        var most = MaxLength - LongestSuffix - (suffix == Endpoint ? Endpoint.Length : 0);
        if (name.Length > most)
        {
            throw new ArgumentException(
                $"'{name}' has {name.Length} characters; a name here has at most {most}, since what goes with it is named after it "
                + $"and Aspire's names end at {MaxLength}.",
                nameof(name));
        }

        var full = name + suffix;
        return builder.Resources.Any(r => string.Equals(r.Name, full, StringComparison.OrdinalIgnoreCase))
            ? throw new DistributedApplicationException(
                $"'{name}' needs a resource of its own named '{full}', and the AppHost has one of that name: give one of the two "
                    + $"another name.")
            : full;
    }
}
