using Amazon.Runtime;

namespace RdsIamAspire.Tests.Conformance;

[Collection(SdkClock.Collection)]
public sealed class GoldenVectorTests
{
    [Fact]
    public async Task The_token_of_botocores_unit_test_is_made_bit_for_bit()
    {
        using var clock = SdkClock.At(new(2016, 11, 7, 17, 39, 33, DateTimeKind.Utc));
        using var source = new RdsAuthTokenSource(new() { Credentials = new BasicAWSCredentials("akid", "skid"), Region = "us-east-1" });
        var token = await source.GetTokenAsync(
            new("prod-instance.us-east-1.rds.amazonaws.com", 3306, "someusername"),
            TestContext.Current.CancellationToken);
        Assert.EndsWith("&X-Amz-Signature=d1138cdbc0ca63eec012ec0fc6c2267e03642168f5884a7795320d4c18374c61", token.Value);
    }
}
