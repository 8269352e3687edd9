namespace Aspire.Hosting.ApplicationModel;

/// <summary>The SQL that creates a database on a local server.</summary>
/// <param name="Script">
/// Statements as the <c>mysql</c> client reads them, DELIMITER lines included; read from the file where it is one.
/// </param>
/// <param name="File">The file that they stand in; read when the server is there, so that a restart sees what has changed.</param>
internal sealed record RdsCreationScriptAnnotation(string? Script, string? File = null) : IResourceAnnotation;
