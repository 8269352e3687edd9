using System.Text.Json;

namespace RdsIamAspire;

/// <summary>Reads the Condition of a statement.</summary>
/// <remarks>Source: IAM User Guide, "IAM JSON policy elements: Condition" and "Condition operators".</remarks>
internal static class IamConditionReader
{
    internal static IReadOnlyList<IamCondition> Read(PolicyJson json, string place, bool variables, Action<string, int, string> problem)
    {
        var conditions = new List<IamCondition>();
        if (!json.IsObject)
        {
            problem(place, json.At,
                $"it is {json.Kind}, not an object such as {{ \"StringEquals\": {{ \"aws:PrincipalTag/team\": \"orders\" }} }}");
            return conditions;
        }

        var operators = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var test in json.Members)
        {
            var where = $"{place}, {test.Name}";
            if (!operators.Add(test.Name))
                problem(where, test.At, "it stands twice; put its keys together");
            if (!IamConditionOperator.TryRead(test.Name, out var named, out var wrong))
                problem(where, test.At, wrong);
            else if (!test.Value.IsObject)
                problem(where, test.Value.At, $"it is {test.Value.Kind}, not an object of keys and values");
            else
                conditions.AddRange(ReadKeys(test, named, where, variables, problem));
        }

        return conditions;
    }

    private static IEnumerable<IamCondition> ReadKeys(
        PolicyJson.Member test, IamConditionOperator named, string place, bool variables, Action<string, int, string> problem)
    {
        var keys = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var key in test.Value.Members)
        {
            var where = $"{place}, {key.Name}";
            if (!keys.Add(key.Name))
                problem(where, key.At, "it stands twice (the case of a key does not matter)");
            var colon = key.Name.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || colon == key.Name.Length - 1)
                problem(where, key.At, $"'{key.Name}' is no condition key; one looks like aws:PrincipalTag/team");

            List<PolicyJson> values = key.Value.IsArray ? key.Value.Items : [key.Value];
            if (values.Count == 0)
                problem(where, key.Value.At, "it is an empty list; give at least one value");
            foreach (var value in values)
            {
                if (value.Type is JsonTokenType.StartObject or JsonTokenType.StartArray or JsonTokenType.Null)
                    problem(where, value.At, $"it holds {value.Kind} where a text, a number, true or false belongs");
                else if (variables && named.TakesVariables && IamVariable.ProblemOf(value.Text) is { } wrong)
                    problem(where, value.At, wrong);
            }

            yield return new(named, key.Name, [.. values.Select(value => value.Text)]);
        }
    }
}
