extern alias mysqldata;

using RdsIamAspire.Analyzers.ConnectionStrings;

namespace RdsIamAspire.Analyzers.Tests.Drivers;

/// <summary>The tables of keys, asked of the drivers themselves.</summary>
public sealed class DriverKeyTests
{
    [Fact]
    public void MySqlConnector_accepts_the_keys_that_the_table_says_and_no_others()
    {
        var wrong = MySqlKeys.All.Where(
            key => Accepts(() => _ = new global::MySqlConnector.MySqlConnectionStringBuilder { [key] = "1" }) != MySqlKeys.DriversOf(key).HasFlag(
                MySqlDrivers.MySqlConnector));

        Assert.Empty(wrong);
    }

    [Fact]
    public void MySql_Data_accepts_the_keys_that_the_table_says_and_no_others()
    {
        var wrong = MySqlKeys.All.Where(
            key => Accepts(() => _ = new mysqldata::MySql.Data.MySqlClient.MySqlConnectionStringBuilder { [key] = "1" }) != MySqlKeys.DriversOf(
                key).HasFlag(
                MySqlDrivers.MySqlData));

        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("Server=a;Password='x;y';Uid=b")]
    [InlineData("Server=a;Password=\"x;y\";Uid=b")]
    [InlineData("Server=a;Password='it''s'")]
    [InlineData("Server=a; Password = x y ; Uid=b;;")]
    [InlineData("Server=a;Password=x=y;Uid=b")]
    [InlineData("\n Server=a;\n Password=x;\n")]
    [InlineData("Server=a;Password=;Uid=b")]
    [InlineData("Server=a;Password=x\"y")]
    public void A_password_is_read_as_the_driver_reads_it(string text)
    {
        var expected = new global::MySqlConnector.MySqlConnectionStringBuilder(text).Password;

        Assert.Equal(expected, ConnectionStringText.Parse(text).Find(MySqlKey.Password)!.Value);
    }

    private static bool Accepts(Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (Exception exception)
        {
            // Any other complaint is about the value: the key is known.
            return !exception.Message.StartsWith("Option", StringComparison.Ordinal)
                || !exception.Message.Contains("not supported", StringComparison.Ordinal);
        }
    }
}
