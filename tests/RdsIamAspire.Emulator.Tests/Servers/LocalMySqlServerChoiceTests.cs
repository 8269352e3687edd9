namespace RdsIamAspire.Emulator.Tests.Servers;

/// <summary>Which server is taken where nobody says which, and what is said of it.</summary>
public sealed class LocalMySqlServerChoiceTests
{
    private static readonly LocalMySqlServerCandidate Image = new(
        LocalMySqlServerKind.Docker, "Docker image mysql:8.4")
    { Image = "mysql:8.4" };

    private static readonly LocalMySqlServerCandidate Mysqld = new(LocalMySqlServerKind.Mysqld, "mysqld 9.7.4 at /usr/sbin/mysqld")
    {
        Binary = new("/usr/sbin/mysqld", ["/usr/sbin/mysqld"], [], "/usr/lib/mysql/plugin", "Ver 9.7.4"),
    };

    private static readonly LocalMySqlServerCandidate NoImage = new(
        LocalMySqlServerKind.Docker, "Docker", "no MySQL image is on this machine");
    private static readonly LocalMySqlServerCandidate NoMysqld = new(
        LocalMySqlServerKind.Mysqld, "mysqld", "none is on the PATH and none is unpacked");

    [Fact]
    public void An_image_that_is_here_comes_before_a_mysqld()
    {
        var choice = Choose([Image, Mysqld]);

        Assert.Equal((LocalMySqlServerKind.Docker, "mysql:8.4"), (choice.Kind, choice.Image));
        Assert.Equal("mysql:8.4 is on this machine", choice.Reason);
    }

    [Fact]
    public void A_mysqld_comes_before_one_that_is_unpacked_and_says_what_Docker_lacks()
    {
        var choice = Choose([Mysqld, NoImage], hasEngine: false);

        Assert.Equal((LocalMySqlServerKind.Mysqld, false), (choice.Kind, choice.MustUnpack));
        Assert.Equal("/usr/sbin/mysqld is on this machine, and no container engine answers", choice.Reason);
    }

    [Fact]
    public void One_is_unpacked_before_an_image_is_pulled()
    {
        Assert.True(Choose([NoImage, NoMysqld]).MustUnpack);
        Assert.Equal("mysql:8.4", Choose([NoImage, NoMysqld], canUnpack: false).Image);
    }

    [Fact]
    public void Who_reaches_nothing_but_a_container_gets_one()
    {
        Assert.Contains("'job' is a container", Choose([Image], LocalMySqlServerKind.Docker, "job").Reason, StringComparison.Ordinal);
        Assert.Equal("mysql:8.4", Choose([NoImage], LocalMySqlServerKind.Docker, "job").Image);
        // Without an engine it is a container that waits for one.
        Assert.Equal(LocalMySqlServerKind.Docker, Choose([NoImage], LocalMySqlServerKind.Docker, "job", hasEngine: false).Kind);
    }

    [Fact]
    public void What_was_asked_for_is_the_reason()
    {
        Assert.StartsWith(
            "RDS_IAM_SERVER asks for it; /usr/sbin/mysqld",
            Choose([Mysqld], LocalMySqlServerKind.Mysqld, hasEngine: false).Reason,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "RDS_IAM_SERVER asks for it; mysql:8.4", Choose([Image], LocalMySqlServerKind.Docker).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_container_that_is_asked_for_waits_for_an_engine()
    {
        var choice = Choose([NoImage], LocalMySqlServerKind.Docker, hasEngine: false);

        Assert.Equal(LocalMySqlServerKind.Docker, choice.Kind);
        Assert.Equal("mysql:8.4", choice.Image);
        Assert.Contains("no container engine answers yet", choice.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nothing_can_be_had_all_of_it_is_said()
    {
        var error = Assert.Throws<LocalMySqlServerException>(() => Choose([NoImage, NoMysqld], canUnpack: false, hasEngine: false));

        Assert.Equal(LocalMySqlServerProblem.NoServerFound, error.Problem);
        Assert.Contains("no MySQL image", error.Message, StringComparison.Ordinal);
        Assert.Contains("none is unpacked", error.Message, StringComparison.Ordinal);
    }

    private static LocalMySqlServerChoice Choose(
        IReadOnlyList<LocalMySqlServerCandidate> candidates,
        LocalMySqlServerKind kind = LocalMySqlServerKind.Auto,
        string? containerFor = null,
        bool canUnpack = true,
        bool hasEngine = true) => LocalMySqlServerChoice.Make(candidates, kind, containerFor, canUnpack, hasEngine);
}
