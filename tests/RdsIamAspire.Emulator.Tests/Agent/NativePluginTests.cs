using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace RdsIamAspire.Emulator.Tests.Agent;

/// <summary>The server plugin itself, without a server.</summary>
public sealed class NativePluginTests
{
    [Theory]
    [InlineData(Architecture.X64, 0x3e)]
    [InlineData(Architecture.Arm64, 0xb7)]
    public void The_package_carries_a_library_for(Architecture architecture, byte machine)
    {
        var library = EmulatorPlugin.GetLibrary(architecture);
        Assert.Equal("\u007fELF"u8, library.AsSpan(0, 4));
        Assert.Equal(machine, library[18]);
    }

    [Fact]
    public void For_other_architectures_there_is_none() => Assert.Equal(
        "There is no aws_authentication_plugin.so for Arm; servers on linux-x64 and linux-arm64 are supported.",
        Assert.Throws<PlatformNotSupportedException>(() => EmulatorPlugin.GetLibrary(Architecture.Arm)).Message);

    [Theory]
    [InlineData(Architecture.X64)]
    [InlineData(Architecture.Arm64)]
    public void It_needs_no_glibc_newer_than_that_of_the_oldest_MySQL_8_image(Architecture architecture)
    {
        var text = System.Text.Encoding.Latin1.GetString(EmulatorPlugin.GetLibrary(architecture));
        var versions = Regex.Matches(text, @"GLIBC_(\d+\.\d+)").Select(match => Version.Parse(match.Groups[1].Value)).ToList();
        Assert.NotEmpty(versions);
        Assert.True(versions.Max() <= new Version(2, 28), $"needs glibc {versions.Max()}");
    }

    [Theory]
    [InlineData(Architecture.X64)]
    [InlineData(Architecture.Arm64)]
    public void It_exports_what_the_server_looks_for(Architecture architecture)
    {
        var text = System.Text.Encoding.Latin1.GetString(EmulatorPlugin.GetLibrary(architecture));
        foreach (var symbol in (string[])[
            "_mysql_plugin_interface_version_",
            "_mysql_sizeof_struct_st_plugin_",
            "_mysql_plugin_declarations_",
            "rds_iam_next_login",
            "rds_iam_next_login_init",
            "rds_iam_next_login_deinit",
            "rds_iam_answer_login",
            "rds_iam_answer_login_init",
        ])
            Assert.Contains($"\0{symbol}\0", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_committed_library_is_what_its_source_gives()
    {
        var output = Directory.CreateTempSubdirectory("rds-iam-native-");
        try
        {
            var (code, said) = await RunAsync(Path.Combine(NativeFolder, "build.sh"), output.FullName);
            Assert.SkipWhen(
                code != 0 && said.Contains("no C compiler", StringComparison.Ordinal),
                "no C compiler on this machine (apt-get install gcc)");
            Assert.True(code == 0, said);
            var compared = 0;
            foreach (var (folder, architecture) in ((string, Architecture)[])[
                ("linux-x64", Architecture.X64),
                ("linux-arm64", Architecture.Arm64),
            ])
            {
                var built = Path.Combine(output.FullName, folder, EmulatorPlugin.FileName);
                if (!File.Exists(built)) continue;
                compared++;
                var (mine, committed) =
                    (await File.ReadAllBytesAsync(built, TestContext.Current.CancellationToken), EmulatorPlugin.GetLibrary(architecture));

                // The same compiler gives the same bytes; another one at least the same dynamic symbols.
                if (!mine.AsSpan().SequenceEqual(committed))
                    Assert.Equal(Symbols(committed), Symbols(mine));
            }

            Assert.True(compared > 0);
        }
        finally
        {
            output.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("address,undefined")]
    [InlineData("thread")]
    public async Task Under_a_sanitizer_it_is_clean(string sanitizer)
    {
        var driver = await BuildDriverAsync($"-fsanitize={sanitizer}", "-fno-sanitize-recover=all");
        var (code, said) = await RunAsync(driver);
        Assert.True(code == 0 && said.Contains("ok:", StringComparison.Ordinal), said);
    }

    [Fact]
    public async Task Under_valgrind_it_is_clean()
    {
        Assert.SkipWhen(Find("valgrind") is null, "no valgrind on this machine (apt-get install valgrind)");
        var driver = await BuildDriverAsync("-O1");
        var (code, said) = await RunAsync("valgrind", "-q", "--error-exitcode=9", "--leak-check=full", driver);
        Assert.True(code == 0 && said.Contains("ok:", StringComparison.Ordinal), said);
    }

    private static async Task<string> BuildDriverAsync(params string[] options)
    {
        Assert.SkipWhen(!OperatingSystem.IsLinux(), "the plugin is for Linux");
        Assert.SkipWhen(Find("gcc") is null, "no gcc on this machine (apt-get install gcc)");
        var driver =
            Path.Combine(AppContext.BaseDirectory, $"plugin_driver_{string.Concat(options).GetHashCode(StringComparison.Ordinal):x}");
        var (code, said) = await RunAsync("gcc",
            [
                "-std=c11",
                "-O1",
                "-g",
                "-pthread",
                "-Wall",
                "-Wextra",
                "-Werror",
                .. options,
                "-I",
                NativeFolder,
                Path.Combine(AppContext.BaseDirectory, "Native", "plugin_driver.c"),
                "-o",
                driver,
            ]);
        Assert.SkipWhen(
            code != 0 && said.Contains("cannot find", StringComparison.Ordinal),
            "gcc on this machine lacks the sanitizer's library");
        Assert.True(code == 0, said);
        return driver;
    }

    private static string NativeFolder => Path.Combine(AppContext.BaseDirectory, "native-source");

    private static string? Find(string tool) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, tool))
            .FirstOrDefault(File.Exists);

    private static string Symbols(
        byte[] library) =>
            string.Join(
                ' ',
                Regex.Matches(System.Text.Encoding.Latin1.GetString(library), @"\0((?:_mysql_|rds_iam_)\w+)(?=\0)")
                    .Select(match => match.Groups[1].Value)
                    .Order(StringComparer.Ordinal));

    private static async Task<(int Code, string Said)> RunAsync(string file, params string[] arguments)
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("the plugin is for Linux");
        if (file.EndsWith(".sh", StringComparison.Ordinal)) (file, arguments) = ("bash", [file, .. arguments]);
        using var process =
            Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await error);
    }
}
