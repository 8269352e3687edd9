using System.Text.RegularExpressions;
using MySqlConnector;
using RdsIamAspire.TestSupport;

namespace RdsIamAspire.Emulator.Tests.Agent;

/// <summary>
/// The way between plugin and agent goes through the server, where other users are: none of them can use it, and nothing that it carries
/// is to be read anywhere.
/// </summary>
[Collection(OnARealServer.Name)]
public sealed partial class ChannelTests(RealServer server)
{
    private const string Password = "Other-Pass-1";

    private static readonly string Agent = new('c', 64);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_privilege_but_one_lets_a_user_read_or_answer_a_login()
    {
        await using var scene = await Scene.AttachAsync(server);
        var sessions = new List<(string Privilege, MySqlConnection Session)>();
        foreach (var privilege in await PrivilegesAsync())
            sessions.Add((privilege, await OpenAsAsync($"other{sessions.Count}", $"GRANT {privilege} ON *.* TO")));
        var (login, id) = await ParkAsync(scene);
        var (tried, through) = (0, new List<string>());

        foreach (var (privilege, session) in sessions)
        {
            foreach (var statement in Attempts(id))
            {
                tried++;
                if (await IsThroughAsync(session, statement))
                    through.Add($"{privilege}: {statement}");
            }
        }

        Assert.True(tried > 100, $"{tried} attempts");
        Assert.Empty(through);
        await RefuseAsync(login, id);
        foreach (var (_, session) in sessions)
            await session.DisposeAsync();
    }

    [Fact]
    public async Task Neither_a_view_nor_a_routine_nor_an_event_of_another_user_gets_around_it()
    {
        await using var scene = await Scene.AttachAsync(server);
        await using var session = await OpenAsAsync(
            "other", "GRANT ALL ON shop.* TO", "GRANT CREATE ROUTINE, EVENT, TRIGGER, EXECUTE ON *.* TO");
        var (login, id) = await ParkAsync(scene);
        var answer = $"rds_iam_answer_login('{Agent}', {id}, 1, 'x')";
        await server.RunAsync($"""
            CREATE OR REPLACE SQL SECURITY DEFINER VIEW shop.as_root AS SELECT {answer} AS answered;
            CREATE OR REPLACE SQL SECURITY INVOKER VIEW shop.as_caller AS SELECT {answer} AS answered
            """);

        // A view's definer lends privileges on tables, not the session's own.
        Assert.False(await IsThroughAsync(session, "SELECT answered FROM shop.as_root"));
        Assert.False(await IsThroughAsync(session, "SELECT answered FROM shop.as_caller"));
        await RunAsync(
            session,
            $"DROP FUNCTION IF EXISTS shop.mine; CREATE FUNCTION shop.mine() RETURNS INT NOT DETERMINISTIC NO SQL RETURN {answer}");
        Assert.False(await IsThroughAsync(session, "SELECT shop.mine()"));
        Assert.False(await IsThroughAsync(session, $"SET @x = {answer}"));
        Assert.False(await IsThroughAsync(session, $"INSERT INTO shop.items VALUES ({answer}, 'x')"));
        await RefuseAsync(login, id);
    }

    [Fact]
    public async Task A_routine_that_root_made_for_others_has_roots_rights()
    {
        await using var scene = await Scene.AttachAsync(server);
        var agent = await AgentIdAsync();
        await server.RunAsync($"""
            DROP FUNCTION IF EXISTS shop.lent;
            CREATE FUNCTION shop.lent() RETURNS INT NOT DETERMINISTIC NO SQL RETURN rds_iam_answer_login('{agent}', 1, 1, 'x')
            """);
        await using var session = await OpenAsAsync("other", "GRANT EXECUTE ON shop.* TO");

        Assert.Equal(0, await ScalarAsync(session, "SELECT shop.lent()"));
    }

    [Fact]
    public async Task A_role_that_is_given_up_takes_the_right_with_it()
    {
        await using var scene = await Scene.AttachAsync(server);
        var agent = await AgentIdAsync();
        await server.RunAsync("""
            CREATE ROLE IF NOT EXISTS judge;
            GRANT SYSTEM_VARIABLES_ADMIN ON *.* TO judge
            """);
        await using var session = await OpenAsAsync("other", "GRANT judge TO");
        await using var prepared = new MySqlCommand($"SELECT rds_iam_answer_login('{agent}', 1, 1, 'x')", session);

        await Assert.ThrowsAsync<MySqlException>(() => prepared.ExecuteScalarAsync(Cancelled));
        await RunAsync(session, "SET ROLE judge");
        await prepared.PrepareAsync(Cancelled);
        Assert.Equal(0L, await prepared.ExecuteScalarAsync(Cancelled));
        await RunAsync(session, "SET ROLE NONE");
        var refused = await Assert.ThrowsAsync<MySqlException>(() => prepared.ExecuteScalarAsync(Cancelled));
        Assert.Contains("it takes SYSTEM_VARIABLES_ADMIN", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_table_and_no_log_of_the_server_shows_a_token_or_a_secret()
    {
        await using var scene = await Scene.AttachAsync(server);
        await RecordEverythingAsync();
        try
        {
            var tokens = new List<string>();
            for (var login = 0; login < 5; login++)
            {
                scene.Time.Advance(TimeSpan.FromSeconds(1));
                tokens.Add(scene.Signer.Sign());
                Assert.NotNull((await scene.LogInAsync(tokens[^1])).CurrentUser);
                tokens.Add(scene.Signer.Sign() + "0");
                Assert.NotNull((await scene.LogInAsync(tokens[^1])).Error);
            }

            var secrets = tokens.Select(token => token.Split("X-Amz-Signature=")[1][..64])
                .Append(scene.Principal.SecretAccessKey)
                .Append(scene.Principal.SessionToken!)
                .Append(new MySqlConnectionStringBuilder(server.Server.AdminConnectionString).Password)
                .ToList();
            var found = new List<string>();
            var (users, tables, statements) = (0, 0, 0);
            var each = (await PrivilegesAsync()).Select(privilege => (string[])[$"GRANT {privilege} ON *.* TO"]);

            // Who may read it all, and has everything but the one privilege that judges logins; then each privilege by itself.
            foreach (var grants in each.Prepend(["GRANT ALL ON *.* TO", "REVOKE SYSTEM_VARIABLES_ADMIN, SUPER ON *.* FROM"]))
            {
                await using var session = await OpenAsAsync("other", grants);
                users++;
                foreach (var table in await SystemTablesAsync())
                {
                    tables++;
                    if (await FindAsync(session, table, secrets) is { } where)
                        found.Add($"{grants[0]} {where}");

                    // The agent's statements are to be seen: it is looked where they would stand.
                    if (users == 1 && await FindAsync(session, table, ["rds_iam_next_login"]) is not null)
                        statements++;
                }
            }

            Assert.True(users > 30 && tables > 200 * users, $"{users} users, {tables} tables");
            Assert.True(statements > 10, $"the agent's statements in {statements} tables");
            Assert.Empty(found);
        }
        finally
        {
            await server.RunAsync("SET GLOBAL general_log = OFF, GLOBAL slow_query_log = OFF, GLOBAL long_query_time = DEFAULT");
        }
    }

    [Fact]
    public async Task A_login_is_judged_when_the_call_that_took_it_is_lost()
    {
        await using var scene = await Scene.AttachAsync(server);
        // Takes the logins with the agent's own name, in its place, and answers none: what a call does whose connection has died.
        var agent = await AgentIdAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var lost = 0;
        var thief = Task.Run(
            async () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    if (await server.RunAsync($"SELECT CAST(rds_iam_next_login('{agent}', 100) AS BINARY)") is byte[] { Length: > 0 })
                        Interlocked.Increment(ref lost);
                }
            },
            Cancelled);

        for (var login = 0; login < 15; login++)
        {
            scene.Time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal("app@%", (await scene.LogInAsync(scene.Signer.Sign())).CurrentUser);
        }

        await stop.CancelAsync();
        await thief;
        Assert.True(lost > 0, "no call took a login in the agent's place");
        Assert.Equal(15, scene.Attempts.Count);
    }

    private static IEnumerable<string> Attempts(ulong id) =>
    [
        $"SELECT rds_iam_next_login('{Agent}', 0)",
        $"SELECT rds_iam_next_login('{Agent}', -1)",
        $"SELECT rds_iam_next_login(NULL, 0)",
        $"SELECT rds_iam_answer_login('{Agent}', {id}, 1, 'x')",
    ];

    // Whatever SHOW PRIVILEGES has for the whole server, static and dynamic; SYSTEM_VARIABLES_ADMIN is the one that is meant to do it.
    private async Task<List<string>> PrivilegesAsync()
    {
        await using var admin = new MySqlConnection(server.Server.AdminConnectionString);
        await admin.OpenAsync(Cancelled);
        await using var show = new MySqlCommand("SHOW PRIVILEGES", admin);
        await using var reader = await show.ExecuteReaderAsync(Cancelled);
        var privileges = new List<string>();
        while (await reader.ReadAsync(Cancelled))
        {
            var (name, context) = (reader.GetString(0).ToUpperInvariant(), reader.GetString(1));
            if (name is not ("SYSTEM_VARIABLES_ADMIN" or "USAGE" or "PROXY" or "GRANT OPTION") && context.Length > 0)
                privileges.Add(name);
        }

        return privileges;
    }

    private async Task<MySqlConnection> OpenAsAsync(string user, params IEnumerable<string> grants)
    {
        await server.RunAsync($"DROP USER IF EXISTS {user}; CREATE USER {user} IDENTIFIED BY '{Password}'");
        foreach (var grant in grants)
            await server.RunAsync($"{grant} {user}");
        var connection = new MySqlConnection(new MySqlConnectionStringBuilder(server.Server.AdminConnectionString)
        {
            UserID = user,
            Password = Password,
            Pooling = false,
            AllowUserVariables = true,
        }.ConnectionString);
        await connection.OpenAsync(Cancelled);
        return connection;
    }

    private async Task<string> AgentIdAsync()
    {
        var statement = "";
        await TestServer.EventuallyAsync(
            async () =>
            {
                statement = (string?)await server.RunAsync("""
                    SELECT PROCESSLIST_INFO FROM performance_schema.threads
                    WHERE PROCESSLIST_INFO LIKE '%rds_iam_next_login(%' AND PROCESSLIST_ID <> CONNECTION_ID() LIMIT 1
                    """) ?? "";
                return AgentId().IsMatch(statement);
            },
            "a call of the agent waits",
            Cancelled);
        return AgentId().Match(statement).Value;
    }

    // A login that waits for an answer, and its number, which an attacker would have to guess. The test is the agent from here on.
    private async Task<(Task<ClientView> Login, ulong Id)> ParkAsync(Scene scene)
    {
        await scene.Emulator.DisposeAsync();
        await server.RunAsync($"SET GLOBAL awsauthenticationplugin_agent = '{Agent}'");
        var login = scene.LogInAsync("not-a-token");
        var taken = await server.RunAsync($"SELECT CAST(rds_iam_next_login('{Agent}', 5000) AS BINARY)");
        return (login, ParkedLogin.Read(Assert.IsType<byte[]>(taken)).Id);
    }

    // Whoever may, answers it: so it was there to be answered by the others too.
    private async Task RefuseAsync(Task<ClientView> login, ulong id)
    {
        Assert.Equal(1L, await server.RunAsync($"SELECT rds_iam_answer_login('{Agent}', {id}, 0, NULL)"));
        await server.RunAsync("SET GLOBAL awsauthenticationplugin_agent = ''");
        Assert.Contains("1045", (await login).Error, StringComparison.Ordinal);
    }

    private static async Task<bool> IsThroughAsync(MySqlConnection session, string statement)
    {
        try
        {
            var value = await ScalarAsync(session, statement);
            return value is not (null or DBNull or 0 or 0L);
        }
        catch (MySqlException)
        {
            return false;
        }
    }

    private static async Task<object?> ScalarAsync(MySqlConnection session, string sql)
    {
        await using var command = new MySqlCommand(sql, session);
        return await command.ExecuteScalarAsync(Cancelled);
    }

    private static async Task RunAsync(MySqlConnection session, string sql)
    {
        await using var command = new MySqlCommand(sql, session);
        await command.ExecuteNonQueryAsync(Cancelled);
    }

    [GeneratedRegex("[0-9a-f]{64}")]
    private static partial Regex AgentId();
}
