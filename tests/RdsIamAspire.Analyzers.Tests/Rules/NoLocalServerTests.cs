namespace RdsIamAspire.Analyzers.Tests.Rules;

/// <summary>RDSIAM017: an RDS resource that a developer has no server for.</summary>
public sealed class NoLocalServerTests() : RuleTests("RDSIAM017", "NoLocalServer");
