using Aspire.Hosting.ApplicationModel;

namespace RdsIamAspire.Hosting.Deployment;

/// <summary>Who creates the users of an endpoint when it is deployed.</summary>
/// <param name="User">The master user.</param>
/// <param name="Password">Its password: a secret parameter, asked for at deployment, used for one connection and written nowhere.</param>
internal sealed record RdsMasterUserAnnotation(string User, ParameterResource Password) : IResourceAnnotation;
