using System.Text.RegularExpressions;

namespace RdsIamAspire.Hosting.Tests;

/// <summary>
/// What is wrong in an AppHost is said with one sentence and the line that the author wrote: an unhandled exception prints the stack, and
/// the extension's own frames are not in it.
/// </summary>
public sealed partial class UserErrorTests
{
    public static TheoryData<string, Action<IDistributedApplicationBuilder>> Mistakes => new()
    {
        { "user", static b => b.AddRdsMySql("orders-db").WithRdsIamAuth("not a user") },
        { "reserved user", static b => b.AddRdsMySql("orders-db").WithRdsIamAuth("admin") },
        { "twice", static b => b.AddRdsMySql("orders-db").WithRdsIamAuth("one").WithRdsIamAuth("two") },
        { "privilege", static b => b.AddRdsMySql("orders-db").WithRdsIamAuth("one", ["SELEKT"]) },
        { "host", static b => b.AddRdsMySql("orders-db", "not a host") },
        { "misspelt host", static b => b.AddRdsMySql("orders-db", "orders.abcdefghijkl.eu-west-1.rds.amazonws.com") },
        { "region", static b => b.AddRdsMySql("orders-db", "db.example", region: "nowhere") },
        { "port", static b => b.AddRdsMySql("orders-db").RunAsLocalServer(port: 70000) },
        { "two servers", static b => b.AddRdsMySql("orders-db").RunAsEmulator().RunAsContainer() },
        { "database", static b => b.AddRdsMySql("orders-db").AddDatabase("orders", "mysql") },
        { "long name", static b => b.AddRdsMySql(new string('a', 60)) },
        { "MariaDB", static b => b.AddContainer("db", "mariadb").WithEndpoint(targetPort: 3306, name: "tcp").WithRdsIamAuth() },
        { "AddMySql twice", static b => b.AddMySql("mysql").WithRdsIamAuth("one").WithRdsIamAuth("two") },
        { "connection string twice", static b => b.AddConnectionString("old").WithRdsIamAuth("one").WithRdsIamAuth("two") },
        {
            "administrator", static b => b.AddExecutable("job", "job", ".").WithAdministratorReference(
                b.AddRdsMySql("orders-db").WithRdsIamAuth().AddDatabase("orders"))
        },
        {
            "no privilege", static b => b.AddExecutable("job", "job", ".").WithReference(
                b.AddRdsMySql("orders-db").WithRdsIamAuth().AddDatabase("orders"), [])
        },
#pragma warning disable RDSIAM015 // The mistake itself.
        {
            "password", static b => b.AddExecutable("job", "job", ".").WithReference(b.AddMySql("mysql").AddDatabase("orders"), ["SELECT"])
        },
#pragma warning restore RDSIAM015
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_one_sentence_and_the_line_that_it_was_made_on(string name, Action<IDistributedApplicationBuilder> mistake)
    {
        var thrown = Assert.ThrowsAny<Exception>(() => mistake(AppHostModel.InRunMode()));

        Assert.True(thrown is ArgumentException or DistributedApplicationException, $"{name}: {thrown.GetType()}");
        Assert.Null(thrown.InnerException);
        var frames = thrown.StackTrace!.Split('\n').Select(static line => line.Trim());
        Assert.DoesNotContain(frames, line => OwnFrame().IsMatch(line));
    }

    [GeneratedRegex(@"^at (RdsIamAspire\.(?!Hosting\.Tests)|Aspire\.Hosting\.(Rds|ApplicationModel\.Rds))")]
    private static partial Regex OwnFrame();
}
