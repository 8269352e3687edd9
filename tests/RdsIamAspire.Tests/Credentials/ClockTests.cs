namespace RdsIamAspire.Tests.Credentials;

/// <summary>A machine whose clock is away is told so by the answers of AWS's endpoints, before RDS refuses its tokens without a reason.</summary>
public sealed class ClockTests
{
    [Theory]
    [InlineData(10, "AWS's clock is 10 minutes ahead of this machine's.")]
    [InlineData(-3, "AWS's clock is 3 minutes behind this machine's.")]
    public async Task A_difference_of_minutes_is_told(int minutes, string told)
    {
        using var scene = new CredentialScene();
        scene.WebIdentity();
        scene.Aws.ClockAhead = TimeSpan.FromMinutes(minutes);

        var result = await scene.AskAsync();

        Assert.Null(result.Message);
        Assert.Equal(told, result.Clock);
    }

    [Fact]
    public async Task A_difference_of_seconds_is_not()
    {
        using var scene = new CredentialScene();
        scene.WebIdentity();
        scene.Aws.ClockAhead = TimeSpan.FromSeconds(20);

        Assert.Null((await scene.AskAsync()).Clock);
    }
}
