namespace RdsIamAspire.Cli.Local;

/// <summary>How variables are written for whoever reads them.</summary>
internal enum ExportFormat
{
    /// <summary><c>export NAME='value'</c>, for sh, bash and zsh.</summary>
    Bash,

    /// <summary><c>$env:NAME = 'value'</c>.</summary>
    PowerShell,

    /// <summary><c>NAME=value</c>, as <c>docker run --env-file</c> and many tools read it.</summary>
    Env,

    /// <summary>One JSON object.</summary>
    Json,
}
