namespace Aspire.Hosting.ApplicationModel;

/// <summary>Where the init files of a container are on this machine.</summary>
/// <param name="Source">A folder, or one file.</param>
internal sealed record RdsInitFilesAnnotation(string Source) : IResourceAnnotation;
