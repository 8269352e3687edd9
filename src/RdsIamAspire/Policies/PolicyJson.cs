using System.Text;
using System.Text.Json;

namespace RdsIamAspire;

/// <summary>A value of a JSON text with the place where it stands: the reader of policies says what is wrong and where.</summary>
internal sealed class PolicyJson
{
    private PolicyJson(JsonTokenType type, int at) => (Type, At) = (type, at);

    /// <summary>What it is: StartObject, StartArray, String, Number, True, False or Null.</summary>
    public JsonTokenType Type { get; }

    /// <summary>Where it begins, in bytes of the UTF-8 text.</summary>
    public int At { get; }

    /// <summary>A string's text, or a number or word as it is written.</summary>
    public string Text { get; private set; } = "";

    public List<PolicyJson> Items { get; } = [];

    /// <summary>In the order of the text; a name may stand twice.</summary>
    public List<Member> Members { get; } = [];

    public bool IsObject => Type == JsonTokenType.StartObject;
    public bool IsArray => Type == JsonTokenType.StartArray;
    public bool IsString => Type == JsonTokenType.String;

    /// <summary>What it is, in a word.</summary>
    public string Kind => Type switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "a list",
        JsonTokenType.String => "a text",
        JsonTokenType.Number => "a number",
        JsonTokenType.Null => "null",
        _ => "true or false",
    };

    public PolicyJson? Find(string name) => Members.Find(member => member.Name == name)?.Value;

    /// <exception cref="JsonException">The text is not JSON, or nested deeper than a policy can be.</exception>
    public static PolicyJson Parse(ReadOnlySpan<byte> utf8)
    {
        // Six levels are the deepest that a policy has: policy, statements, statement, conditions, operator, values.
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = 8 });
        reader.Read();
        var root = Read(ref reader);
        while (reader.Read())
        {
            // Nothing may follow; the reader says so.
        }

        return root;
    }

    private static PolicyJson Read(ref Utf8JsonReader reader)
    {
        var value = new PolicyJson(reader.TokenType, (int)reader.TokenStartIndex);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var (name, at) = (TextOf(ref reader), (int)reader.TokenStartIndex);
                    reader.Read();
                    value.Members.Add(new(name, at, Read(ref reader)));
                }

                break;
            case JsonTokenType.StartArray:
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    value.Items.Add(Read(ref reader));
                break;
            case JsonTokenType.String:
                value.Text = TextOf(ref reader);
                break;
            default:
                value.Text = Encoding.UTF8.GetString(reader.ValueSpan);
                break;
        }

        return value;
    }

    private static string TextOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, written as an escape.
            return Encoding.UTF8.GetString(reader.ValueSpan);
        }
    }

    internal sealed record Member(string Name, int At, PolicyJson Value);
}
