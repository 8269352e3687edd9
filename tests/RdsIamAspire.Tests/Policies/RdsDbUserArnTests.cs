namespace RdsIamAspire.Tests.Policies;

public sealed class RdsDbUserArnTests
{
    [Theory]
    [InlineData("eu-west-1", "123456789012", "db-ABCDEFGHIJKL01234", "jane_doe",
        "arn:aws:rds-db:eu-west-1:123456789012:dbuser:db-ABCDEFGHIJKL01234/jane_doe")]
    [InlineData("eu-west-1", "123456789012", "cluster-ABCDEFGHIJKL01234", "app",
        "arn:aws:rds-db:eu-west-1:123456789012:dbuser:cluster-ABCDEFGHIJKL01234/app")]
    [InlineData("us-west-2", "123456789012", "prx-0123456789abcdef0", "app",
        "arn:aws:rds-db:us-west-2:123456789012:dbuser:prx-0123456789abcdef0/app")]
    [InlineData("cn-north-1", "123456789012", "db-ABCDEFGHIJKL01234", "app",
        "arn:aws-cn:rds-db:cn-north-1:123456789012:dbuser:db-ABCDEFGHIJKL01234/app")]
    [InlineData("us-gov-west-1", "123456789012", "*", "app", "arn:aws-us-gov:rds-db:us-gov-west-1:123456789012:dbuser:*/app")]
    [InlineData("*", "*", "*", "*", "arn:aws:rds-db:*:*:dbuser:*/*")]
    [InlineData("eu-west-1", "123456789012", "db-*", "${aws:username}",
        "arn:aws:rds-db:eu-west-1:123456789012:dbuser:db-*/${aws:username}")]
    public void The_ARN_is_written_as_AWS_writes_it_and_reads_back(string region, string account, string id, string user, string expected)
    {
        var arn = new RdsDbUserArn(region, account, id, user);

        Assert.Equal(expected, arn.ToString());
        Assert.Equal(arn, RdsDbUserArn.Parse(expected));
    }

    [Theory]
    [InlineData("eu-west-1", "123456789012", "mydb", "app", "'mydb' is not a resource id. Give the DbiResourceId of the instance (db-…)")]
    [InlineData("eu-west-1", "123456789012", "db-", "app", "'db-' is not a resource id")]
    [InlineData("eu-west-1", "123456789012", "db-my-instance", "app", "'db-my-instance' is not a resource id")]
    [InlineData("europe", "123456789012", "db-A", "app", "'europe' is not a region")]
    [InlineData("eu-west-1", "1234", "db-A", "app", "'1234' is not an AWS account id; give its 12 digits")]
    [InlineData("eu-west-1", "123456789012", "db-A", "", "'' is not a database user name")]
    [InlineData("eu-west-1", "123456789012", "db-A", "app@%", "'app@%' is not a database user name; give the name alone")]
    public void A_part_that_is_wrong_is_refused_with_what_to_give(string region, string account, string id, string user, string reason) =>
        Assert.Contains(reason, Assert.Throws<ArgumentException>(() => new RdsDbUserArn(region, account, id, user)).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("arn:aws:rds:eu-west-1:123456789012:db:mydb", "is not an ARN of rds-db")]
    [InlineData("arn:aws:rds-db:eu-west-1:123456789012:dbuser:db-A", "does not end with 'dbuser:resource-id/user'")]
    [InlineData("arn:azure:rds-db:eu-west-1:123456789012:dbuser:db-A/app", "has the partition 'azure'; known are aws, aws-cn")]
    [InlineData("jane", "is not an ARN")]
    public void A_text_that_is_no_such_ARN_is_refused(string arn, string reason)
    {
        Assert.Contains(reason, Assert.Throws<FormatException>(() => RdsDbUserArn.Parse(arn)).Message, StringComparison.Ordinal);
        Assert.False(RdsDbUserArn.TryParse(arn, out _));
    }
}
