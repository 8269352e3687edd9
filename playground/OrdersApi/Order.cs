namespace OrdersApi;

/// <summary>A row of the orders table.</summary>
internal sealed record Order(long Id, string Customer, decimal Total, DateTime PlacedAt);

/// <summary>What a client sends to place an order.</summary>
internal sealed record NewOrder(string Customer, decimal Total);

/// <summary>Who the database says that the session is.</summary>
internal sealed record Identity(string User, string Database, string Version, string Tls);
