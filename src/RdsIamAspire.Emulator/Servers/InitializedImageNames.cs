using Docker.DotNet;
using Docker.DotNet.Models;

namespace RdsIamAspire.Emulator;

/// <summary>For an orchestrator that wants an image's name before the image has to be there.</summary>
internal sealed partial record InitializedImage
{
    /// <remarks>A tag has 128 characters at most, and begins with a letter, digit or underscore (OCI distribution, "tag").</remarks>
    private const int LongestReadable = 100;
    private const int KeyDigits = 12;

    /// <summary>The name that the initialised image of a MySQL image has, or will have.</summary>
    /// <returns>The name, and whether the image is there; null where no engine answers.</returns>
    /// <exception cref="LocalMySqlServerException">There is no plugin for the image's architecture.</exception>
    public static async Task<string?> NameAsync(string image, CancellationToken cancellationToken)
    {
        using var engine = await DockerEngine.FindAsync(cancellationToken).ConfigureAwait(false);
        if (engine is null) return null;
        // The key has the image's id in it; one that is still to be pulled goes by its name.
        var source = await InspectAsync(engine, image, cancellationToken).ConfigureAwait(false);
        return TagOf(image, source is null ? CacheFolder.Key(["to be pulled", image]) : KeyOf(image, source, []).Key);
    }

    /// <summary>The name that it will have on a machine whose engine does not answer yet.</summary>
    /// <param name="image">The MySQL image; null where it is taken from what turns out to be there.</param>
    public static string NameBeforeEngine(string? image) =>
        TagOf(image ?? "mysql", CacheFolder.Key(["before the engine", image ?? string.Empty]));

    /// <summary>Waits for an engine to answer.</summary>
    public static async Task WaitForEngineAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var engine = await DockerEngine.FindAsync(cancellationToken).ConfigureAwait(false);
            if (engine is not null) return;
            await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Makes the image of that name: pulls what it is made of where that is missing, and initialises its data directory once.
    /// </summary>
    /// <param name="image">The MySQL image.</param>
    /// <param name="name">What <see cref="NameAsync"/> or <see cref="NameBeforeEngine"/> said.</param>
    /// <param name="log">Told what takes long.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="LocalMySqlServerException">It cannot be pulled or initialised; the message says why.</exception>
    public static async Task MakeAsync(string image, string name, ServerLog log, CancellationToken cancellationToken)
    {
        using var engine = await DockerEngine.RequireAsync(cancellationToken).ConfigureAwait(false);
        var made = await EnsureAsync(engine, image, [], log, cancellationToken).ConfigureAwait(false);
        if (made.Name == name) return;
        try
        {
            var parameters = new ImageTagParameters { RepositoryName = Repository, Tag = name[(Repository.Length + 1)..] };
            await engine.Client.Images.TagImageAsync(made.Name, parameters, cancellationToken).ConfigureAwait(false);
        }
        catch (DockerApiException e)
        {
            throw new LocalMySqlServerException(
                LocalMySqlServerProblem.ImageMissing, $"The image {made.Name} cannot be given the name {name}: {e.Message.Trim()}", e);
        }
    }

    /// <summary>
    /// A name that a person can read where an orchestrator shows it: <c>rds-iam-initialized:mysql-8.4-0f826af06189</c>, which is
    /// <c>mysql:8.4</c> and the first digits of the key.
    /// </summary>
    /// <param name="image">The MySQL image, with or without registry, tag and digest.</param>
    /// <param name="key">What the image is made of.</param>
    internal static string TagOf(string image, string key)
    {
        var digest = image.IndexOf('@', StringComparison.Ordinal);
        var name = (digest < 0 ? image : image[..digest]).Split('/')[^1];
        var readable = string.Concat(name.Select(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' ? c : '-'));
        return $"{Repository}:{readable[..Math.Min(readable.Length, LongestReadable)]}-{key[..KeyDigits]}";
    }
}
