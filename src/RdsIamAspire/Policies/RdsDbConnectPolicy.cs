using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace RdsIamAspire;

/// <summary>Writes the IAM policy that lets its holder log in as database users, and finds the usual mistakes in one.</summary>
/// <remarks>Source: Amazon RDS User Guide, "Creating and using an IAM policy for IAM database access".</remarks>
public static class RdsDbConnectPolicy
{
    /// <summary>The one action.</summary>
    public const string Action = "rds-db:connect";

    /// <summary>A policy document that allows <see cref="Action"/> on the users.</summary>
    /// <param name="users">At least one.</param>
    /// <returns>JSON text, indented, with a final newline.</returns>
    public static string CreateDocument(params IEnumerable<RdsDbUserArn> users)
    {
        ArgumentNullException.ThrowIfNull(users);
        var resources = users.Select(u => u.ToString()).Distinct().ToList();
        if (resources.Count == 0)
            throw new ArgumentException("Give at least one database user; a policy without a resource is refused by IAM.", nameof(users));

        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer,
            new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("Version", "2012-10-17");
            json.WriteStartArray("Statement");
            json.WriteStartObject();
            json.WriteString("Effect", "Allow");
            json.WriteString("Action", Action);
            json.WriteStartArray("Resource");
            foreach (var resource in resources)
                json.WriteStringValue(resource);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray()).ReplaceLineEndings("\n") + "\n";
    }

    /// <summary>
    /// Finds the usual mistakes in a policy: the wrong action, the database's own ARN, a name in place of a resource id, unsupported
    /// condition keys, a resource that
    /// is too wide or does not cover the login. No finding does not mean that a login is allowed: that is up to every policy of the caller.
    /// </summary>
    /// <param name="document">
    /// The policy, JSON; or what holds one or several: the output of <c>aws iam get-role-policy</c>, <c>get-policy-version</c> and their
    /// like, a
    /// CloudFormation template in JSON, a Terraform plan in JSON. Several are judged together, as those of one role. A text that is none is
    /// a finding too.
    /// </param>
    /// <param name="intent">The login that it is meant to allow, as far as it is known.</param>
    public static IReadOnlyList<RdsPolicyFinding> Lint(string document, RdsPolicyIntent? intent = null)
    {
        ArgumentNullException.ThrowIfNull(document);
        return RdsPolicyLint.Check(document, intent);
    }
}
