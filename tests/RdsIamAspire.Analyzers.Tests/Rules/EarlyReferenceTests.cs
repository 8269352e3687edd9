namespace RdsIamAspire.Analyzers.Tests.Rules;

/// <summary>RDSIAM016: a reference that comes before WithRdsIamAuth.</summary>
public sealed class EarlyReferenceTests() : RuleTests("RDSIAM016", "EarlyReference");
