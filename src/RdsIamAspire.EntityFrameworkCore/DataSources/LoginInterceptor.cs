using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using MySqlConnector;
using RdsIamAspire.MySqlConnector.Logins;

namespace RdsIamAspire.EntityFrameworkCore.DataSources;

/// <summary>
/// Opens EF Core's connections as the data source's own paths do: with a token in hand before the socket, ended at once by the caller's
/// cancellation, one more try with a new token, and at the pace that a fleet needs.
/// </summary>
internal sealed class LoginInterceptor(MySqlDataSource dataSource) : DbConnectionInterceptor
{
    public override InterceptionResult ConnectionOpening(DbConnection connection, ConnectionEventData eventData, InterceptionResult result)
    {
        if (result.IsSuppressed || connection is not MySqlConnection own || RdsIamLogin.Of(dataSource) is not { } login)
            return result;
        Opening.Open(login, own);
        return InterceptionResult.Suppress();
    }

    public override async ValueTask<InterceptionResult> ConnectionOpeningAsync(
        DbConnection connection, ConnectionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        if (result.IsSuppressed || connection is not MySqlConnection own || RdsIamLogin.Of(dataSource) is not { } login)
            return result;
        await Opening.OpenAsync(login, own, cancellationToken).ConfigureAwait(false);
        return InterceptionResult.Suppress();
    }
}
