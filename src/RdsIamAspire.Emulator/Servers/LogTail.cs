using System.Text;
using Docker.DotNet;

namespace RdsIamAspire.Emulator;

/// <summary>The last lines that a container wrote.</summary>
/// <param name="capacity">How many lines are kept.</param>
/// <param name="onLine">Told each line.</param>
/// <param name="onEnd">Told when there will be no more.</param>
internal sealed class LogTail(int capacity, Action<string> onLine, Action onEnd)
{
    private readonly Queue<string> _lines = new();
    private readonly Lock _lock = new();

    /// <summary>Whether the container has ended.</summary>
    public bool Ended { get; private set; }

    public string Read(int lines)
    {
        lock (_lock) return string.Join(Environment.NewLine, _lines.TakeLast(lines));
    }

    /// <summary>Reads until the container ends or the stream is disposed of.</summary>
    public async Task FollowAsync(MultiplexedStream stream)
    {
        var buffer = new byte[8192];
        var rest = "";
        try
        {
            while (true)
            {
                var read = await stream.ReadOutputAsync(buffer, 0, buffer.Length, CancellationToken.None).ConfigureAwait(false);
                if (read.EOF) break;
                var lines = (rest + Encoding.UTF8.GetString(buffer, 0, read.Count)).Split('\n');
                rest = lines[^1];
                foreach (var line in lines[..^1]) Add(line.TrimEnd('\r'));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException or NotSupportedException)
        {
            // The stream's own ways to end.
        }

        if (rest.Length > 0) Add(rest);
        Ended = true;
        onEnd();
    }

    private void Add(string line)
    {
        onLine(line);
        lock (_lock)
        {
            _lines.Enqueue(line);
            while (_lines.Count > capacity) _lines.Dequeue();
        }
    }
}
