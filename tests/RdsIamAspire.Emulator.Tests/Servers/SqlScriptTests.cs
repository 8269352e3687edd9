namespace RdsIamAspire.Emulator.Tests.Servers;

/// <summary>A SQL file's statements and their lines, as the mysql client finds them.</summary>
public sealed class SqlScriptTests
{
    [Theory]
    [InlineData("SELECT 1; SELECT ';';\n", "1 SELECT 1", "1 SELECT ';'")]
    [InlineData("SELECT 1", "1 SELECT 1")]
    [InlineData("\n \n")]
    [InlineData("-- a; b\n# c; d\n/* e;\n f */ SELECT 1;", "4 SELECT 1")]
    [InlineData("SELECT\n  1;\n\nSELECT 2;", "1 SELECT\n  1", "4 SELECT 2")]
    [InlineData("SELECT 'a\\';b'; SELECT \"c;\"\";d\"; SELECT `e;f`;", "1 SELECT 'a\\';b'", "1 SELECT \"c;\"\";d\"", "1 SELECT `e;f`")]
    [InlineData("SELECT 'a;\nb';\nSELECT 2;", "1 SELECT 'a;\nb'", "3 SELECT 2")]
    [InlineData("SELECT 1--1;", "1 SELECT 1--1")]
    [InlineData("SELECT 1 -- one; two\n;SELECT 2;", "1 SELECT 1 -- one; two\n", "2 SELECT 2")]
    [InlineData("/*!40101 SET NAMES utf8mb4 */;", "1 /*!40101 SET NAMES utf8mb4 */")]
    [InlineData("\uFEFFSELECT 1;\r\nSELECT 2;\r\n", "1 SELECT 1", "2 SELECT 2")]
    [InlineData(";;SELECT 1;;", "1 SELECT 1")]
    [InlineData(
        "SELECT 1;\nDELIMITER $$\nCREATE PROCEDURE p() BEGIN SELECT 2; END $$\ndelimiter ;\nCALL p();",
        "1 SELECT 1", "3 CREATE PROCEDURE p() BEGIN SELECT 2; END ", "5 CALL p()")]
    [InlineData("DELIMITER //\nSELECT ';' //\nSELECT 2//\n", "2 SELECT ';' ", "3 SELECT 2")]
    public void A_script_has_the_statements(string script, params string[] statements) =>
        Assert.Equal(statements, SqlScript.Split(script).Select(statement => $"{statement.Line} {statement.Text}"));

    [Theory]
    [InlineData("SELECT 1;\nSELECT 'open;\n", "the ' on line 2 is never closed")]
    [InlineData("/* open", "the comment that begins on line 1 is never closed")]
    public void What_is_never_closed_is_named(string script, string problem) =>
        Assert.Equal(problem, Assert.Throws<FormatException>(() => SqlScript.Split(script).ToList()).Message);
}
