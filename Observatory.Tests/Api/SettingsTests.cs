using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Observatory.Core;
using Observatory.Tests.Support;
using Observatory.Web.Hosting;
using Xunit;

namespace Observatory.Tests.Api;

/// <summary>A wrong setting stops the start with one line that names it.</summary>
public sealed class SettingsTests
{
    private static ObservatoryOptions Read(params (string Key, string? Value)[] settings) => SettingsReader.Read(new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create("Observatory:" + s.Key, s.Value))).Build());

    [Theory]
    [InlineData("Storage:Provider", "PostgreSql")]
    [InlineData("Storage:Provider", "MySql")]
    [InlineData("Privacy:Content", "3")]
    [InlineData("Demo", "yes")]
    [InlineData("Transcripts:Enabled", "1")]
    [InlineData("Transcripts:Roots", "/home/ada/.claude")]
    [InlineData("Transcripts:Owners", "ada")]
    [InlineData("Transcripts:Roots:0", " ")]
    [InlineData("Bootstrap:ApiKey", "short")]
    [InlineData("Otlp:HttpUrl", "4318")]
    [InlineData("Otlp:HttpUrl", "http://127.0.0.1:4318/v1/logs")]
    [InlineData("Otlp:GrpcUrl", "grpc://127.0.0.1:4317")]
    [InlineData("Otlp:GrpcUrl", "http://unix:/tmp/otlp.sock")]
    public void A_wrong_value_is_refused_by_its_key(string key, string value)
    {
        var refused = Assert.Throws<StartRefusedException>(() => Read((key, value)));
        Assert.StartsWith($"Observatory:{key}: ", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    /// <summary>The binder closes gaps in lists: the second root's owner would get the first root.</summary>
    [Fact]
    public void Owners_belong_to_the_root_of_their_number()
    {
        var some = Read(("Transcripts:Roots:0", "/a"), ("Transcripts:Roots:1", "/b"), ("Transcripts:Owners:1", "bob")).Transcripts;
        Assert.Equal([("/a", ""), ("/b", "bob")], some.Roots.Zip(some.Owners));
        var gap = Read(("Transcripts:Roots:0", "/a"), ("Transcripts:Roots:5", "/b"), ("Transcripts:Owners:5", "bob"), ("Transcripts:Owners:0", "ada"))
            .Transcripts;
        Assert.Equal([("/a", "ada"), ("/b", "bob")], gap.Roots.Zip(gap.Owners));
        var refused = Assert.Throws<StartRefusedException>(() => Read(("Transcripts:Roots:0", "/a"), ("Transcripts:Owners:1", "bob")));
        Assert.StartsWith("Observatory:Transcripts:Owners:1: ", refused.Message, StringComparison.Ordinal);
        Assert.Equal(["ada"], Read(("Transcripts:Owners:0", "ada")).Transcripts.Owners);
    }

    [Theory]
    [InlineData("foo")]
    [InlineData("ftp://127.0.0.1:5080")]
    [InlineData("http://127.0.0.1:65536")]
    [InlineData("http://127.0.0.1:5080/base")]
    public void An_address_that_cannot_be_listened_on_is_refused(string url) =>
        Assert.Contains(url, Assert.Throws<StartRefusedException>(() => Listening.Parse(url)).Message, StringComparison.Ordinal);

    [Fact]
    public void An_address_of_another_machine_is_said_in_one_line() =>
        Assert.StartsWith("Urls: ", StartFailure.Explain(new SocketException((int)SocketError.AddressNotAvailable)), StringComparison.Ordinal);

    [Fact]
    public void A_settings_file_that_is_not_json_is_named()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("appsettings.json"), "{ \"Observatory\": {} }x");
        var error = Assert.Throws<InvalidDataException>(() => new ConfigurationBuilder().AddJsonFile(folder.File("appsettings.json")).Build());
        Assert.StartsWith("appsettings.json: ", StartFailure.Explain(error), StringComparison.Ordinal);
    }

    [Fact]
    public void The_environment_wins_over_the_file_and_the_command_line_over_both()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("appsettings.json"), """{ "Urls": "http://127.0.0.1:1001" }""");
        var file = new ConfigurationBuilder().AddJsonFile(folder.File("appsettings.json")).Build();
        Assert.Equal("http://127.0.0.1:1001", Listening.Choose(file, null));
        Assert.Equal("http://127.0.0.1:1002", Listening.Choose(file, "http://127.0.0.1:1002"));
        var line = new ConfigurationBuilder().AddConfiguration(file).AddCommandLine(["--urls", "http://127.0.0.1:1003"]).Build();
        Assert.Equal("http://127.0.0.1:1003", Listening.Choose(line, "http://127.0.0.1:1002"));
        Assert.Equal(Listening.DefaultUrl, Listening.Choose(new ConfigurationBuilder().Build(), null));
    }

    [Theory]
    [InlineData("http://127.0.0.1:0")]
    [InlineData("http://*:5080/")]
    [InlineData("HTTPS://[::1]:443")]
    [InlineData("http://localhost")]
    public void Other_addresses_are_taken(string url) => Assert.NotNull(Listening.Parse(url));

    [Theory]
    [InlineData("http://127.0.0.1:4318", "http://127.0.0.1:4317", "http://127.0.0.1:5080", "http://127.0.0.1:4318 http://127.0.0.1:4317")]
    [InlineData("", " ", "http://127.0.0.1:5080", "")]
    [InlineData("http://localhost:5080", "", "http://127.0.0.1:5080", "")]
    [InlineData("http://127.0.0.1:5080", "", "http://*:5080", "")]
    [InlineData("http://127.0.0.1:0", "http://127.0.0.1:0", "http://127.0.0.1:0", "http://127.0.0.1:0 http://127.0.0.1:0")]
    [InlineData("http://127.0.0.2:5080", "", "http://127.0.0.1:5080", "http://127.0.0.2:5080")]
    public void Telemetry_has_addresses_of_its_own_unless_the_web_port_is_there(string http, string grpc, string web, string expected) => Assert.Equal(
        expected, string.Join(' ', OtlpListening.Read(new OtlpOptions { HttpUrl = http, GrpcUrl = grpc }, [Listening.Parse(web)])
            .Receivers.Select(r => r.Url)));

    [Fact]
    public void Grpc_needs_a_port_of_its_own()
    {
        foreach (var (http, web) in new[] { ("http://127.0.0.1:4317", "http://127.0.0.1:5080"), ("", "http://localhost:4317"),
            ("http://0.0.0.0:4317", "http://127.0.0.1:5080") })
        {
            var refused = Assert.Throws<StartRefusedException>(() => OtlpListening.Read(new OtlpOptions { HttpUrl = http }, [Listening.Parse(web)]));
            Assert.StartsWith("Observatory:Otlp:GrpcUrl: http://127.0.0.1:4317 has another use already.", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Telemetry_beyond_this_machine_is_told_apart()
    {
        var open = OtlpListening.Read(new OtlpOptions { HttpUrl = "http://127.0.0.1:4318", GrpcUrl = "http://0.0.0.0:4317" }, []);
        Assert.Equal(new OpenAddress("Observatory:Otlp:GrpcUrl", "http://0.0.0.0:4317"), open.BeyondLoopback);
        Assert.Null(OtlpListening.Read(new OtlpOptions(), []).BeyondLoopback);
    }

    [Fact]
    public async Task A_host_that_it_listens_under_is_answered_and_no_other()
    {
        await using var host = new WebHost(TimeProvider.System)
            .WithWebHostBuilder(b => b.UseSetting("urls", "http://192.0.2.7:5080;http://[2001:db8::1]:5080"));
        using var client = host.CreateClient();
        foreach (var (name, status) in new[] { ("192.0.2.7:5080", 200), ("[2001:db8::1]:5080", 200), ("127.0.0.1:5080", 200), ("192.0.2.8:5080", 400),
            ("evil.example", 400) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/health/live") { Headers = { Host = name } };
            Assert.Equal((name, status), (name, (int)(await client.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode));
        }
    }
}
