using System.Text.RegularExpressions;

namespace RdsIamAspire.Docs.Tests;

/// <summary>
/// Whatever docs/access-denied.md names is produced by a test, against a server that really fails that way: each heading and each error
/// of its tables has one, and one without fails here.
/// </summary>
public sealed partial class AccessDeniedTests
{
    private const string Emulator = "RdsIamAspire.Emulator.Tests";
    private const string Cli = "RdsIamAspire.Cli.Tests";

    // What the page names, and the test that produces it.
    private static readonly Dictionary<string, (string Project, string Test)> Produced = new(StringComparer.Ordinal)
    {
        ["… (using password: NO)"] = (Emulator, "An_empty_password_is_a_MalformedToken"),
        ["1045 and no line in the emulator's log"] =
            (Emulator, "A_user_that_the_server_does_not_know_gets_the_same_error_and_the_emulator_never_hears_of_it"),
        ["2059"] = ("RdsIamAspire.Clients.Tests", "The_mysql_command_line_says_that_the_cleartext_plugin_is_off"),
        ["1251"] = (Cli, "A_client_that_knows_no_plugins_is_told_1251"),
        ["1524"] = (Cli, "A_server_without_the_plugin_says_1524"),
        ["1130"] = (Cli, "A_server_without_a_user_for_this_address_says_1130"),
        ["1129"] = (Cli, "A_host_that_a_server_has_blocked_is_told_so"),
        ["1040"] = (Cli, "A_server_whose_connections_are_all_taken_says_1040"),
        ["1226"] = (Cli, "A_user_with_all_connections_taken_that_are_his_says_1226"),
        ["3159"] = (Cli, "A_server_that_wants_TLS_says_3159_to_a_client_without"),
        ["MalformedToken"] = (Emulator, "A_token_that_a_client_cut_off_is_a_MalformedToken"),
        ["TokenTooLong"] = (Emulator, "A_password_over_8_KiB_is_TokenTooLong"),
        ["WrongAction"] = (Emulator, "A_presigned_URL_for_another_action_is_WrongAction"),
        ["WrongService"] = (Emulator, "A_presigned_URL_of_another_service_is_WrongService"),
        ["WrongHost"] = (Emulator, "A_token_for_a_CNAME_is_WrongHost"),
        ["WrongPort"] = (Emulator, "A_token_for_a_tunnels_port_is_WrongPort"),
        ["UserMismatch"] = (Emulator, "A_token_for_another_user_is_UserMismatch"),
        ["WrongRegion"] = (Emulator, "A_token_for_another_region_is_WrongRegion"),
        ["TokenExpired"] = (Emulator, "A_token_of_15_minutes_ago_is_TokenExpired"),
        ["TokenFromFuture"] = (Emulator, "A_token_of_tomorrow_is_TokenFromFuture"),
        ["ExpiresTooLong"] = (Emulator, "A_token_that_wants_to_live_longer_is_ExpiresTooLong"),
        ["DateScopeMismatch"] = (Emulator, "A_scope_of_another_day_is_DateScopeMismatch"),
        ["UnknownAccessKey"] = (Emulator, "Foreign_credentials_are_an_UnknownAccessKey"),
        ["SessionTokenMismatch"] = (Emulator, "A_missing_session_token_is_SessionTokenMismatch"),
        ["CredentialsExpired"] = (Emulator, "A_token_whose_credentials_have_ended_is_CredentialsExpired"),
        ["SignatureMismatch"] = (Emulator, "Another_secret_is_SignatureMismatch"),
        ["NotAuthorized"] = (Emulator, "A_policy_for_another_user_is_NotAuthorized"),
        ["Throttled"] = (Emulator, "MaxLoginsPerSecond_throttles_in_any_second"),
        ["NoTls"] = (Emulator, "A_connection_without_TLS_is_NoTls_and_the_token_is_never_asked_for"),
        ["DeniedByFault"] = (Emulator, "DenyConnect_denies_what_the_policies_allow_until_it_is_reset"),
        ["InternalError"] = (Emulator, "A_fault_of_the_emulator_itself_is_InternalError_and_the_next_login_is_judged_again"),
        ["No answer at all"] = (Emulator, "AgentSilent_ends_in_a_refusal_at_the_plugins_deadline"),
    };

    // These say what several have in common; those that they lead to stand under them.
    private static readonly string[] Groups =
    [
        "What clients say", "What the token is", "What the token is for", "When it was made", "Who signed it", "What it may do",
        "How it came", "What was set on purpose, and what should not happen",
    ];

    // Errors that stand beside one that is produced, for the same thing: 2058 and 2061 are a client's own words for 1251, 1203 is 1226 for
    // all users together.
    private static readonly string[] Beside = ["2058", "2061", "1203"];

    private static string Page => File.ReadAllText(Path.Combine(CodeBlock.Root, "docs", "access-denied.md"));

    [Fact]
    public void Whatever_the_page_names_is_produced_by_a_test()
    {
        var named = Headings().Matches(Page).Select(match => match.Groups["name"].Value).Except(Groups)
            .Concat(Rows().Matches(Page).SelectMany(match => NamesIn(match.Groups["name"].Value)).Except(Beside));
        Assert.Equal(named.Order(StringComparer.Ordinal), Produced.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Those_tests_are_there()
    {
        foreach (var project in Produced.Values.GroupBy(one => one.Project, one => one.Test))
        {
            var text = string.Concat(Directory.EnumerateFiles(Path.Combine(CodeBlock.Root, "tests", project.Key), "*Tests.cs",
                SearchOption.AllDirectories).Select(File.ReadAllText));
            Assert.All(project, test => Assert.Contains($"\n    public async Task {test}(", text, StringComparison.Ordinal));
        }
    }

    // A row begins with an error's numbers, or with what a client says.
    private static IEnumerable<string> NamesIn(string cell) =>
        Numbers().Matches(cell) is { Count: > 0 } numbers && char.IsDigit(cell[0]) && !cell.Contains("emulator", StringComparison.Ordinal)
            ? numbers.Select(number => number.Value)
            : cell is "the client says" or "error" ? [] : [cell.Replace("`", "", StringComparison.Ordinal)];

    [GeneratedRegex("^##+ (?<name>.+)$", RegexOptions.Multiline)]
    private static partial Regex Headings();

    [GeneratedRegex(@"^\| (?<name>[^|]+?) \|", RegexOptions.Multiline)]
    private static partial Regex Rows();

    [GeneratedRegex(@"\b[1-9][0-9]{3}\b")]
    private static partial Regex Numbers();
}
