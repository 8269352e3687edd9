namespace RdsIamAspire.Dev;

/// <summary>What the NuGet feed has of the packages that some feeds lack (docs/closed-feeds.md).</summary>
/// <param name="AwsSdkRds">Whether AWSSDK.RDS is there.</param>
/// <param name="AspireEnvironments">
/// Whether Aspire.Hosting.Docker and Aspire.Hosting.Kubernetes are there: two tests look at what is published for them.
/// </param>
internal sealed record Feed(bool AwsSdkRds, bool AspireEnvironments);
