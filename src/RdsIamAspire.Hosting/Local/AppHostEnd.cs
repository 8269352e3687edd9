using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace RdsIamAspire.Hosting.Local;

/// <summary>
/// The AppHost's end, which is nobody's mistake: what fails because the AppHost has disposed of it, or is about to, is not told as a reason
/// of an endpoint's.
/// </summary>
internal static class AppHostEnd
{
    /// <summary>Whether an exception comes of the AppHost's end: also of one that is disposed of without having been stopped.</summary>
    internal static bool IsWhy(Exception exception, IServiceProvider services) => HasDisposed(exception) || IsNear(services);

    /// <summary>Whether the AppHost stops.</summary>
    internal static bool IsNear(IServiceProvider services)
    {
        try
        {
            return services.GetService<IHostApplicationLifetime>() is { } lifetime && IsNear(lifetime);
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }

    internal static bool IsNear(IHostApplicationLifetime lifetime) => lifetime.ApplicationStopping.IsCancellationRequested;

    /// <summary>Whether somebody has met an object that was disposed of.</summary>
    internal static bool HasDisposed(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is ObjectDisposedException)
            {
                return true;
            }
        }

        return false;
    }
}
