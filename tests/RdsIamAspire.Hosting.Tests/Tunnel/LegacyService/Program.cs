using MySql.Data.MySqlClient;

// A service whose driver knows only passwords: Oracle's, with the connection string as it was handed out.
await using var connection = new MySqlConnection(Environment.GetEnvironmentVariable(args[0]));
await connection.OpenAsync();
await using var command = new MySqlCommand("SELECT CONCAT(CURRENT_USER(), ' in ', IFNULL(DATABASE(), 'none'))", connection);
Console.WriteLine($"{args[0]}: {await command.ExecuteScalarAsync()}");
