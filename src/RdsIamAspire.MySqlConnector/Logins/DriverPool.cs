using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using MySqlConnector;

namespace RdsIamAspire.MySqlConnector.Logins;

/// <summary>
/// The pool of a data source. The driver empties pools of connection strings only (<see cref="MySqlConnection.ClearPool"/>); a data
/// source's is its own, and has the same method inside.
/// </summary>
internal static class DriverPool
{
    private const string PoolType = "MySqlConnector.Core.ConnectionPool";
    private const int Asynchronous = 1; // IOBehavior

    private static readonly PropertyInfo? Pool = PoolProperty();
    private static readonly MethodInfo? Clear = ClearMethod();

    /// <summary>Closes idle connections now, those in use when they come back.</summary>
    /// <returns>Whether this version of the driver lets it be done.</returns>
    public static async ValueTask<bool> TryClearAsync(MySqlDataSource dataSource)
    {
        if (Pool is null || Clear?.GetParameters() is not [{ ParameterType: { IsEnum: true } behavior }, _])
            return false;
        // Without pooling there is none.
        if (Pool.GetValue(dataSource) is { } pool
            && Clear.Invoke(pool, [Enum.ToObject(behavior, Asynchronous), CancellationToken.None]) is Task task)
            await task.ConfigureAwait(false);
        return true;
    }

    [DynamicDependency("Pool", typeof(MySqlDataSource))]
    private static PropertyInfo? PoolProperty() =>
        typeof(MySqlDataSource).GetProperty("Pool", BindingFlags.Instance | BindingFlags.NonPublic);

    [DynamicDependency("ClearAsync", PoolType, "MySqlConnector")]
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "The dependency is named, and its absence is handled.")]
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "The dependency is named, and its absence is handled.")]
    private static MethodInfo? ClearMethod() => typeof(MySqlDataSource).Assembly.GetType(PoolType)
        ?.GetMethod("ClearAsync", BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);
}
