#if !NET9_0_OR_GREATER
// What .NET 9 has and .NET 8 has not, for the libraries that are built for both (Directory.Build.targets compiles it into them).
// An alias and no type: assemblies that see each other's internals would find it twice.
#pragma warning disable IDE0005 // Not every library has a lock.
global using Lock = object;
#pragma warning restore IDE0005

/// <summary>Methods of .NET 9 on types of .NET 8.</summary>
internal static class Net8
{
    extension(Convert)
    {
        public static string ToHexStringLower(ReadOnlySpan<byte> bytes) => Convert.ToHexString(bytes).ToLowerInvariant();
    }

    extension(HttpContent content)
    {
        public Task LoadIntoBufferAsync(long maxBufferSize, CancellationToken cancellationToken) =>
            content.LoadIntoBufferAsync(maxBufferSize).WaitAsync(cancellationToken);
    }
}
#endif
