using Observatory.Core;
using Observatory.Web.Hosting;
using Xunit;

namespace Observatory.Tests.Api;

public sealed class ProgramArgumentsTests
{
    [Theory]
    [InlineData(null)]
    [InlineData(null, "--urls", "http://127.0.0.1:0")]
    [InlineData(null, "--URLS=http://127.0.0.1:0")]
    [InlineData(null, "/urls", "http://127.0.0.1:0")]
    [InlineData(null, "Urls=http://127.0.0.1:0")]
    [InlineData(null, "--environment", "Development")]
    [InlineData(null, "--Observatory:DataDirectory=/data", "--Observatory:Demo", "true")]
    [InlineData(null, "--Logging:LogLevel:Default=Debug", "--Kestrel:Certificates:Default:Path=a.pfx", "--ConnectionStrings:Observatory=x")]
    [InlineData(null, "--Observatory=", "--Logging=", "--Logging:LogLevel=")]
    [InlineData("link")]
    [InlineData("link", "--Observatory:DataDirectory", "/data")]
    [InlineData("redact")]
    [InlineData("redact", "--Observatory:Privacy:Content=Counts")]
    public void Commands_and_settings_are_taken(string? command, params string[] settings)
    {
        var (read, rest) = ProgramArguments.Read(command is null ? settings : [command, .. settings]);
        Assert.Equal(command, read);
        Assert.Equal(settings, rest);
    }

    [Theory]
    [InlineData("nonsense", "nonsense")]
    [InlineData("Link", "Link")]
    [InlineData("links", "links")]
    [InlineData("link", "link", "link")]
    [InlineData("nonsense", "--urls", "http://127.0.0.1:0", "nonsense")]
    [InlineData("--port", "--port", "5090")]
    [InlineData("--Observatory", "--Observatory=x")]
    [InlineData("--nonsense", "--nonsense=secret")]
    [InlineData("-u", "-u", "http://127.0.0.1:0")]
    [InlineData("--help", "--help")]
    [InlineData("--help", "link", "--help")]
    [InlineData("redacted", "redacted")]
    [InlineData("urls", "urls")]
    [InlineData("--", "--")]
    [InlineData("", "")]
    [InlineData("/etc/passwd", "/etc/passwd")]
    public void What_is_neither_is_refused_by_name_in_one_line(string name, params string[] words)
    {
        var refused = Assert.Throws<StartRefusedException>(() => ProgramArguments.Read(words));
        Assert.StartsWith($"\"{name}\" is not known", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_command_that_restores_takes_a_file()
    {
        string[] words = ["restore", "a.db", "--Observatory:DataDirectory", "/data"];
        var (command, settings) = ProgramArguments.Read(words);
        Assert.Equal((ProgramArguments.Restore, "a.db", 2), (command, ProgramArguments.FileOf(words), settings.Length));
        Assert.Throws<StartRefusedException>(() => ProgramArguments.Read(["restore"]));
        Assert.Throws<StartRefusedException>(() => ProgramArguments.Read(["restore", "--Observatory:DataDirectory", "/data"]));
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    public void The_command_that_redacts_says_how_it_is_used(string word) =>
        Assert.Equal((ProgramArguments.RedactHelp, 0), (ProgramArguments.Read(["redact", word]).Command, ProgramArguments.Read(["redact", word])
        .Settings.Length));

    [Fact]
    public void A_setting_without_a_value_is_refused() =>
        Assert.Equal("--urls needs a value.", Assert.Throws<StartRefusedException>(() => ProgramArguments.Read(["--urls"])).Message);
}
