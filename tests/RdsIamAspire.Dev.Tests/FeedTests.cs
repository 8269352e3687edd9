namespace RdsIamAspire.Dev.Tests;

/// <summary>What is found out about the NuGet feed, and how it is kept.</summary>
public sealed class FeedTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("rds-iam-dev-");

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void What_was_found_out_is_read_back(bool awsSdkRds, bool aspireEnvironments)
    {
        FeedFile.Write(_root.FullName, new Feed(awsSdkRds, aspireEnvironments));

        Assert.Equal(new Feed(awsSdkRds, aspireEnvironments), FeedFile.Read(_root.FullName));
        Assert.Equal([FeedFile.Name], _root.EnumerateFiles().Select(static f => f.Name));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<Project><PropertyGroup><AwsSdkRds>false")]
    [InlineData("<Project><PropertyGroup><AwsSdkRds>perhaps</AwsSdkRds></PropertyGroup></Project>")]
    [InlineData("<Project><PropertyGroup><AwsSdkRds>false</AwsSdkRds></PropertyGroup></Project>")]
    public void A_file_that_does_not_say_it_all_is_looked_at_again(string content)
    {
        File.WriteAllText(Path.Combine(_root.FullName, FeedFile.Name), content);

        Assert.Null(FeedFile.Read(_root.FullName));
    }

    [Fact]
    public void Looking_again_begins_with_nothing()
    {
        FeedFile.Write(_root.FullName, new Feed(AwsSdkRds: true, AspireEnvironments: true));

        FeedFile.Delete(_root.FullName);

        Assert.Null(FeedFile.Read(_root.FullName));
    }

    [Fact]
    public void A_package_is_asked_for_in_the_version_that_the_tree_builds_with()
    {
        var packages = Path.Combine(_root.FullName, "Directory.Packages.props");
        File.WriteAllText(packages, """
            <Project>
              <PropertyGroup><SomeVersion>1.2.3</SomeVersion></PropertyGroup>
              <ItemGroup><PackageVersion Include="A" Version="$(SomeVersion)" /><PackageVersion Include="B" Version="[$(SomeVersion)-x, 2.0)" /></ItemGroup>
            </Project>
            """);

        var project = FeedProbe.Project(["A", "B"], Versions.Read(packages));

        Assert.Contains("""<PackageReference Include="A" Version="1.2.3" />""", project, StringComparison.Ordinal);
        Assert.Contains("""<PackageReference Include="B" Version="[1.2.3-x, 2.0)" />""", project, StringComparison.Ordinal);
    }

    public void Dispose() => _root.Delete(recursive: true);
}
