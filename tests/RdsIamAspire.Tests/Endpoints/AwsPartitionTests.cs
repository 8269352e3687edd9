using Amazon;

namespace RdsIamAspire.Tests.Endpoints;

public sealed class AwsPartitionTests
{
    [Fact]
    public void Every_region_of_the_SDK_belongs_to_the_partition_and_suffix_that_the_SDK_says()
    {
        foreach (var region in RegionEndpoint.EnumerableAllRegions.Where(r => r.SystemName != "us-east-1-regional"))
        {
            var partition = AwsPartition.FromRegion(region.SystemName);
            Assert.Equal((region.PartitionName, region.PartitionDnsSuffix), (partition.Name, partition.DnsSuffix));
        }
    }

    [Theory]
    [InlineData("eu-west-99", "aws")]
    [InlineData("cn-south-1", "aws-cn")]
    [InlineData("us-gov-north-7", "aws-us-gov")]
    [InlineData("us-iso-south-1", "aws-iso")]
    public void A_region_that_is_not_known_yet_is_judged_by_its_prefix(string region, string partition) =>
        Assert.Equal(partition, AwsPartition.FromRegion(region).Name);

    [Theory]
    [InlineData("EU-WEST-1")]
    [InlineData("eu west 1")]
    [InlineData("euwest1")]
    [InlineData("west-1")]
    [InlineData("eu-west-")]
    [InlineData("eu-west-one")]
    [InlineData("*")]
    public void A_text_that_is_no_region_is_refused(string region) =>
        Assert.Contains(
            $"'{region}' is not an AWS region name",
            Assert.Throws<ArgumentException>(() => AwsPartition.FromRegion(region)).Message,
            StringComparison.Ordinal);
}
