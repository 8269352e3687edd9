using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using RdsIamAspire.Analyzers.Tests.Running;

namespace RdsIamAspire.Analyzers.Tests.Rules;

/// <summary>RDSIAM010: the emulator belongs in tests, AppHosts and tools.</summary>
public sealed class EmulatorReferenceTests
{
    [Theory]
    [InlineData("RdsIamAspire.Emulator")]
    [InlineData("RdsIamAspire.Testcontainers")]
    public async Task A_project_that_ships_is_told_of_the_reference(string assembly)
    {
        var found = await FindAsync(assembly);

        Assert.Equal(["RDSIAM010"], found);
    }

    [Theory]
    [InlineData("IsTestProject")]
    [InlineData("IsTestingPlatformApplication")]
    [InlineData("IsAspireHost")]
    [InlineData("PackAsTool")]
    [InlineData("RdsIamAspireAllowEmulator")]
    public async Task A_project_that_says_what_it_is_may_have_it(string property)
    {
        Assert.Empty(await FindAsync("RdsIamAspire.Emulator", new Dictionary<string, string> { ["build_property." + property] = "true" }));
    }

    [Fact]
    public async Task A_project_beside_a_test_framework_may_have_it()
    {
        Assert.Empty(await FindAsync("RdsIamAspire.Emulator", options: null, "xunit.v3.core"));
    }

    [Fact]
    public async Task The_client_is_nobodys_business()
    {
        Assert.Empty(await FindAsync("RdsIamAspire.MySqlConnector"));
    }

    private static async Task<string[]> FindAsync(string assembly, Dictionary<string, string>? options = null, params string[] others)
    {
        var compilation = Analysis.Compile("class C { }", [Empty(assembly), .. others.Select(Empty)]);
        return [.. (await Analysis.RunAsync(compilation, options)).Select(each => each.Id)];
    }

    private static CompilationReference Empty(string name) =>
        CSharpCompilation.Create(name, options: new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary)).ToMetadataReference();
}
