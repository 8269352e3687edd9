using Aspire.Hosting.ApplicationModel;
using RdsIamAspire.Provisioning;

namespace RdsIamAspire.Hosting.Publishing;

/// <summary>What the AppHost says that an endpoint is, where its host name does not.</summary>
internal sealed record RdsKindAnnotation(RdsResourceKind Kind) : IResourceAnnotation;
