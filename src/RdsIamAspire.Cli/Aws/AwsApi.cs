using System.Net;
using System.Text;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Signing;
using RdsIamAspire.Cli.CommandLine;
using RdsIamAspire.Credentials;

namespace RdsIamAspire.Cli.Aws;

/// <summary>
/// AWS's API, for what no package of the SDK on every feed has: RDS, IAM, STS and Secrets Manager, signed by AWSSDK.Core. It only reads.
/// </summary>
internal sealed class AwsApi : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly AWSCredentials _credentials;
    private readonly RegionEndpoint _region;
    private readonly AwsPartition _partition;
    private readonly Dictionary<string, HttpClient> _clients = [];

    private AwsApi(AWSCredentials credentials, RegionEndpoint region, string source)
    {
        (_credentials, _region, Source) = (credentials, region, source);
        _partition = AwsPartition.FromRegion(region.SystemName);
    }

    /// <summary>Where the credentials come from, for people.</summary>
    public string Source { get; }

    /// <summary>The region.</summary>
    public string Region => _region.SystemName;

    /// <summary>The partition of the region.</summary>
    public AwsPartition Partition => _partition;

    /// <summary>With this process's own identity.</summary>
    /// <param name="region">The region; null takes the AWS SDK's.</param>
    /// <exception cref="ToolException">There is no region.</exception>
    public static AwsApi Create(string? region)
    {
        region ??= RegionName.OfThisProcess()
            ?? throw ToolException.Missing("there is no region: give --region eu-west-1, or set AWS_REGION");
        RegionName.Require(region);
        var source = CredentialSources.Find(null, region);
        return new(source.Create(), RegionEndpoint.GetBySystemName(region), source.Name);
    }

    /// <summary>The keys that sign now.</summary>
    /// <exception cref="ToolException">There are none.</exception>
    public async Task<ImmutableCredentials> KeysAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _credentials.GetCredentialsAsync().WaitAsync(Patience, cancellationToken);
        }
        catch (Exception e) when (e is AmazonClientException or TimeoutException)
        {
            throw ToolException.Missing($"there are no AWS credentials from {Source}: {e.Message}", e);
        }
    }

    /// <summary>Calls an operation of a service that answers in XML (the query protocol: RDS, IAM, STS).</summary>
    /// <param name="service">rds, iam or sts.</param>
    /// <param name="version">The API's version.</param>
    /// <param name="action">The operation.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The answer, without namespaces.</returns>
    /// <exception cref="ToolException">AWS refuses, or cannot be reached.</exception>
    public async Task<XElement> QueryAsync(
        string service, string version, string action, IEnumerable<(string, string)> parameters, CancellationToken cancellationToken)
    {
        using var content = new FormUrlEncodedContent(
            [new("Action", action), new("Version", version), .. parameters.Select(pair => KeyValuePair.Create(pair.Item1, pair.Item2))]);
        var (status, text) = await SendAsync(service, $"{service}:{action}", content, null, cancellationToken);
        try
        {
            using var reader = XmlReader.Create(new StringReader(text), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
            var answer = WithoutNamespaces(XElement.Load(reader));
            if (status == HttpStatusCode.OK)
                return answer;
            var error = answer.Descendants("Error").FirstOrDefault();
            throw Refused($"{service}:{action}", (string?)error?.Element("Code"), (string?)error?.Element("Message"), status);
        }
        catch (XmlException)
        {
            throw Refused($"{service}:{action}", null, null, status);
        }
    }

    /// <summary>As <see cref="QueryAsync"/>, page after page, until there is no marker.</summary>
    public async Task<IReadOnlyList<XElement>> QueryAllAsync(string service, string version, string action,
        IReadOnlyList<(string, string)> parameters, string item, CancellationToken cancellationToken)
    {
        var items = new List<XElement>();
        string? marker = null;
        do
        {
            var page = await QueryAsync(service, version, action, [.. parameters, .. marker is null ? [] : (ReadOnlySpan<(string, string)>)[
                ("Marker", marker)]], cancellationToken);
            items.AddRange(page.Descendants(item).Where(element => element.Parent?.Parent?.Name.LocalName == $"{action}Result"));
            marker = (string?)page.Element($"{action}Result")?.Element("Marker");
        }
        while (!string.IsNullOrEmpty(marker));
        return items;
    }

    /// <summary>Calls an operation of a service that speaks JSON 1.1 (Secrets Manager).</summary>
    /// <exception cref="ToolException">AWS refuses, or cannot be reached.</exception>
    public async Task<JsonDocument> JsonAsync<T>(string service, string target, T body, CancellationToken cancellationToken)
    {
        using var content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8);
        content.Headers.ContentType = new("application/x-amz-json-1.1");
        var (status, text) = await SendAsync(service, target, content, target, cancellationToken);
        try
        {
            var answer = JsonDocument.Parse(text);
            if (status == HttpStatusCode.OK)
                return answer;
            using (answer)
            {
                var code = answer.RootElement.TryGetProperty("__type", out var type) ? type.GetString()?.Split('#')[^1] : null;
                throw Refused(target, code, answer.RootElement.TryGetProperty("message", out var message)
                    || answer.RootElement.TryGetProperty("Message", out message) ? message.GetString() : null, status);
            }
        }
        catch (JsonException)
        {
            throw Refused(target, null, null, status);
        }
    }

    public void Dispose()
    {
        foreach (var client in _clients.Values)
            client.Dispose();
    }

    private async Task<(HttpStatusCode Status, string Text)> SendAsync(
        string service, string name, HttpContent content, string? target, CancellationToken cancellationToken)
    {
        await KeysAsync(cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Post, Endpoint(service)) { Content = content };
        if (target is not null)
            request.Headers.Add("X-Amz-Target", target);
        try
        {
            using var answer = await ClientOf(service).SendAsync(request, cancellationToken);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync(cancellationToken));
        }
        catch (Exception e) when (e is HttpRequestException
            || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw ToolException.Missing($"{name}: AWS cannot be reached at {Endpoint(service).Host}: {e.Message}", e);
        }
    }

    private HttpClient ClientOf(string service)
    {
        if (!_clients.TryGetValue(service, out var client))
        {
            // IAM is one for a partition and is signed for its home region (AWS General Reference, "IAM endpoints").
            var region = service != "iam" ? _region : RegionEndpoint.GetBySystemName(
                _partition == AwsPartition.China ? "cn-north-1" : _partition == AwsPartition.UsGov ? "us-gov-west-1" : "us-east-1");
            var handler = new SigV4SigningHandler(_credentials, region, service, new HttpClientHandler { AllowAutoRedirect = false });
            _clients[service] = client = new HttpClient(handler) { Timeout = Patience };
        }

        return client;
    }

    // AWS SDKs and Tools Reference Guide, "Service-specific endpoints".
    private Uri Endpoint(string service)
    {
        var variable = $"AWS_ENDPOINT_URL_{(service == "secretsmanager" ? "SECRETS_MANAGER" : service.ToUpperInvariant())}";
        if ((Environment.GetEnvironmentVariable(variable) is { Length: > 0 } own ? own
            : Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL")) is { Length: > 0 } other
            && Uri.TryCreate(other, UriKind.Absolute, out var address))
            return address;
        var suffix = _partition.DnsSuffix;
        return new($"https://{(service != "iam" ? $"{service}.{_region.SystemName}.{suffix}" : _partition == AwsPartition.China
            ? $"iam.cn-north-1.{suffix}" : _partition == AwsPartition.UsGov ? $"iam.us-gov.{suffix}" : $"iam.{suffix}")}/");
    }

    private static ToolException Refused(string action, string? code, string? message, HttpStatusCode status)
    {
        var remedy = code switch
        {
            "AccessDenied" or "AccessDeniedException" => $"; whoever signs needs {action.Replace("secretsmanager.", "secretsmanager:")}",
            "ExpiredToken" or "ExpiredTokenException" => "; get credentials anew, for example: aws sso login",
            "InvalidClientTokenId" or "UnrecognizedClientException" =>
                "; AWS does not know these credentials: name a profile, --profile NAME",
            _ => "",
        };
        return new ToolException(ExitCode.Missing, $"{action} failed: {code ?? $"HTTP {(int)status}"}"
            + $"{(message is null ? "" : $": {message.TrimEnd('.')}")}{remedy}");
    }

    private static XElement WithoutNamespaces(XElement element) => new(element.Name.LocalName,
        element.HasElements ? element.Elements().Select(WithoutNamespaces) : element.Value);
}
