using System.Net.Sockets;
using RdsIamAspire.Tunnel.Sessions;

namespace RdsIamAspire.Tunnel.Tests.Sessions;

public sealed class PollersTests
{
    [Fact]
    public async Task On_this_runtime_a_socket_is_answered_by_the_thread_that_waited_for_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has completion ports, and no such thread");
        var stop = TestContext.Current.CancellationToken;
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient();
        await client.ConnectAsync((System.Net.IPEndPoint)listener.LocalEndpoint, stop);
        using var server = await listener.AcceptSocketAsync(stop);
        Pollers.Run(server);
        Assert.True(Pollers.Work, "this runtime has no such property: the tunnel works, with a thread more for each command");
        Assert.False(await WaitAsync(server, client));

        Pollers.LetGo(server);
        Assert.True(await WaitAsync(server, client));

        server.Dispose();
        Pollers.Run(server);
    }

    [Fact]
    public async Task Who_has_more_to_do_leaves()
    {
        var thread = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => thread.SetResult(LeaveAsync().GetAwaiter().GetResult())) { IsBackground = true }.Start();
        Assert.True(await thread.Task);

        static async Task<bool> LeaveAsync()
        {
            await Pollers.LeaveIfAsync(false);
            Assert.False(Thread.CurrentThread.IsThreadPoolThread);
            await Pollers.LeaveIfAsync(true);
            return Thread.CurrentThread.IsThreadPoolThread;
        }
    }

    /// <summary>Whether what waits goes on in the thread pool.</summary>
    private static async Task<bool> WaitAsync(Socket server, TcpClient client)
    {
        var stop = TestContext.Current.CancellationToken;
        var waiting = ThreadAsync(server);
        await client.GetStream().WriteAsync(new byte[1], stop);
        return await waiting;

        static async Task<bool> ThreadAsync(Socket server)
        {
            var buffer = new byte[1];
            await server.ReceiveAsync(buffer.AsMemory(), TestContext.Current.CancellationToken).ConfigureAwait(false);
            return Thread.CurrentThread.IsThreadPoolThread;
        }
    }
}
