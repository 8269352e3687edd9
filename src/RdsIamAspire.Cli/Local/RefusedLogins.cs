using System.Text.Json;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Cli.Local;

/// <summary>
/// The last logins that the local emulator refused, in a file beside its CA that this user alone can read: so that <c>rds-iam doctor</c>
/// under the same server says the reason that the client is not told. No token stands in it.
/// </summary>
internal sealed class RefusedLogins(string path)
{
    /// <summary>Names the file to programs of <c>rds-iam local</c>.</summary>
    public const string Variable = "RDS_IAM_LOCAL_REFUSED";

    private const int Kept = 50;

    private readonly Lock _lock = new();
    private readonly Queue<RefusedLogin> _last = new();

    /// <summary>The file.</summary>
    public string Path => path;

    /// <summary>One more.</summary>
    public void Add(LoginAttempt attempt)
    {
        lock (_lock)
        {
            if (_last.Count == Kept)
                _last.Dequeue();
            _last.Enqueue(new(attempt.Time, attempt.User, attempt.AccessKeyId, attempt.Denial.ToString()!, attempt.Explanation));
            try
            {
                File.WriteAllText($"{path}.new", JsonSerializer.Serialize(_last));
                File.Move($"{path}.new", path, overwrite: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The reason is on stderr too.
            }
        }
    }

    /// <summary>The refusal of a login that was tried at a time; null when the emulator has written none within a second.</summary>
    /// <param name="path">The file.</param>
    /// <param name="user">The database user.</param>
    /// <param name="accessKeyId">Who signed.</param>
    /// <param name="since">When the login began, by this machine's clock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<RefusedLogin?> FindAsync(
        string path, string user, string accessKeyId, TimeSpan since, CancellationToken cancellationToken)
    {
        for (var look = 0; look < 10; look++)
        {
            try
            {
                // The file's own time tells a new line from an old one, whatever the clocks of the two processes say.
                if (File.Exists(path) && DateTime.UtcNow - File.GetLastWriteTimeUtc(path) < since + TimeSpan.FromSeconds(1))
                {
                    var last = JsonSerializer.Deserialize<List<RefusedLogin>>(await File.ReadAllTextAsync(path, cancellationToken)) ?? [];
                    // What is refused before its token is read, by a limit above all, says nothing of who signed.
                    if (last.FindLast(login => login.User == user && (login.AccessKeyId ?? accessKeyId) == accessKeyId) is { } found)
                        return found;
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
            {
                return null;
            }

            await Task.Delay(100, cancellationToken);
        }

        return null;
    }
}

/// <summary>A login that the emulator refused.</summary>
internal sealed record RefusedLogin(DateTimeOffset Time, string User, string? AccessKeyId, string Denial, string Explanation);
