namespace RdsIamAspire.Analyzers.Tests.Rules;

/// <summary>RDSIAM018: a password that is handed over beside IAM.</summary>
public sealed class PasswordVariableTests() : RuleTests("RDSIAM018", "PasswordVariable");
