namespace Aspire.Hosting.ApplicationModel;

/// <summary>The copy of the authentication plugin into a folder of a container.</summary>
/// <param name="Copy">What copies it.</param>
internal sealed record RdsPluginCopyAnnotation(ContainerFileSystemCallbackAnnotation Copy) : IResourceAnnotation;
