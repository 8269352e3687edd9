// ASPIREPERSISTENCE001: the experimental ways to say it are tested too.
#pragma warning disable ASPIREPERSISTENCE001
using RdsIamAspire.Hosting.Local;

namespace RdsIamAspire.Hosting.Tests.Local;

/// <summary>Which containers outlive their AppHost, and so keep the certificate that they run with.</summary>
public sealed class PersistentContainerTests
{
    [Fact]
    public void Every_way_to_say_persistent_counts()
    {
        var builder = AppHostModel.InRunMode();
        var (older, newer, follower, session) = (Container("older"), Container("newer"), Container("follower"), Container("session"));
        older.WithLifetime(ContainerLifetime.Persistent);
        newer.WithPersistentLifetime();
        follower.WithLifetimeOf(newer);
        session.WithLifetime(ContainerLifetime.Persistent).WithSessionLifetime();

        Assert.True(older.Resource.IsPersistent());
        Assert.True(newer.Resource.IsPersistent());
        Assert.True(follower.Resource.IsPersistent());
        Assert.False(session.Resource.IsPersistent());
        Assert.False(Container("plain").Resource.IsPersistent());

        IResourceBuilder<ContainerResource> Container(string name) => builder.AddContainer(name, "mysql");
    }

    [Fact]
    public void What_is_kept_is_kept_for_one_container_of_one_AppHost()
    {
        var builder = AppHostModel.InRunMode();
        var one = builder.AddContainer("one", "mysql").WithLifetime(ContainerLifetime.Persistent).Resource;
        var other = builder.AddContainer("other", "mysql").WithLifetime(ContainerLifetime.Persistent).Resource;

        Assert.Equal(one.KeptAs(builder.Configuration), one.KeptAs(builder.Configuration));
        Assert.NotEqual(one.KeptAs(builder.Configuration), other.KeptAs(builder.Configuration));
        Assert.True(one.KeptAs(builder.Configuration)!.Length > "/one".Length);
    }
}
