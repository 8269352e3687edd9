namespace Aspire.Hosting.ApplicationModel;

/// <summary>The SQL that creates a database on a local server.</summary>
/// <param name="Script">Statements as the <c>mysql</c> client reads them, DELIMITER lines included.</param>
internal sealed record RdsCreationScriptAnnotation(string Script) : IResourceAnnotation;
