using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using RdsIamAspire.Hosting.Local;

namespace RdsIamAspire.Hosting.Commands;

/// <summary><c>aspire resource orders-db failover</c>: the reader of a local cluster becomes its writer.</summary>
internal static class RdsFailoverCommand
{
    internal const string Name = "failover";

    internal static IResourceBuilder<RdsMySqlResource> WithFailover(this IResourceBuilder<RdsMySqlResource> builder)
    {
        var writer = builder.Resource;
        return builder.With(Name, "Fail over", context => FailOverAsync(writer, context), new()
        {
            Description = "Makes the reader the writer: the writer's sessions end, the endpoints stay, and what was committed is there.",
            IconName = "ArrowSwap",
            UpdateState = context => writer.Cluster is null ? ResourceCommandState.Hidden : RdsCommands.WhenRunning(context),
        });
    }

    private static async Task<ExecuteCommandResult> FailOverAsync(RdsMySqlResource writer, ExecuteCommandContext context)
    {
        if (writer.Cluster is not { } cluster)
        {
            return CommandResults.Failure($"'{writer.Name}' has no local cluster to fail over.");
        }

        var done = await cluster.FailoverAsync(context.CancellationToken).ConfigureAwait(false);
        var said = string.Create(
            CultureInfo.InvariantCulture,
            $"{done.NewWriter} is the writer now, after {done.Duration.TotalMilliseconds:0} ms; {done.SessionsEnded} sessions of "
            + $"{done.OldWriter} were ended.");
        CommandLog.Done(context.Logger, said);
        var notifications = context.Services.GetRequiredService<ResourceNotificationService>();
        await RdsLifecycle.PublishInstancesAsync(writer, notifications).ConfigureAwait(false);
        return CommandResults.Success(said, said, CommandResultFormat.Text);
    }
}
