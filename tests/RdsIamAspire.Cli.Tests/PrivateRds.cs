using RdsIamAspire.Emulator;
using RdsIamAspire.TestSupport;

namespace RdsIamAspire.Cli.Tests;

/// <summary>A local RDS that believes to be an endpoint of a real name, which nothing here resolves.</summary>
public sealed class PrivateRds : IAsyncLifetime
{
    public const string Endpoint = "orders.abcdefghijkl.eu-west-1.rds.amazonaws.com";

    private LocalRds? _rds;
    private string? _skipReason;

    public LocalRds Rds
    {
        get
        {
            if (_skipReason is not null)
                Assert.Skip(_skipReason);
            return _rds!;
        }
    }

    /// <summary>Where it is dialled on this machine.</summary>
    public string Address => $"{Rds.Server.Host}:{Rds.Server.Port}";

    public async ValueTask InitializeAsync()
    {
        _skipReason = await TestServer.WhyNoneAsync();
        if (_skipReason is not null)
            return;
        var options = new LocalRdsOptions();
        options.Server = options.Server with { Names = [Endpoint] };
        options.Emulator.Region = "eu-west-1";
        options.Emulator.Endpoints.Add(new EmulatorEndpoint(Endpoint, 3306));
        options.IamUsers.Add("orders_app");
        _rds = await LocalRds.StartAsync(options);
    }

    public async ValueTask DisposeAsync()
    {
        if (_rds is not null)
            await _rds.DisposeAsync();
    }
}
