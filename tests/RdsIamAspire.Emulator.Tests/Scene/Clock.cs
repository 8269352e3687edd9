using Microsoft.Extensions.Time.Testing;

namespace RdsIamAspire.Emulator.Tests;

/// <summary>The moment at which each test begins.</summary>
internal static class Clock
{
    public static readonly DateTimeOffset Start = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    public static FakeTimeProvider New() => new(Start);
}
