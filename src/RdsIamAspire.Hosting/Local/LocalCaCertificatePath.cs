using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Hosting.Local;

/// <summary>Where a consumer reads the local server's CA: a file of this machine, or the copy in the consumer's own container.</summary>
internal sealed class LocalCaCertificatePath(
    string serverName,
    Func<CancellationToken, ValueTask<string>> hostPath) : IValueProvider, IManifestExpressionProvider
{
    private const string ContainerFolder = "/etc/rds-iam";

    private string FileName => $"{serverName}-ca.pem";

    private string TrustStoreFileName => $"{serverName}-ca.p12";

    /// <summary>The same as Java reads it: a trust store's address.</summary>
    internal ReferenceExpression TrustStoreUrl => ReferenceExpression.Create($"{new Form(this, UrlOfTrustStoreAsync)}");

    /// <summary>The same as mysql2 of Node.js reads it in an address: the certificate's text and what is verified, escaped.</summary>
    internal ReferenceExpression NodeTls => ReferenceExpression.Create($"{new Form(this, EscapedNodeTlsAsync)}");

    /// <remarks>The local server is not published, so neither is the path; an expression is required all the same.</remarks>
    string IManifestExpressionProvider.ValueExpression => $"{{{serverName}.caCertificatePath}}";

    public async ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) =>
        await hostPath(cancellationToken).ConfigureAwait(false);

    public ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Caller?.IsContainer() == true ? new($"{ContainerFolder}/{FileName}") : GetValueAsync(cancellationToken);
    }

    /// <summary>Copies the files into the container that reads them; readable for every user of the image.</summary>
    internal ContainerFileSystemCallbackAnnotation AsContainerFile() => new()
    {
        DestinationPath = ContainerFolder,
        Callback = async (_, cancellationToken) =>
        {
            var path = await hostPath(cancellationToken).ConfigureAwait(false);
            return [Readable(FileName, path), Readable(TrustStoreFileName, JavaTrustStore.WriteBeside(path))];
        },
    };

    private static ContainerFile Readable(string name, string source) => new()
    {
        Name = name,
        SourcePath = source,
        Mode = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
    };

    private async ValueTask<string?> UrlOfTrustStoreAsync(IResource? caller, CancellationToken cancellationToken)
    {
        if (caller?.IsContainer() == true)
        {
            return $"file://{ContainerFolder}/{TrustStoreFileName}";
        }

        return new Uri(JavaTrustStore.WriteBeside(await hostPath(cancellationToken).ConfigureAwait(false))).AbsoluteUri;
    }

    private async ValueTask<string?> EscapedNodeTlsAsync(IResource? caller, CancellationToken cancellationToken) =>
        Uri.EscapeDataString(LocalRdsConnection.NodeTls(await hostPath(cancellationToken).ConfigureAwait(false)));

    /// <summary>The CA in another form, as each consumer reads it.</summary>
    private sealed class Form(
        LocalCaCertificatePath path,
        Func<IResource?, CancellationToken, ValueTask<string?>> read) : IValueProvider, IManifestExpressionProvider
    {
        string IManifestExpressionProvider.ValueExpression => ((IManifestExpressionProvider)path).ValueExpression;

        public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => read(null, cancellationToken);

        public ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken = default)
        {
            ArgumentNullException.ThrowIfNull(context);
            return read(context.Caller, cancellationToken);
        }
    }
}
