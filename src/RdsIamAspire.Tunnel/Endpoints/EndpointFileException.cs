namespace RdsIamAspire.Tunnel.Endpoints;

/// <summary>A file of names has a mistake; the message says where and what is right.</summary>
internal sealed class EndpointFileException(string message) : FormatException(message);
