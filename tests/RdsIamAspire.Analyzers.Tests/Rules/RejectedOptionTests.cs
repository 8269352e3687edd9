namespace RdsIamAspire.Analyzers.Tests.Rules;

/// <summary>RDSIAM008: keys and values that the driver at hand throws on.</summary>
public sealed class RejectedOptionTests() : RuleTests("RDSIAM008", "RejectedOption")
{
    [Theory]
    [InlineData("""using var c = new MySqlConnection("Server=db;Uid=u;Encrypt=True;SslMode=VerifyFull");""")]
    [InlineData("""using var c = new MySqlConnection("Server=db;Uid=u;SslMode=VERIFY_CA");""")]
    [InlineData("""var b = new MySqlConnectionStringBuilder { ["Passwd"] = pwd };""")]
    public async Task A_key_or_mode_that_the_driver_rejects_is_reported(string code)
    {
        Assert.Single(await FindAsync(code), each => each.Id == "RDSIAM008");
    }

    [Theory]
    [InlineData("""using var c = new MySqlConnection("Server=db;Uid=u;SslMode=VerifyFull;GuidFormat=Char36");""")]
    [InlineData("""using var c = new MySqlConnection($"Server=db;Uid=u;{db}=1");""")]
    [InlineData("""var b = new MySqlConnectionStringBuilder { ["Application Name"] = "x" };""")]
    public async Task A_key_of_this_driver_or_of_a_run_time_part_is_silent(string code)
    {
        Assert.DoesNotContain(await FindAsync(code), each => each.Id == "RDSIAM008");
    }
}
