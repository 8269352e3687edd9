namespace RdsIamAspire.Analyzers.Tests.Rules;

/// <summary>RDSIAM015: what goes to a service with a password.</summary>
public sealed class PublishedWithoutIamTests() : RuleTests("RDSIAM015", "PublishedWithoutIam");
