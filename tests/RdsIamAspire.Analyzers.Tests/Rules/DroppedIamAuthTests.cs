namespace RdsIamAspire.Analyzers.Tests.Rules;

/// <summary>RDSIAM014: the builder that UseRdsIamAuth gives is built from, or the rule speaks.</summary>
public sealed class DroppedIamAuthTests() : RuleTests("RDSIAM014", "DroppedIamAuth");
