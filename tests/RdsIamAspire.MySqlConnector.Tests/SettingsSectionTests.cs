using Microsoft.Extensions.Configuration;
using RdsIamAspire.MySqlConnector.Configuration;

namespace RdsIamAspire.MySqlConnector.Tests;

public sealed class SettingsSectionTests
{
    [Fact]
    public void Every_setting_is_read() => Assert.Empty(SettingsProbe.Unread<RdsIamMySqlSettings>((section, settings) =>
        SettingsSection.Read(Nested(section), "orders", settings)));

    [Theory]
    [InlineData("SignForPort", "many", "The setting 'RdsIam:MySqlConnector:orders:SignForPort' is 'many'; it takes a number such as 3306.")]
    [InlineData("LoginSpread", "5s", "The setting 'RdsIam:MySqlConnector:orders:LoginSpread' is '5s'; it takes a time such as 00:00:05.")]
    [InlineData("DisableLoginPacing", "no", "The setting 'RdsIam:MySqlConnector:orders:DisableLoginPacing' is 'no'; it takes true or false.")]
    public void What_cannot_be_read_is_named(string key, string value, string message)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new(key, value)]).Build();
        Assert.Equal(message, Assert.Throws<InvalidOperationException>(
            () => SettingsSection.Read(Nested(configuration), "orders", new RdsIamMySqlSettings())).Message);
    }

    private static IConfiguration Nested(IConfiguration section) => new ConfigurationBuilder()
        .AddInMemoryCollection(section.AsEnumerable().Select(pair =>
            new KeyValuePair<string, string?>($"RdsIam:MySqlConnector:orders:{pair.Key}", pair.Value)))
        .Build();
}
