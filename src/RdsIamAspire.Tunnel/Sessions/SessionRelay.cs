using System.Buffers;
using RdsIamAspire.Tunnel.Protocol;

namespace RdsIamAspire.Tunnel.Sessions;

/// <summary>Passes bytes between a client and the server once both are logged in. An idle session holds no buffer.</summary>
internal sealed class SessionRelay(
    Stream clientStream, PacketStream client, Stream server, LoginRequest login, ClientLogin door, TunnelDesk desk)
{
    private const int BufferSize = 64 * 1024;

    /// <summary>A record from the server that is this long, in bytes, is probably followed by another.</summary>
    private const int LongAnswer = 8 * 1024;

    private readonly CommandScanner _scanner = new();
    private ChangeUserExchange? _exchange;
    private long _serverSpoke = desk.Time.GetTimestamp();
    private volatile bool _clientWaits;
    private volatile bool _serverEnded;

    /// <summary>Whether the server can still be told good-bye: it is there, and reads no statement.</summary>
    public bool MayQuit => !_serverEnded && !_clientWaits;

    /// <summary>Whether the client waits for nothing, since the given time.</summary>
    public bool IsIdleFor(TimeSpan quiet) => !_clientWaits && desk.Time.GetElapsedTime(Volatile.Read(ref _serverSpoke)) >= quiet;

    /// <summary>Runs until either side ends, which ends the other.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var both = new[] { FromServerAsync(ended.Token), FromClientAsync(ended.Token) };
        var first = await Task.WhenAny(both).ConfigureAwait(false);
        await ended.CancelAsync().ConfigureAwait(false);
        // What ended the other is seen to, though it is the first that is told of.
        await Task.WhenAll(both.Select(one => one.ContinueWith(static over => _ = over.Exception, TaskScheduler.Default)))
            .ConfigureAwait(false);
        await first.ConfigureAwait(false);
    }

    private async Task FromServerAsync(CancellationToken cancellationToken)
    {
        try
        {
            Task<int>? more = null;
            while (!_serverEnded)
            {
                // Nothing is rented while nothing comes.
                await (more ?? WaitAsync()).ConfigureAwait(false);
                more = null;
                var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
                try
                {
                    var count = 0;
                    int read;
                    // TLS gives a record at a time, of 16 KB at most: of a long answer, what is there already goes out in one piece.
                    do
                    {
                        read = await server.ReadAsync(buffer.AsMemory(count), cancellationToken).ConfigureAwait(false);
                        count += read;
                        more = read >= LongAnswer ? WaitAsync() : null;
                    }
                    while (more is { IsCompletedSuccessfully: true } && count < buffer.Length);

                    _serverEnded = read == 0;
                    if (count > 0)
                        await ToClientAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                }
                catch
                {
                    _ = more?.ContinueWith(static over => _ = over.Exception, TaskScheduler.Default);
                    throw;
                }
                finally
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                }
            }

            Task<int> WaitAsync() => server.ReadAsync(Memory<byte>.Empty, cancellationToken).AsTask();
        }
        finally
        {
            _exchange?.Abandon();
        }
    }

    private async ValueTask ToClientAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _exchange) is { Done.IsCompleted: false } exchange)
            bytes = await exchange.FeedAsync(bytes).ConfigureAwait(false);
        // Before the write: the client's next command must not be overtaken.
        Volatile.Write(ref _serverSpoke, desk.Time.GetTimestamp());
        _clientWaits = false;
        if (!bytes.IsEmpty)
            await clientStream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
    }

    private async Task FromClientAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await clientStream.ReadAsync(Memory<byte>.Empty, cancellationToken).ConfigureAwait(false);
            var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
            try
            {
                // The buffer is kept while it holds the beginning of a packet.
                var held = 0;
                do
                {
                    var count = await clientStream.ReadAsync(buffer.AsMemory(held), cancellationToken).ConfigureAwait(false);
                    if (count == 0)
                        return;
                    held = await ToServerAsync(buffer, held + count, cancellationToken).ConfigureAwait(false);
                    if (held < 0)
                        return;
                }
                while (held > 0);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    /// <returns>How many bytes remain at the buffer's beginning; less than 0 ends the session.</returns>
    private async ValueTask<int> ToServerAsync(byte[] buffer, int held, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (pass, command) = _scanner.Scan(buffer.AsSpan(0, held));
            if (pass > 0)
            {
                _clientWaits = true;
                await server.WriteAsync(buffer.AsMemory(0, pass), cancellationToken).ConfigureAwait(false);
            }

            held -= pass;
            buffer.AsSpan(pass, held).CopyTo(buffer);
            switch (command)
            {
                case ScannedCommand.None:
                    return held;
                case ScannedCommand.PerhapsKill:
                    held = await KillAsync(buffer, held, cancellationToken).ConfigureAwait(false);
                    break;
                case ScannedCommand.ChangeUser:
                    return await ChangeUserAsync(buffer, held, cancellationToken).ConfigureAwait(false) ? 0 : -1;
            }
        }
    }

    private async ValueTask<int> KillAsync(byte[] buffer, int held, CancellationToken cancellationToken)
    {
        var header = PacketHeader.Read(buffer);
        var length = PacketHeader.Size + header.Length;
        _scanner.Skip(header);
        _clientWaits = true;
        if (KillStatement.Translate(buffer.AsSpan(PacketHeader.Size, header.Length), desk.Ids.ServerId) is { } translated)
            await new PacketStream(server).WriteAsync(translated, cancellationToken).ConfigureAwait(false);
        else
            await server.WriteAsync(buffer.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
        buffer.AsSpan(length, held - length).CopyTo(buffer);
        return held - length;
    }

    private async Task<bool> ChangeUserAsync(byte[] buffer, int held, CancellationToken cancellationToken)
    {
        // A client waits for the answer: nothing but the command itself can stand in the buffer.
        var header = PacketHeader.Read(buffer);
        var packet = new byte[PacketHeader.Size + Math.Min(header.Length, BufferSize)];
        if (held > packet.Length || header.Length > BufferSize)
            return false;
        buffer.AsSpan(0, held).CopyTo(packet);
        await clientStream.ReadExactlyAsync(packet.AsMemory(held), cancellationToken).ConfigureAwait(false);
        _scanner.Skip(header);
        var request = ChangeUserRequest.Read(packet.AsSpan(PacketHeader.Size), login.Capabilities);

        client.NextSequence = 1;
        // Clients begin it without an answer and wait for a scramble, as from a server.
        if (await door.CheckAsync(request.User, request.AuthPlugin, request.AuthResponse, true, cancellationToken).ConfigureAwait(false)
            is not { } fastAuth)
            return false;
        RdsAuthToken token;
        try
        {
            token = await desk.Tokens().GetTokenAsync(desk.Target.TokenRequest, cancellationToken).ConfigureAwait(false);
        }
        catch (RdsAuthTokenException e)
        {
            await door.RefuseAsync(TunnelError.NoToken(e.Message), RefusalReason.NoToken, cancellationToken).ConfigureAwait(false);
            return false;
        }

        var exchange = new ChangeUserExchange(server, client, token, fastAuth, cancellationToken);
        Volatile.Write(ref _exchange, exchange);
        var asked = request with { AuthResponse = [], AuthPlugin = AuthPlugin.Unlikely, Charset = request.Charset ?? login.Charset };
        _clientWaits = true;
        await exchange.BeginAsync(asked).ConfigureAwait(false);
        return await exchange.Done.WaitAsync(cancellationToken).ConfigureAwait(false);
    }
}
