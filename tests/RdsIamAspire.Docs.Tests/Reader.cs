namespace RdsIamAspire.Docs.Tests;

/// <summary>What a reader of a page has already, in the words that the pages use: code that a block is compiled with.</summary>
internal static class Reader
{
    /// <summary>The namespaces that a .NET web project and our packages bring along.</summary>
    public const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.Data.Common;
        global using System.IO;
        global using System.Linq;
        global using System.Runtime.InteropServices;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using Aspire.Hosting;
        global using Aspire.Hosting.ApplicationModel;
        global using Dapper;
        global using FluentMigrator.Runner;
        global using LinqToDB;
        global using LinqToDB.Data;
        global using LinqToDB.DataProvider.MySql;
        global using Microsoft.AspNetCore.Builder;
        global using Microsoft.AspNetCore.Http;
        global using Microsoft.EntityFrameworkCore;
        global using Microsoft.Extensions.Configuration;
        global using Microsoft.Extensions.DependencyInjection;
        global using Microsoft.Extensions.Hosting;
        global using MySqlConnector;
        global using Quartz;
        global using RdsIamAspire;
        global using RdsIamAspire.Emulator;
        global using RdsIamAspire.EntityFrameworkCore;
        global using RdsIamAspire.MySqlConnector;
        global using RdsIamAspire.Testcontainers;
        global using RdsIamAspire.Tunnel;
        global using static AtHand;
        """;

    /// <summary>Names that the pages use without making them. A block's own declaration of a name wins.</summary>
    public static string Declarations(bool appHost) => $$"""
        public static class AtHand
        {
            public static {{(appHost ? "IDistributedApplicationBuilder" : "WebApplicationBuilder")}} builder = null!;
            public static WebApplication app = null!;
            public static IServiceCollection services = null!;
            public static CancellationToken cancellationToken;
            public static string connectionString = "", host = "", policy = "";
            public static RdsIamEmulatorOptions options = null!;
            public static RdsIamTunnel tunnel = null!;
        }

        public class Order
        {
            public int Id { get; set; }
        }

        public class Shop(DbContextOptions<Shop> options) : DbContext(options)
        {
            public DbSet<Order> Orders => Set<Order>();
        }

        namespace Projects
        {
            public class OrdersApi : IProjectMetadata
            {
                public string ProjectPath => "";
            }
        }
        """;
}
