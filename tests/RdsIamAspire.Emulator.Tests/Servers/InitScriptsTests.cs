namespace RdsIamAspire.Emulator.Tests.Servers;

public sealed class InitScriptsTests
{
    [Fact]
    public void A_script_without_DELIMITER_is_one_batch() => Assert.Equal(["SELECT 1; SELECT ';';\n\n"], InitScripts.Split("SELECT 1; SELECT ';';\n"));

    [Fact]
    public void DELIMITER_cuts_the_statements_between_it() =>
        Assert.Equal(
            ["SELECT 1;\n", "CREATE PROCEDURE p() BEGIN SELECT 2; END ", "CALL p();\n"],
            InitScripts.Split("SELECT 1;\nDELIMITER $$\nCREATE PROCEDURE p() BEGIN SELECT 2; END $$\ndelimiter ;\nCALL p();"));

    [Fact]
    public void An_empty_script_has_no_statement() => Assert.Empty(InitScripts.Split("\n \n"));
}
