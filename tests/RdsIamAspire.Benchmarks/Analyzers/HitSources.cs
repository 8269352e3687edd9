using System.Text;

namespace RdsIamAspire.Benchmarks.Analyzers;

/// <summary>Sources in which there is much to find, in the shapes that cost: one class, one method, one long file.</summary>
internal static class HitSources
{
    public static string Fields(int hits)
    {
        var text = new StringBuilder("class C\n{\n");
        for (var i = 0; i < hits; i++)
            text.Append("    private string _f").Append(i).Append(" = \"Server=host").Append(i).Append(";Port=3306;Uid=u;Pwd=x").Append(i)
            .Append("\";\n");
        return text.Append("}\n").ToString();
    }

    public static string Appends(int hits)
    {
        var text = new StringBuilder(
            "class C\n{\n    string M()\n    {\n        var sb = new System.Text.StringBuilder();\n        "
                + "sb.Append(\"Server=host;Port=3306;Uid=u;Pwd=x1;\");\n");
        for (var i = 0; i < hits; i++)
            text.Append("        sb.Append(\"Application Name=n").Append(i).Append(";\");\n");
        return text.Append("        return sb.ToString();\n    }\n}\n").ToString();
    }

    /// <summary>Methods of fifty lines, one hit in each, and the ordinary code of a service around it.</summary>
    public static string LongFile(int methods)
    {
        var text = new StringBuilder(
            "using System;\nusing System.Collections.Generic;\nusing System.Linq;\n\nclass Service\n{\n    private readonly "
                + "List<string> _log = new();\n\n");
        for (var m = 0; m < methods; m++)
        {
            text.Append("    public int Run").Append(m).Append("(string name, int count)\n    {\n        var cs = \"Server=host").Append(m)
                .Append(";Port=3306;Uid=u;Pwd=x").Append(m).Append("\";\n");
            for (var l = 0; l < 44; l++)
                text.Append("        if (count == ").Append(l).Append(") _log.Add(name + \" of ").Append(l)
                .Append("\" + count.ToString());\n");
            text.Append("        return cs.Length + count;\n    }\n\n");
        }

        return text.Append("}\n").ToString();
    }
}
