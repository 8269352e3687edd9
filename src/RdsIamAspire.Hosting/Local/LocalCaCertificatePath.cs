using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace RdsIamAspire.Hosting.Local;

/// <summary>Where a consumer reads the local server's CA: a file of this machine, or the copy in the consumer's own container.</summary>
internal sealed class LocalCaCertificatePath(
    string serverName,
    Func<CancellationToken, ValueTask<string>> hostPath) : IValueProvider, IManifestExpressionProvider
{
    private const string ContainerFolder = "/etc/rds-iam";

    private string FileName => $"{serverName}-ca.pem";

    /// <remarks>The local server is not published, so neither is the path; an expression is required all the same.</remarks>
    string IManifestExpressionProvider.ValueExpression => $"{{{serverName}.caCertificatePath}}";

    public async ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) =>
        await hostPath(cancellationToken).ConfigureAwait(false);

    public ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Caller?.IsContainer() == true ? new($"{ContainerFolder}/{FileName}") : GetValueAsync(cancellationToken);
    }

    /// <summary>Copies the file into the container that reads it; readable for every user of the image.</summary>
    internal ContainerFileSystemCallbackAnnotation AsContainerFile() => new()
    {
        DestinationPath = ContainerFolder,
        Callback = async (_, cancellationToken) =>
        [
            new ContainerFile
            {
                Name = FileName,
                SourcePath = await hostPath(cancellationToken).ConfigureAwait(false),
                Mode = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
            },
        ],
    };
}
