using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using Amazon.Runtime.Internal;

namespace RdsIamAspire.Credentials;

/// <summary>Turns what the SDK throws into one sentence: the place that was asked, its own reason, and what to type.</summary>
internal static class CredentialFailure
{
    internal static RdsAuthTokenException TimedOut(CredentialSource source, TimeSpan limit, Exception e)
    {
        var reason = string.Create(CultureInfo.InvariantCulture, $"no answer within {limit.TotalSeconds:0.###} s (CredentialsTimeout)");
        return source is { Kind: CredentialKind.InstanceMetadata, Passed: { } passed }
            ? Nothing(passed, reason, e)
            : new(RdsAuthTokenFailure.CredentialsTimedOut, $"The AWS credentials of {source.Name} could not be had: {reason}. "
                + $"{Remedy(source, Cause.NoAnswer)}", e);
    }

    internal static RdsAuthTokenException Explain(CredentialSource source, Exception e)
    {
        var chain = Chain(e).ToList();
        var (cause, reason) = Reason(source, chain);
        if (source is { Kind: CredentialKind.InstanceMetadata, Passed: { } passed }
            && cause is Cause.NoAnswer or Cause.Missing or Cause.Other)
            return Nothing(passed, reason, e);

        var failure = cause switch
        {
            Cause.LoggedOut or Cause.Expired => RdsAuthTokenFailure.CredentialsExpired,
            _ => RdsAuthTokenFailure.CredentialsUnavailable,
        };
        return new(failure, $"The AWS credentials of {source.Name} could not be had: {reason}. {Remedy(source, cause)}", e);
    }

    private static RdsAuthTokenException Nothing(string passed, string reason, Exception e) => new(RdsAuthTokenFailure.CredentialsNotFound,
        $"There are no AWS credentials: {passed}, and instance metadata gave none ({reason}). Give some: 'aws sso login' with AWS_PROFILE, "
        + "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a role of the task, pod or instance, or the Credentials option.", e);

    private enum Cause
    {
        Other,
        Refused,
        NoAnswer,
        Throttled,
        ServerError,
        Missing,
        LoggedOut,
        Expired,
        NoPackage,
    }

    private static (Cause Cause, string Reason) Reason(CredentialSource source, List<Exception> chain)
    {
        if (chain.OfType<AmazonServiceException>().LastOrDefault(s => s.ErrorCode is { Length: > 0 } || s.StatusCode != 0) is { } service
            && Service(source, service) is { } said)
            return said;
        if (chain.OfType<SocketException>().LastOrDefault() is { } socket)
            return (Cause.NoAnswer, Endpoint(chain) + (socket.SocketErrorCode == SocketError.ConnectionRefused ? "the connection was "
                + "refused" : OneLine(socket.Message)));
        if (chain.Any(e => e is OperationCanceledException or TimeoutException))
            return (Cause.NoAnswer, "no answer came");
        if (chain.FirstOrDefault(e => e is FileNotFoundException or DirectoryNotFoundException) is { } file)
            return (Cause.Missing, OneLine(file.Message).TrimEnd('.'));
        if (chain.OfType<HttpRequestException>().LastOrDefault(h => h.StatusCode is not null) is { } http)
            return Status(http.StatusCode!.Value, null);
        if (chain.OfType<HttpErrorResponseException>().LastOrDefault() is { } response)
            return Status(response.Response.StatusCode, null);

        var text = OneLine(chain[^1].Message).TrimEnd('.');
        var all = string.Join(' ', chain.Select(e => e.Message));
        if (Says(all, "could not be found or loaded", "package AWSSDK"))
            return (Cause.NoPackage, text);
        if (Says(all, "already expired"))
            return (Cause.Expired, "the keys that came are expired already");
        // Nothing was asked over the network: what is in the SDK's cache of logins, or is not, is the reason.
        if (source.Kind is CredentialKind.Sso or CredentialKind.AwsLogin)
            return (Cause.LoggedOut, SsoReason(all));
        if (Says(all, "(Unauthorized)", "(Forbidden)", "401", "403"))
            return (Cause.Refused, text);
        return (Cause.Other, text);
    }

    private static (Cause, string)? Service(CredentialSource source, AmazonServiceException e)
    {
        var message = OneLine(e.Message).TrimEnd('.');
        var code = e.ErrorCode;
        if (code is "Throttling" or "ThrottlingException" or "TooManyRequestsException" or "RequestLimitExceeded"
            || e.StatusCode == HttpStatusCode.TooManyRequests)
            return (Cause.Throttled, $"too many requests ({code ?? "429"}: {message})");
        if (source.Kind is CredentialKind.Sso or CredentialKind.AwsLogin
            && e.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.BadRequest)
            return (Cause.LoggedOut, $"the session was refused ({code ?? "401"}: {message})");
        if (code is "ExpiredTokenException" or "ExpiredToken" or "IDPExpired" || Says(message, "expired"))
            return (Cause.Expired, $"{code}: {message}");
        if (e.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
            return (Cause.Refused, code is { Length: > 0 } ? $"{code}: {message}" : message);
        if ((int)e.StatusCode >= 500)
            return (Cause.ServerError, string.Create(CultureInfo.InvariantCulture, $"{(int)e.StatusCode} {code}: {message}"));
        return e.StatusCode == 0 ? null : (Cause.Other, code is { Length: > 0 } ? $"{code}: {message}" : message);
    }

    private static (Cause, string) Status(HttpStatusCode status, string? message) => (
        status switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => Cause.Refused,
            HttpStatusCode.TooManyRequests => Cause.Throttled,
            >= HttpStatusCode.InternalServerError => Cause.ServerError,
            HttpStatusCode.NotFound => Cause.Missing,
            _ => Cause.Other,
        },
        string.Create(CultureInfo.InvariantCulture, $"the answer was {(int)status} {status}{(message is null ? "" : $" ({message})")}"));

    private static string SsoReason(string all) =>
        Says(all, "expired") ? "the session has expired" : "nobody has logged in";

    private static string Remedy(CredentialSource source, Cause cause) => (source.Kind, cause) switch
    {
        (CredentialKind.Sso, Cause.LoggedOut or Cause.Expired or Cause.Other) => $"Type: aws sso login --profile {source.Profile}",
        (CredentialKind.AwsLogin, Cause.NoPackage) => "Add the package AWSSDK.Signin to the service: dotnet add package AWSSDK.Signin",
        (CredentialKind.AwsLogin, Cause.LoggedOut or Cause.Expired or Cause.Other) => $"Type: aws login --profile {source.Profile}",
        (_, Cause.NoPackage) => "Add the package that is named to the service.",
        (_, Cause.Throttled or Cause.ServerError) => "It is tried again; nothing is to be done unless it stays so.",
        (CredentialKind.WebIdentity, Cause.Missing) => "Check the service account of the pod and its projected token.",
        (CredentialKind.WebIdentity, Cause.Refused) => "Let the role's trust policy allow sts:AssumeRoleWithWebIdentity to this "
            + "service account.",
        (CredentialKind.WebIdentity, Cause.Expired) => "The token file is old: check that the pod's projected token is renewed.",
        (CredentialKind.SourceProfile or CredentialKind.CredentialSource, Cause.Refused) =>
            "Let the role's trust policy and the caller's own policy allow sts:AssumeRole.",
        (CredentialKind.SourceProfile, Cause.Expired or Cause.LoggedOut) => $"Type: aws sso login --profile {source.Profile}, or renew "
            + $"its keys",
        (CredentialKind.Process, _) => "Run the command of credential_process by hand and see what it says.",
        (CredentialKind.PodIdentity, Cause.Refused or Cause.Missing) => "Check the pod identity association of the service account and "
            + "its token file.",
        (CredentialKind.PodIdentity, _) => "Check that the EKS Pod Identity agent runs on the node.",
        (CredentialKind.Container, _) => "Check the task's role and its credentials endpoint.",
        (CredentialKind.InstanceMetadata, _) => "Check the instance profile, and that instance metadata may be reached (hop limit 2 "
            + "from a container).",
        (CredentialKind.Given, _) => "Check the object that was given as Credentials.",
        (_, Cause.NoAnswer) => "Check the network to AWS (proxy, VPC endpoint), or raise CredentialsTimeout.",
        (_, Cause.Expired) => "Renew them.",
        _ => "Check it with: aws sts get-caller-identity" + (source.Profile is null ? "" : $" --profile {source.Profile}"),
    };

    private static IEnumerable<Exception> Chain(Exception e)
    {
        var current = e;
        while (current is not null)
        {
            yield return current;
            current = current is AggregateException { InnerExceptions.Count: > 0 } many ? many.InnerExceptions[^1] : current.InnerException;
        }
    }

    private static string Endpoint(List<Exception> chain) =>
        chain.OfType<HttpRequestException>().LastOrDefault()?.Message is { } message && message.LastIndexOf('(') is > 0 and var at
            && message.EndsWith(')')
            ? $"{message[(at + 1)..^1]}: "
            : "";

    private static bool Says(string text, params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (text.Contains(word, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    internal static string OneLine(string text) =>
        string.Join(' ', text.Split((char[])['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
