using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace RdsIamAspire.Hosting.References;

/// <summary>A value that may be a parameter which nobody has given one yet.</summary>
internal static class GivenValue
{
    /// <summary>A parameter that nobody has given a value, and nobody will in this run, is not waited for longer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>The value; null where it is a parameter that has none.</summary>
    internal static async Task<string?> ReadAsync(ReferenceExpression value, CancellationToken cancellationToken)
    {
        try
        {
            var text = await value.GetValueAsync(cancellationToken).AsTask().WaitAsync(Patience, cancellationToken).ConfigureAwait(false);
            return string.IsNullOrEmpty(text) ? null : text;
        }
        catch (Exception exception) when (exception is MissingParameterValueException or TimeoutException)
        {
            return null;
        }
    }
}
