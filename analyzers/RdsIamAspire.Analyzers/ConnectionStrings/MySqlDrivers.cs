namespace RdsIamAspire.Analyzers.ConnectionStrings;

/// <summary>The two ADO.NET drivers for MySQL.</summary>
[Flags]
internal enum MySqlDrivers
{
    None = 0,
    MySqlConnector = 1,
    MySqlData = 2,
}
