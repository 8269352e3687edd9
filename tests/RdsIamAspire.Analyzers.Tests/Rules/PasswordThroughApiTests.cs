namespace RdsIamAspire.Analyzers.Tests.Rules;

/// <summary>RDSIAM002: a password handed to an API, and what is handed over without being written.</summary>
public sealed class PasswordThroughApiTests() : RuleTests("RDSIAM002", "PasswordThroughApi")
{
    [Theory]
    [InlineData("""var b = new MySqlConnectionStringBuilder { Password = "x1" };""")]
    [InlineData("""var b = new MySqlConnectionStringBuilder(); b["pwd"] = "x1";""")]
    [InlineData("""var b = new MySqlConnectionStringBuilder(); b.Add("Password", "x1");""")]
    public async Task A_literal_given_to_a_builder_is_reported_by_property_indexer_and_Add(string code)
    {
        Assert.Single(await FindAsync(code), each => each.Id == "RDSIAM002");
    }

    [Theory]
    [InlineData("var b = new MySqlConnectionStringBuilder { Password = pwd };")]
    [InlineData("""var b = new MySqlConnectionStringBuilder { Password = configuration["p"] };""")]
    [InlineData("""Environment.SetEnvironmentVariable("MYSQL_PWD", pwd);""")]
    public async Task A_password_that_comes_from_outside_is_silent(string code)
    {
        Assert.DoesNotContain(await FindAsync(code), each => each.Id == "RDSIAM002");
    }

    [Theory]
    [InlineData("""Environment.SetEnvironmentVariable("MYSQL_ROOT_PASSWORD", "x1");""")]
    [InlineData("""var e = new Dictionary<string, string> { ["MYSQL_PASSWORD"] = "x1" };""")]
    [InlineData("""var e = KeyValuePair.Create("MYSQL_PWD", "x1");""")]
    public async Task A_variable_of_the_MySQL_image_is_reported_however_it_is_set(string code)
    {
        Assert.Single(await FindAsync(code), each => each.Id == "RDSIAM002");
    }

    [Theory]
    [InlineData("""Environment.SetEnvironmentVariable("POSTGRES_PASSWORD", "x1");""")]
    [InlineData("""Environment.SetEnvironmentVariable("MYSQL_DATABASE", "x1");""")]
    [InlineData("""Environment.SetEnvironmentVariable("MYSQL_ROOT_PASSWORD_FILE", "/run/secrets/root");""")]
    public async Task Another_image_and_another_variable_are_silent(string code)
    {
        Assert.DoesNotContain(await FindAsync(code), each => each.Id == "RDSIAM002");
    }
}
