using RdsIamAspire.EntityFrameworkCore.Configuration;

namespace RdsIamAspire.EntityFrameworkCore.Tests;

public sealed class ContextSectionTests
{
    [Fact]
    public void Every_setting_is_read() => Assert.Empty(SettingsProbe.Unread<RdsIamMySqlDbContextSettings>(ContextSection.Read));
}
