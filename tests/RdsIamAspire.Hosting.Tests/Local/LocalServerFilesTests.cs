using RdsIamAspire.Hosting.Local;

namespace RdsIamAspire.Hosting.Tests.Local;

/// <summary>The CA, certificate, key and plugin that a local server is started with.</summary>
public sealed class LocalServerFilesTests
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    [Fact]
    public void They_are_for_their_owner_alone_and_gone_with_the_AppHost()
    {
        string folder;
        using (var files = new LocalServerFiles(["localhost"], static () => null))
        {
            folder = Path.GetDirectoryName(files.ServerKeyPath)!;

            Assert.True(
                File.Exists(files.CaCertificatePath)
                    && File.Exists(files.ServerCertificatePath)
                    && File.Exists(files.ServerKeyPath)
                    && File.Exists(files.PluginPath));
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(OwnerOnly, File.GetUnixFileMode(folder));
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(files.ServerKeyPath));
            }
        }

        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public void What_a_killed_AppHost_left_behind_goes_with_the_next_start_and_what_a_living_one_has_stays()
    {
        using var living = new LocalServerFiles(["localhost"], static () => null);
        var runs = Path.GetDirectoryName(Path.GetDirectoryName(living.CaCertificatePath))!;
        // Made elsewhere: any AppHost of this machine that starts takes it away as soon as it is there.
        var made = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(runs)!, $"killed-{Guid.NewGuid():N}")).FullName;
        File.WriteAllText(Path.Combine(made, "owner.lock"), string.Empty);
        File.WriteAllText(Path.Combine(made, "server-key.pem"), "a key");
        var leftover = Path.Combine(runs, Path.GetFileName(made));
        Directory.Move(made, leftover);

        using var next = new LocalServerFiles(["localhost"], static () => null);

        Assert.True(File.Exists(next.CaCertificatePath));
        // Another test may be taking it away at this moment.
        Assert.True(SpinWait.SpinUntil(() => !Directory.Exists(leftover), TimeSpan.FromMinutes(5)));
        Assert.True(File.Exists(living.ServerKeyPath));
    }

    [Fact]
    public void A_container_that_outlives_its_AppHost_keeps_its_certificate()
    {
        var key = $"test-{Guid.NewGuid():N}/orders-db-server";
        using var first = new LocalServerFiles(["localhost"], () => key);
        var (ca, certificate) = (File.ReadAllText(first.CaCertificatePath), File.ReadAllText(first.ServerCertificatePath));
        first.Dispose();
        using var second = new LocalServerFiles(["localhost"], () => key);
        try
        {
            Assert.Equal(ca, File.ReadAllText(second.CaCertificatePath));
            Assert.Equal(certificate, File.ReadAllText(second.ServerCertificatePath));

            File.WriteAllText(second.ServerCertificatePath, "damaged");
            using var third = new LocalServerFiles(["localhost"], () => key);
            Assert.StartsWith("-----BEGIN CERTIFICATE-----", File.ReadAllText(third.ServerCertificatePath), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(second.CaCertificatePath)!, recursive: true);
        }
    }
}
