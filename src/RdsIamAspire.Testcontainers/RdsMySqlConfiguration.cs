using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RdsIamAspire.Emulator;
using Testcontainers.MySql;

namespace RdsIamAspire.Testcontainers;

/// <summary>What <see cref="RdsMySqlBuilder"/> was told.</summary>
internal sealed record RdsMySqlConfiguration
{
    public required string Image { get; init; }

    public string Database { get; init; } = "test";

    public IReadOnlyList<RdsMySqlIamUser> IamUsers { get; init; } = [];

    public IReadOnlyList<RdsMySqlPasswordUser> PasswordUsers { get; init; } = [];

    public IReadOnlyList<string> InitScripts { get; init; } = [];

    public string? Region { get; init; }

    public string? ResourceId { get; init; }

    public IReadOnlyList<EmulatorPrincipal> Principals { get; init; } = [];

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public MinimumTlsVersion MinimumTls { get; init; } = MinimumTlsVersion.Tls12;

    public IReadOnlyList<string> Names { get; init; } = [];

    public IReadOnlyList<string> NetworkAliases { get; init; } = [];

    public bool MockedTokens { get; init; }

    /// <summary>The names of a cluster's endpoints; null for one server.</summary>
    public RdsMySqlReader? Reader { get; init; }

    /// <summary>Whether the builder said so; else RDS_IAM_SERVER=mysqld does, as everywhere in this project.</summary>
    public bool WithoutDocker { get; init; } = Environment.GetEnvironmentVariable(LocalMySqlServer.KindVariable) == "mysqld";

    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    public Func<MySqlBuilder, MySqlBuilder> Configure { get; init; } = builder => builder;

    public LocalMySqlServerOptions Server => new()
    {
        Kind = WithoutDocker ? LocalMySqlServerKind.Mysqld : LocalMySqlServerKind.Docker,
        Names = Names,
        NetworkAliases = NetworkAliases,
        InitScripts = InitScripts,
        MinimumTls = MinimumTls,
        StartTimeout = StartTimeout,
        LoggerFactory = LoggerFactory,
    };
}

/// <param name="Name">The user.</param>
/// <param name="Grants">What it may do; null for all privileges on the database.</param>
internal sealed record RdsMySqlIamUser(string Name, IReadOnlyList<string>? Grants);

internal sealed record RdsMySqlPasswordUser(string Name, string Password);

/// <param name="WriterName">The writer endpoint's name on AWS; null for none.</param>
/// <param name="ReaderName">The reader endpoint's.</param>
internal sealed record RdsMySqlReader(string? WriterName, string? ReaderName);
