namespace RdsIamAspire.Emulator;

/// <summary>
/// A folder of the user's that keeps a mysqld's data from one run to the next. The data directory is made beside its place and renamed, and
/// counts as there only when the first start is over: whatever a kill leaves behind before that is made anew.
/// </summary>
internal sealed class DataFolder : IDisposable
{
    private const string Name = "data";
    private const string LockName = "in-use.lock";

    /// <summary>A file beside the data that belongs to whoever serves it: who signs, and the authority of the certificates.</summary>
    internal const string IdentityName = "rds-iam-identity.json";

    private readonly FileLock _lock;

    private DataFolder(string root, string dataDirectory, FileLock ownLock) =>
        (Root, DataDirectory, _lock) = (root, dataDirectory, ownLock);

    /// <summary>The folder that was named.</summary>
    public string Root { get; }

    /// <summary>Where mysqld finds its data.</summary>
    public string DataDirectory { get; }

    /// <summary>Whether there is data from an earlier run.</summary>
    public bool IsMade => Directory.Exists(DataDirectory);

    /// <exception cref="LocalMySqlServerException">Another process uses it, or it holds something else.</exception>
    public static DataFolder Open(string path)
    {
        var root = Path.GetFullPath(path);
        if (!Directory.Exists(root))
            PrivateFile.CreateFolder(root);
        var taken = FileLock.TryTake(Path.Combine(root, LockName)) ?? throw new LocalMySqlServerException(
            LocalMySqlServerProblem.DataUnusable,
            $"The data folder {root} cannot be locked: another server uses it, or it cannot be written to. End the other one, or name"
            + " another folder.");
        try
        {
            // A folder that was itself the data directory is used as it is.
            if (File.Exists(Path.Combine(root, "mysql.ibd")))
                return new DataFolder(root, root, taken).WithoutStaleSocket();
            var folder = new DataFolder(root, Path.Combine(root, Name), taken).WithoutStaleSocket();
            folder.RemoveUnfinished();
            var foreign = Directory.EnumerateFileSystemEntries(root).Select(Path.GetFileName)
                .FirstOrDefault(name => name is not (Name or LockName or IdentityName or "lost+found"));
            return foreign is null || folder.IsMade ? folder : throw new LocalMySqlServerException(
                LocalMySqlServerProblem.DataUnusable,
                $"The data folder {root} holds '{foreign}' and no MySQL data of rds-iam's. Name an empty folder or a new one, or remove"
                + " what is in it.");
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    /// <summary>Makes the data directory, all of it or nothing.</summary>
    /// <param name="copy">Fills the folder that it is given, which does not exist yet.</param>
    public async Task MakeAsync(Func<string, Task> copy)
    {
        var making = $"{DataDirectory}.making-{Guid.NewGuid():N}";
        try
        {
            await copy(making).ConfigureAwait(false);
            await File.WriteAllTextAsync(DataDirectory + Supervisor.UnfinishedSuffix, "").ConfigureAwait(false);
            Directory.Move(making, DataDirectory);
        }
        catch
        {
            Remove(making);
            RemoveUnfinished();
            throw;
        }
    }

    public void Dispose() => _lock.Dispose();

    // mysqld takes the number in a killed one's lock file for a running server when any process has it now, as in a container that is
    // started again. Whoever has the folder's own lock knows better.
    private DataFolder WithoutStaleSocket()
    {
        if (IsMade)
            foreach (var left in (string[])["mysql.sock", "mysql.sock.lock"])
                File.Delete(Path.Combine(DataDirectory, left));
        return this;
    }

    private void RemoveUnfinished()
    {
        var marker = DataDirectory + Supervisor.UnfinishedSuffix;
        if (File.Exists(marker))
        {
            Remove(DataDirectory);
            File.Delete(marker);
        }

        foreach (var left in Directory.EnumerateDirectories(Root, $"{Name}.making-*"))
            Remove(left);
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
