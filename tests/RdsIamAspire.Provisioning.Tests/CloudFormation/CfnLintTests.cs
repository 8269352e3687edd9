namespace RdsIamAspire.Provisioning.Tests.CloudFormation;

/// <summary>What cfn-lint, AWS's own checker of CloudFormation templates, says of what is published.</summary>
public sealed class CfnLintTests
{
    [Theory]
    [MemberData(nameof(Plans.Names), MemberType = typeof(Plans))]
    public async Task A_template_has_nothing_that_cfn_lint_would_say(string plan)
    {
        using var folder = new TemporaryFolder();
        var template = CloudFormationSnippet.Create(Plans.All[plan]);
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "cloudformation.yaml"), template, TestContext.Current.CancellationToken);

        var said = await LintAsync(folder.Path);

        Assert.True(said.ExitCode == 0, said.Output + said.Error + template);
    }

    [Fact]
    public async Task The_check_can_fail()
    {
        using var folder = new TemporaryFolder();
        var template = CloudFormationSnippet.Create(Plans.OneUser).Replace(
            "!Ref OrdersAppRoles", "!Ref NobodysRoles", StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "cloudformation.yaml"), template, TestContext.Current.CancellationToken);

        var said = await LintAsync(folder.Path);

        Assert.NotEqual(0, said.ExitCode);
        Assert.Contains("NobodysRoles", said.Output, StringComparison.Ordinal);
    }

    private static async Task<Tool.Said> LintAsync(string folder)
    {
        // Every level, information included; a region of each partition that the template may be deployed to.
        string[] arguments =
            ["--include-checks", "I", "--regions", "eu-west-1", "cn-north-1", "us-gov-west-1", "--template", "cloudformation.yaml"];
        var said = await Tool.RunAsync("cfn-lint", arguments, folder, TestContext.Current.CancellationToken);
        if (said is null) Assert.Skip("cfn-lint is not on the path (pip install cfn-lint).");
        return said;
    }
}
