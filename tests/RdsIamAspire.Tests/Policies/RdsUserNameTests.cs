using RdsIamAspire.Provisioning;

namespace RdsIamAspire.Tests.Policies;

/// <summary>The one rule for a user's name: what it lets through, MySQL, an ARN and every snippet take as it is.</summary>
public sealed class RdsUserNameTests
{
    [Theory]
    [InlineData("orders_app")]
    [InlineData("Orders-App.2")]
    [InlineData("7")]
    [InlineData("abcdefghijklmnopqrstuvwxyz012345")]
    public void A_name_that_MySQL_and_ARNs_take_is_written_everywhere_as_it_is(string name)
    {
        Assert.True(RdsUserName.IsValid(name));
        Assert.EndsWith(
            $":dbuser:db-A/{name}", new RdsDbUserArn("eu-west-1", "123456789012", "db-A", name).ToString(), StringComparison.Ordinal);
        Assert.Contains($"`{name}`@`%`", RdsGrantScript.Create(name, null), StringComparison.Ordinal);
        Assert.Contains($"/{name}\n", CloudFormationSnippet.Create(new RdsIamPlan("orders-db", name)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("abcdefghijklmnopqrstuvwxyz0123456")]
    [InlineData("jane@%")]
    [InlineData("orders app")]
    [InlineData("orders*")]
    [InlineData("orders?")]
    [InlineData("${aws:username}")]
    [InlineData("app'; --")]
    [InlineData("app\"x")]
    [InlineData("app/x")]
    [InlineData("app:x")]
    [InlineData("app\nAction: '*'")]
    [InlineData("пользователь")]
    public void A_name_that_one_of_them_would_not_carry_is_refused_in_one_sentence(string? name)
    {
        Assert.False(RdsUserName.IsValid(name));
        var error = Assert.Throws<ArgumentException>(() => RdsUserName.Checked(name));
        Assert.StartsWith($"'{name}' is not a user name here: {RdsUserName.Rule}.", error.Message, StringComparison.Ordinal);
        Assert.ThrowsAny<ArgumentException>(() => new RdsIamPlan("orders-db", name!));
    }
}
