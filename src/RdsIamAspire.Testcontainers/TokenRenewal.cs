using MySqlConnector;

namespace RdsIamAspire.Testcontainers;

/// <summary>Gives a data source a new token now and then, for as long as the data source and its container are there.</summary>
internal sealed class TokenRenewal : IDisposable
{
    private readonly RdsMySqlContainer _rds;
    private readonly WeakReference<MySqlDataSource> _dataSource;
    private readonly string _user;
    private readonly ITimer _timer;

    internal TokenRenewal(RdsMySqlContainer rds, MySqlDataSource dataSource, string user, TimeSpan every)
    {
        _rds = rds;
        _dataSource = new(dataSource);
        _user = user;
        _timer = rds.Clock.CreateTimer(static state => ((TokenRenewal)state!).Renew(), this, every, every);
    }

    public void Dispose() => _timer.Dispose();

    private void Renew()
    {
        try
        {
            if (_dataSource.TryGetTarget(out var dataSource))
            {
                // A disposed data source says so here, and nowhere else.
                dataSource.CreateConnection().Dispose();
                dataSource.Password = _rds.CreateToken(_user);
                return;
            }
        }
        catch (Exception e) when (e is ObjectDisposedException or InvalidOperationException)
        {
            // The data source is disposed of, or the container has ended meanwhile.
        }

        _rds.Forget(this);
        Dispose();
    }
}
