using Microsoft.Extensions.Logging;

namespace RdsIamAspire.Hosting.Commands;

internal static partial class CommandLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "{What}")]
    internal static partial void Done(ILogger logger, string what);
}
