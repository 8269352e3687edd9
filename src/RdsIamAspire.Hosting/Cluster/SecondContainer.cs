using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace RdsIamAspire.Hosting.Local;

/// <summary>The container of a cluster's second server: the image and the arguments of the first, whatever the AppHost makes of
/// them.</summary>
internal static class SecondContainer
{
    /// <param name="builder">The endpoint.</param>
    /// <param name="first">The first server's container.</param>
    /// <param name="files">Certificates of one authority, good for both.</param>
    internal static IResourceBuilder<RdsMySqlContainerResource> Add(
        IResourceBuilder<RdsMySqlResource> builder, RdsMySqlContainerResource first, LocalServerFiles files)
    {
        var app = builder.ApplicationBuilder;
        var name = RdsResourceNames.Of(builder.Resource.Name, RdsResourceNames.SecondServer, app);
        var second = new RdsMySqlContainerResource(name, first.RootPassword);
        var container = app.AddResource(second).WithMySqlServer(files);
        builder.WithRelationship(second, "Reference");
        var firstsOwn = first.Annotations.OfType<CommandLineArgsCallbackAnnotation>().First();
        var firstsRole = Role();
        first.Annotations.Add(firstsRole);
        // What is said of the image later is said of both.
        foreach (var image in second.Annotations.OfType<ContainerImageAnnotation>().ToArray())
        {
            second.Annotations.Remove(image);
        }

        second.Annotations.Add(first.Annotations.OfType<ContainerImageAnnotation>().Last());
        second.Annotations.Add(new CommandLineArgsCallbackAnnotation(async context =>
        {
            foreach (var more in first.Annotations.OfType<CommandLineArgsCallbackAnnotation>()
                .Where(a => a != firstsOwn && a != firstsRole))
            {
                await more.Callback(context).ConfigureAwait(false);
            }
        }));
        second.Annotations.Add(Role());
        return container;
    }

    /// <summary>Before the AppHost's own arguments, which win; behind a program's name, where they begin with one.</summary>
    private static CommandLineArgsCallbackAnnotation Role() => new(args =>
    {
        var at = args is [string first, ..] && !first.StartsWith('-') ? 1 : 0;
        foreach (var argument in LocalCluster.Arguments)
        {
            args.Insert(at++, argument);
        }
    });
}
