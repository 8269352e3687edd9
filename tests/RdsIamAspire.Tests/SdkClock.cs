using System.Reflection;
using Amazon;

namespace RdsIamAspire.Tests;

/// <summary>
/// Sets the clock that the AWS SDK signs by. It has no public switch for a fixed time, and one process has one such clock:
/// tests that set it run in <see cref="Collection"/>.
/// </summary>
internal sealed class SdkClock : IDisposable
{
    internal const string Collection = "AWS SDK clock";

    private static readonly FieldInfo Source = typeof(AWSConfigs).GetField("utcNowSource", BindingFlags.Static | BindingFlags.NonPublic)
        ?? throw new InvalidOperationException("AWSConfigs.utcNowSource is gone; find the AWS SDK's new clock.");

    private readonly object? _before = Source.GetValue(null);

    private SdkClock(DateTime utc) => Source.SetValue(null, () => utc);

    internal static SdkClock At(DateTime utc) => new(utc);

    public void Dispose() => Source.SetValue(null, _before);
}

/// <summary>Tests that set the SDK's clock run alone: others sign by it too.</summary>
[CollectionDefinition(SdkClock.Collection, DisableParallelization = true)]
public sealed class TestsThatSetTheSdkClock;
