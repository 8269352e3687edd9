using System.Text.Json;
using System.Text.Json.Nodes;

namespace RdsIamAspire.Tunnel.Via;

/// <summary>Finds what a route names by a tag or a service. Looked up anew at each start: bastions and tasks are replaced.</summary>
internal static class ForwardTargets
{
    /// <summary>The managed instance that a tag names: one that Session Manager reaches now.</summary>
    /// <exception cref="ForwardException">There is none.</exception>
    public static async Task<string> InstanceAsync(ViaRoute.InstanceTag tag, AwsCli aws, CancellationToken cancellationToken)
    {
        var filters = new JsonArray(new JsonObject { ["Key"] = $"tag:{tag.Key}", ["Values"] = new JsonArray(tag.Value) }).ToJsonString();
        using var answer = await aws.CallAsync(["ssm", "describe-instance-information", "--filters", filters], cancellationToken)
            .ConfigureAwait(false);
        return Instance(answer.RootElement, tag, aws.Region);
    }

    /// <summary>The container of a service that Session Manager reaches now, as <c>start-session</c> names it.</summary>
    /// <exception cref="ForwardException">There is none.</exception>
    public static async Task<string> ContainerAsync(ViaRoute.Ecs route, AwsCli aws, CancellationToken cancellationToken)
    {
        using var tasks = await aws.CallAsync(["ecs", "list-tasks", "--cluster", route.Cluster, "--service-name", route.Service,
            "--desired-status", "RUNNING"], cancellationToken).ConfigureAwait(false);
        var arns = Each(tasks.RootElement, "taskArns").Select(arn => arn.GetString()!).Take(100).ToList();
        if (arns.Count == 0)
        {
            throw new ForwardException($"the service '{route.Service}' of the cluster '{route.Cluster}' has no running task",
                $"aws ecs describe-services --cluster {route.Cluster} --services {route.Service} says why");
        }

        using var described = await aws.CallAsync(["ecs", "describe-tasks", "--cluster", route.Cluster, "--tasks", .. arns],
            cancellationToken).ConfigureAwait(false);
        return Container(described.RootElement, route);
    }

    /// <summary>Picks from the answer of DescribeInstanceInformation. Pure.</summary>
    internal static string Instance(JsonElement answer, ViaRoute.InstanceTag tag, string? region)
    {
        var instances = Each(answer, "InstanceInformationList").Select(instance => (Id: Text(instance, "InstanceId"),
            Status: Text(instance, "PingStatus"))).Where(instance => instance.Id.Length > 0).OrderBy(instance => instance.Id,
            StringComparer.Ordinal).ToList();
        var online = instances.Find(instance => instance.Status == "Online").Id;
        var where = region is null ? "" : $" in {region}";
        return online ?? throw new ForwardException(
            instances.Count == 0 ? $"no managed instance has the tag {tag.Key}={tag.Value}{where}"
                : $"{instances[0].Id} has the tag {tag.Key}={tag.Value}, and is not connected to Session Manager"
                    + $" ({instances[0].Status})",
            "it must run, with the SSM agent and a role that has AmazonSSMManagedInstanceCore: aws ssm describe-instance-information");
    }

    /// <summary>Picks from the answer of DescribeTasks. Pure.</summary>
    /// <remarks>Source: Systems Manager User Guide, "Start a session": a container's target is ecs:CLUSTER_TASK_RUNTIME.</remarks>
    internal static string Container(JsonElement answer, ViaRoute.Ecs route)
    {
        foreach (var task in Each(answer, "tasks"))
        {
            foreach (var container in Each(task, "containers"))
            {
                var reachable = Each(container, "managedAgents").Any(agent =>
                    Text(agent, "name") == "ExecuteCommandAgent" && Text(agent, "lastStatus") == "RUNNING");
                if (reachable && Text(container, "runtimeId") is { Length: > 0 } runtime
                    && (route.Container is null || Text(container, "name") == route.Container))
                    return $"ecs:{route.Cluster}_{Text(task, "taskArn").Split('/')[^1]}_{runtime}";
            }
        }

        throw new ForwardException(
            $"no running container{(route.Container is null ? "" : $" '{route.Container}'")} of '{route.Service}' has ECS Exec on",
            $"aws ecs update-service --cluster {route.Cluster} --service {route.Service} --enable-execute-command --force-new-deployment");
    }

    private static JsonElement.ArrayEnumerator Each(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray() : default;

    private static string Text(JsonElement value, string name) =>
        value.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : "";
}
