namespace RdsIamAspire.Provisioning.Tests.Terraform;

/// <summary>HashiCorp's AWS provider, had once for all tests; where it cannot be had, they are skipped and say why.</summary>
public sealed class TerraformProvider : IAsyncLifetime
{
    private const string Lock = ".terraform.lock.hcl";
    private readonly TemporaryFolder _folder = new();
    private string? _missing;

    /// <summary>Where Terraform finds the provider without asking a registry again.</summary>
    internal Dictionary<string, string> Environment => new() { ["TF_DATA_DIR"] = Path.Combine(_folder.Path, ".terraform") };

    public async ValueTask InitializeAsync()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "provider.tf"), "data \"aws_partition\" \"any\" {}\n", cancellationToken);
        var said = await Tool.RunAsync("terraform", ["init", "-input=false", "-no-color"], _folder.Path, cancellationToken);
        _missing = said switch
        {
            null => "terraform is not on the path.",
            { ExitCode: 0 } => null,
            _ => "terraform init cannot have the provider hashicorp/aws; where there is a folder of providers: "
                + "TF_CLI_ARGS_init=-plugin-dir=FOLDER.",
        };
    }

    /// <summary>Does for a folder what <c>terraform init</c> does; skips the test where the provider is missing.</summary>
    internal void Install(TemporaryFolder folder)
    {
        if (_missing is not null) Assert.Skip(_missing);
        File.Copy(Path.Combine(_folder.Path, Lock), Path.Combine(folder.Path, Lock));
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
