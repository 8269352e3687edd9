using RdsIamAspire.TestSupport;
using RdsIamAspire.Tunnel.Configuration;

namespace RdsIamAspire.Tunnel.Tests;

public sealed class TunnelSectionTests
{
    [Fact]
    public void Every_setting_is_read() => Assert.Empty(SettingsProbe.Unread<RdsIamTunnelSettings>(TunnelSection.Read));
}
