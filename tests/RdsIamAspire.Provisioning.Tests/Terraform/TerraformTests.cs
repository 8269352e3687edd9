using System.Text.Json;

namespace RdsIamAspire.Provisioning.Tests.Terraform;

/// <summary>What Terraform, with HashiCorp's own AWS provider, says of what is published.</summary>
public sealed class TerraformTests(TerraformProvider provider) : IClassFixture<TerraformProvider>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Plans.Names), MemberType = typeof(Plans))]
    public async Task A_configuration_is_valid_without_warnings_and_formatted(string plan)
    {
        using var folder = new TemporaryFolder();
        await WriteAsync(folder, "terraform.tf", TerraformSnippet.Create(Plans.All[plan]));

        provider.Install(folder);
        await AssertValidAsync(folder);

        var format = await RunAsync(folder, "fmt", "-check", "-diff");
        Assert.True(format.ExitCode == 0, format.Output + format.Error);
    }

    [Fact]
    public async Task The_configurations_of_several_endpoints_stand_in_one_folder()
    {
        using var folder = new TemporaryFolder();
        await WriteAsync(folder, "orders.tf", TerraformSnippet.Create(Plans.ThreeUsers with { Kind = RdsResourceKind.Cluster }));
        await WriteAsync(folder, "stock.tf", TerraformSnippet.Create(new RdsIamPlan("stock-db", "stock_app", "orders_app")));

        provider.Install(folder);
        await AssertValidAsync(folder);
    }

    [Fact]
    public async Task The_check_can_fail()
    {
        using var folder = new TemporaryFolder();
        var written = TerraformSnippet.Create(Plans.OneUser);
        await WriteAsync(folder, "one.tf", written);
        await WriteAsync(folder, "two.tf", written);

        var said = await Tool.RunAsync("terraform", ["init", "-input=false", "-no-color"], folder.Path, Cancel);
        if (said is null) Assert.Skip("terraform is not on the path.");

        Assert.NotEqual(0, said.ExitCode);
        Assert.Contains("Duplicate variable declaration", said.Error, StringComparison.Ordinal);
    }

    /// <summary>
    /// Plans with the provider's answers made up (terraform test, mock_provider): what would be created is read, and no AWS account is
    /// asked.
    /// </summary>
    [Fact]
    public async Task Each_user_has_a_policy_of_its_own_that_is_attached_to_the_roles_of_its_services()
    {
        using var folder = new TemporaryFolder();
        await WriteAsync(folder, "terraform.tf", TerraformSnippet.Create(Plans.ThreeUsers with { Kind = RdsResourceKind.Cluster }));
        await WriteAsync(folder, "plan.tftest.hcl", """
            mock_provider "aws" {
              mock_data "aws_partition" {
                defaults = { partition = "aws-cn" }
              }
              mock_data "aws_region" {
                defaults = { id = "cn-north-1" }
              }
              mock_data "aws_caller_identity" {
                defaults = { account_id = "123456789012" }
              }
              mock_data "aws_rds_cluster" {
                defaults = { cluster_resource_id = "cluster-ABCDEFGHIJKL01234", iam_database_authentication_enabled = true }
              }
            }

            variables {
              orders_db_identifier = "orders"
              orders_db_roles = {
                "orders_app"     = ["api", "worker"]
                "reports.reader" = ["reports"]
                "Orders-App"     = ["api"]
              }
            }

            run "policies" {
              command = plan
              assert {
                condition = toset([for policy in aws_iam_policy.orders_db_connect : policy.name]) == toset([
                  "orders-db-orders_app-connect", "orders-db-reports.reader-connect", "orders-db-Orders-App-connect"
                ])
                error_message = "names"
              }
              assert {
                condition = jsondecode(aws_iam_policy.orders_db_connect["reports.reader"].policy).Statement[0].Resource == join("", [
                  "arn:aws-cn:rds-db:cn-north-1:123456789012:dbuser:cluster-ABCDEFGHIJKL01234/reports.reader"
                ])
                error_message = "resource"
              }
              assert {
                condition = sort([for attachment in aws_iam_role_policy_attachment.orders_db_connect : attachment.role]) == tolist([
                  "api", "api", "reports", "worker"
                ])
                error_message = "roles"
              }
            }

            run "a_user_without_a_role" {
              command = plan
              variables {
                orders_db_roles = { "orders_app" = ["api"] }
              }
              expect_failures = [var.orders_db_roles]
            }
            """);

        provider.Install(folder);
        var said = await RunAsync(folder, "test", "-no-color");

        Assert.True(said.ExitCode == 0, said.Output + said.Error);
        Assert.Contains("2 passed, 0 failed", said.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_in_place_of_a_resource_id_is_refused_where_the_kind_is_not_known()
    {
        using var folder = new TemporaryFolder();
        await WriteAsync(folder, "terraform.tf", TerraformSnippet.Create(Plans.OneUser));
        await WriteAsync(folder, "plan.tftest.hcl", """
            mock_provider "aws" {}

            variables {
              orders_db_roles = { "orders_app" = ["api"] }
            }

            run "a_name" {
              command = plan
              variables {
                orders_db_resource_id = "orders"
              }
              expect_failures = [var.orders_db_resource_id]
            }

            run "a_proxy" {
              command = plan
              variables {
                orders_db_resource_id = "prx-ABCDEFGHIJKL01234"
              }
            }
            """);

        provider.Install(folder);
        var said = await RunAsync(folder, "test", "-no-color");

        Assert.True(said.ExitCode == 0, said.Output + said.Error);
    }

    private static Task WriteAsync(TemporaryFolder folder, string name, string text) =>
        File.WriteAllTextAsync(Path.Combine(folder.Path, name), text, Cancel);

    private async Task AssertValidAsync(TemporaryFolder folder)
    {
        var said = await RunAsync(folder, "validate", "-json");
        using var result = JsonDocument.Parse(said.Output);
        Assert.True(result.RootElement.GetProperty("valid").GetBoolean(), said.Output);
        Assert.True(result.RootElement.GetProperty("warning_count").GetInt32() == 0, said.Output);
    }

    private async Task<Tool.Said> RunAsync(TemporaryFolder folder, params string[] arguments)
    {
        var said = await Tool.RunAsync("terraform", arguments, folder.Path, Cancel, provider.Environment);
        if (said is null) Assert.Skip("terraform is not on the path.");
        return said;
    }
}
