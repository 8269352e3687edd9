using Microsoft.Extensions.Options;
using MySqlConnector;

namespace RdsIamAspire.MySqlConnector.Configuration;

/// <summary>
/// Refuses, while the host starts, the settings of a connection that cannot be an IAM login: no connection string, a password in it, no
/// user, a TLS mode that sends in clear.
/// </summary>
internal sealed class SettingsValidation(string name) : IValidateOptions<RdsIamMySqlSettings>
{
    public ValidateOptionsResult Validate(string? optionsName, RdsIamMySqlSettings options)
    {
        if (optionsName != name)
            return ValidateOptionsResult.Skip;
        try
        {
            RdsIamConnectionPlan.Create(CreateBuilder(name, options).ConnectionStringBuilder, options);
            return ValidateOptionsResult.Success;
        }
        catch (InvalidOperationException e)
        {
            return ValidateOptionsResult.Fail(e.Message);
        }
    }

    /// <summary>The driver's builder for the settings.</summary>
    /// <exception cref="InvalidOperationException">There is no connection string, or it cannot be read.</exception>
    internal static MySqlDataSourceBuilder CreateBuilder(string name, RdsIamMySqlSettings settings)
    {
        if (string.IsNullOrWhiteSpace(settings.ConnectionString))
        {
            throw new InvalidOperationException(
                $"There is no connection string for '{name}': set 'ConnectionStrings:{name}' or "
                    + $"'{SettingsSection.Name}:{name}:ConnectionString', "
                + "for example Server=HOST;User ID=USER;Database=DATABASE. An AppHost sets it with WithReference, 'rds-iam local' by "
                + "itself.");
        }

        try
        {
            return new MySqlDataSourceBuilder(settings.ConnectionString);
        }
        catch (ArgumentException e)
        {
            throw new InvalidOperationException($"The connection string for '{name}' cannot be read: {e.Message}", e);
        }
    }
}
