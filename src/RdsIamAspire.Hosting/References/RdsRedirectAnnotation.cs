using Aspire.Hosting.ApplicationModel;

namespace RdsIamAspire.Hosting.References;

/// <summary>Marks a resource whose references log in to an RDS endpoint instead.</summary>
/// <param name="To">What references get their values from.</param>
/// <param name="Server">The endpoint behind it.</param>
internal sealed record RdsRedirectAnnotation(IResourceWithConnectionString To, RdsMySqlResource Server) : IResourceAnnotation;
