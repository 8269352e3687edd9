using System.Data;
using MySqlConnector;

namespace RdsIamAspire.Emulator;

/// <summary>The way to the plugin: its claim and its two functions, over one admin connection.</summary>
internal sealed class LoginChannel : IDisposable
{
    // One round trip both answers the last login and waits for the next; the server evaluates from left to right.
    private const string ExchangeSql =
        "SELECT rds_iam_answer_login(@agent, @id, @allow, @external), CAST(rds_iam_next_login(@agent, @wait) AS BINARY)";

    private const string AnswerSql = "SELECT rds_iam_answer_login(@agent, @id, @allow, @external)";

    private readonly MySqlConnection _connection;
    private readonly MySqlCommand _exchange;

    private LoginChannel(MySqlConnection connection, string agentId)
    {
        _connection = connection;
        _exchange = new MySqlCommand(ExchangeSql, connection);
        _exchange.Parameters.AddWithValue("@agent", agentId);
        _exchange.Parameters.Add("@id", DbType.UInt64);
        _exchange.Parameters.Add("@allow", DbType.Int64);
        _exchange.Parameters.Add("@external", DbType.String);
        _exchange.Parameters.Add("@wait", DbType.Int64);
    }

    public static LoginChannel Open(MySqlDataSource server, string agentId)
    {
        var channel = new LoginChannel(server.OpenConnection(), agentId);
        try
        {
            channel._exchange.Prepare();
            return channel;
        }
        catch
        {
            channel.Dispose();
            throw;
        }
    }

    /// <summary>Answers the last login (null: nothing to answer) and waits for the next. Blocks: see <see cref="LoginAgent"/>.</summary>
    /// <returns>Whether this is still the claim's agent, and the login if there is one.</returns>
    public (bool IsAgent, ParkedLogin? Login) Exchange(LoginVerdict? answer, TimeSpan wait)
    {
        _exchange.Parameters["@id"].Value = answer?.Id ?? 0UL;
        _exchange.Parameters["@allow"].Value = answer is { Allow: true } ? 1L : 0L;
        _exchange.Parameters["@external"].Value = answer?.ExternalUser;
        _exchange.Parameters["@wait"].Value = (long)wait.TotalMilliseconds;
        using var reader = _exchange.ExecuteReader();
        reader.Read();
        if (reader.IsDBNull(1))
            return (false, null);
        var bytes = reader.GetFieldValue<byte[]>(1);
        return (true, bytes.Length == 0 ? null : ParkedLogin.Read(bytes));
    }

    /// <summary>Answers one login over another connection, when its verdict came late.</summary>
    public static async Task AnswerAsync(
        MySqlDataSource server, string agentId, LoginVerdict answer, CancellationToken cancellationToken)
    {
        using var connection = await server.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        using var command = new MySqlCommand(AnswerSql, connection);
        command.Parameters.AddWithValue("@agent", agentId);
        command.Parameters.AddWithValue("@id", answer.Id);
        command.Parameters.AddWithValue("@allow", answer.Allow ? 1 : 0);
        command.Parameters.AddWithValue("@external", answer.ExternalUser);
        await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Claims the logins; the plugin takes no claim while another agent calls.</summary>
    /// <returns>Whether the claim was taken.</returns>
    public static async Task<bool> ClaimAsync(MySqlConnection connection, string agentId, CancellationToken cancellationToken)
    {
        if (await IsClaimedByAsync(connection, agentId, cancellationToken).ConfigureAwait(false))
            return true;
        await SetClaimAsync(connection, agentId, cancellationToken).ConfigureAwait(false);
        return await IsClaimedByAsync(connection, agentId, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gives the claim back, if it is this one's; waiting calls of this agent then end at once.</summary>
    public static async Task ReleaseAsync(MySqlConnection connection, string agentId, CancellationToken cancellationToken)
    {
        if (await IsClaimedByAsync(connection, agentId, cancellationToken).ConfigureAwait(false))
            await SetClaimAsync(connection, "", cancellationToken).ConfigureAwait(false);
    }

    public void Dispose()
    {
        _exchange.Dispose();
        _connection.Dispose();
    }

    private static async Task<bool> IsClaimedByAsync(MySqlConnection connection, string agentId, CancellationToken cancellationToken)
    {
        using var command = new MySqlCommand("SELECT rds_iam_next_login(@agent, -1)", connection);
        command.Parameters.AddWithValue("@agent", agentId);
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not (null or DBNull);
    }

    private static async Task SetClaimAsync(MySqlConnection connection, string value, CancellationToken cancellationToken)
    {
        using var command = new MySqlCommand("SET GLOBAL awsauthenticationplugin_agent = @value", connection);
        command.Parameters.AddWithValue("@value", value);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>The answer to one parked login.</summary>
/// <param name="Id">The plugin's number of it.</param>
/// <param name="Allow">Whether the user is in.</param>
/// <param name="ExternalUser">What <c>@@external_user</c> shows in the session: the principal's ARN.</param>
internal sealed record LoginVerdict(ulong Id, bool Allow, string? ExternalUser);
