using RdsIamAspire.Tunnel.Logins;
using RdsIamAspire.Tunnel.Protocol;

namespace RdsIamAspire.Tunnel.Sessions;

/// <summary>
/// A second login at the server in the middle of a session. It is fed what the server sends and answers with the token when it is asked
/// for one; what the client is to get is renumbered for it.
/// </summary>
internal sealed class ChangeUserExchange(
    Stream server, PacketStream client, RdsAuthToken token, bool clientExpectsFastAuth, CancellationToken cancellationToken)
{
    private readonly TaskCompletionSource<bool> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private byte[] _held = [];

    /// <summary>Ends with the exchange; false when the session cannot go on.</summary>
    public Task<bool> Done => _done.Task;

    /// <summary>Sends the command that begins it.</summary>
    public async Task BeginAsync(ChangeUserRequest request)
    {
        await new PacketStream(server).WriteAsync(request.Write(), cancellationToken).ConfigureAwait(false);
        _begun.TrySetResult();
    }

    /// <summary>Takes bytes of the server.</summary>
    /// <returns>Bytes that came after the exchange's end.</returns>
    public async Task<ReadOnlyMemory<byte>> FeedAsync(ReadOnlyMemory<byte> bytes)
    {
        // The server may answer before the write of the command has come back, and a TLS stream takes one write at a time.
        await _begun.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        _held = [.. _held, .. bytes.Span];
        while (!_done.Task.IsCompleted && _held.Length >= PacketHeader.Size && PacketHeader.Read(_held) is var header
            && _held.Length >= PacketHeader.Size + header.Length)
        {
            var payload = _held[PacketHeader.Size..(PacketHeader.Size + header.Length)];
            _held = _held[(PacketHeader.Size + header.Length)..];
            await AnswerAsync(payload, (byte)(header.Sequence + 1)).ConfigureAwait(false);
        }

        return _done.Task.IsCompleted ? _held : default;
    }

    /// <summary>The server is gone.</summary>
    public void Abandon() => _done.TrySetResult(false);

    private async Task AnswerAsync(byte[] payload, byte nextSequence)
    {
        switch (payload.Length > 0 ? payload[0] : (byte)1)
        {
            case AuthSwitchRequest.Header when AuthSwitchRequest.Read(payload).Plugin == AuthPlugin.ClearPassword:
                var packets = new PacketStream(server) { NextSequence = nextSequence };
                await packets.WriteAsync(ServerConnection.TokenPacket(token), cancellationToken).ConfigureAwait(false);
                break;
            case 0x00:
                if (clientExpectsFastAuth)
                    await client.WriteAsync(AuthMoreData.FastAuthSuccess, cancellationToken).ConfigureAwait(false);
                await client.WriteAsync(payload, cancellationToken).ConfigureAwait(false);
                _done.TrySetResult(true);
                break;
            case ErrorPacket.Header:
                // The server closes the connection after it.
                await client.WriteAsync(payload, cancellationToken).ConfigureAwait(false);
                _done.TrySetResult(false);
                break;
            default:
                await client.WriteAsync(TunnelError.NotIam(token.User).Write(), cancellationToken).ConfigureAwait(false);
                _done.TrySetResult(false);
                break;
        }
    }
}
