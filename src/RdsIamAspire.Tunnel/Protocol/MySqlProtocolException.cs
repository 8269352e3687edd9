namespace RdsIamAspire.Tunnel.Protocol;

/// <summary>The other side does not speak MySQL's protocol, or not as agreed.</summary>
internal sealed class MySqlProtocolException(string message) : Exception(message);
