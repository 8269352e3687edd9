using System.Globalization;

namespace RdsIamAspire.Provisioning;

/// <summary>Names as CloudFormation's logical ids and C#'s methods take them: letters and digits.</summary>
internal static class Identifiers
{
    /// <summary><c>OrdersApp</c> for <c>orders_app</c>, <c>orders-app</c> and <c>orders.app</c>.</summary>
    internal static string Pascal(string name) => string.Concat(
        name.Split(['_', '-', '.'], StringSplitOptions.RemoveEmptyEntries)
            .Select(static part => char.ToUpperInvariant(part[0]) + part[1..]));

    /// <summary>One for each name; those that would be the same, or begin with a digit, are told apart by a number.</summary>
    internal static IReadOnlyList<(string Name, string Pascal)> Distinct(IReadOnlyList<string> names)
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var distinct = new List<(string, string)>(names.Count);
        foreach (var name in names)
        {
            var stem = Pascal(name) is var pascal && pascal.Length > 0 && char.IsAsciiLetter(pascal[0]) ? pascal : "User" + pascal;
            var own = stem;
            for (var number = 2; !taken.Add(own); number++)
            {
                own = stem + number.ToString(CultureInfo.InvariantCulture);
            }

            distinct.Add((name, own));
        }

        return distinct;
    }
}
