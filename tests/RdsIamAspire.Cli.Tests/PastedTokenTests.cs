using RdsIamAspire.Cli.Tokens;

namespace RdsIamAspire.Cli.Tests;

/// <summary>A token is read as people paste it.</summary>
public sealed class PastedTokenTests
{
    private const string Token = "db.example:3306/?Action=connect&DBUser=app&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA%2F20260131%2Fus-east-1"
        + "%2Frds-db%2Faws4_request&X-Amz-Date=20260131T120000Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host&X-Amz-Signature=ab12";

    public static TheoryData<string> Pasted =>
    [
        Token,
        $"\n\n  {Token}\r\n\n",
        $"'{Token}'",
        $"\u201c{Token}\u201d",
        $"`{Token}`",
        $"https://{Token}",
        Token.Replace("&", "&amp;", StringComparison.Ordinal),
        Token.Replace("&", "\\&", StringComparison.Ordinal).Replace("?", "\\?", StringComparison.Ordinal),
        Token.Insert(60, "\n").Insert(120, "\n    "),
        Token.Insert(60, "\\\n"),
        Uri.EscapeDataString(Token),
        System.Text.Json.JsonSerializer.Serialize(Token),
        System.Text.Json.JsonSerializer.Serialize(new { Host = "x", Credentials = new { Token } }),
        $"Server=db.example;User ID=app;Password={Token};SslMode=VerifyFull",
        $"mysql://app@x?password={Token}",
        $"mysql://app:{Uri.EscapeDataString(Token)}@other.example:3306/orders",
    ];

    [Theory]
    [MemberData(nameof(Pasted), DisableDiscoveryEnumeration = true)]
    public void The_token_is_found(string text)
    {
        var found = PastedToken.Find(text);
        Assert.Equal(Token, text.StartsWith("mysql://", StringComparison.Ordinal)
            ? found[found.IndexOf("db.example", StringComparison.Ordinal)..] : found);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData(" hunter2 ", "hunter2")]
    [InlineData("{ not json", "{notjson")]
    [InlineData("{}", "{}")]
    public void What_holds_no_token_stays_what_it_is(string text, string found) => Assert.Equal(found, PastedToken.Find(text));

    [Theory]
    [InlineData("Server=db.example;Port=3307;User ID=app;Password=x", "db.example", 3307, "app", true)]
    [InlineData("host=db.example;uid=app", "db.example", null, "app", false)]
    [InlineData("Data Source=db.example;Username=app", "db.example", null, "app", false)]
    [InlineData("mysql://app:x@db.example:3306/orders", "db.example", 3306, "app", true)]
    [InlineData("jdbc:mysql://db.example/orders?user=app&sslMode=VERIFY_IDENTITY", "db.example", null, "app", false)]
    [InlineData("mysql://db.example", "db.example", null, null, false)]
    public void A_connection_string_names_host_port_and_user(string text, string host, int? port, string? user, bool hasPassword) =>
        Assert.Equal(new ConnectionText(host, port, user) { HasPassword = hasPassword }, ConnectionText.Read(text));
}
