namespace RdsIamAspire.Emulator.Tests;

internal static class EmulatorPrincipalPolicies
{
    public const string AllowAll = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"rds-db:connect","Resource":"*"}]}""";
}
