using MySql.Data.MySqlClient;

// A service whose driver knows only passwords: Oracle's, with the connection string as it was handed out.
var name = Environment.GetEnvironmentVariables().Keys.Cast<string>().Single(key => key.StartsWith("ConnectionStrings__", StringComparison.Ordinal));
await using var connection = new MySqlConnection(Environment.GetEnvironmentVariable(name));
await connection.OpenAsync();
await using var command = new MySqlCommand("SELECT CONCAT(CURRENT_USER(), ' in ', IFNULL(DATABASE(), 'none'))", connection);
Console.WriteLine($"{name}: {await command.ExecuteScalarAsync()}");
