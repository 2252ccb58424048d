using System.Text.Json;
using Observatory.Core.Privacy;
using Xunit;

namespace Observatory.Tests.Unit.Privacy;

/// <summary>The redactor over the kinds, places and notations of <c>Fixtures/secrets</c>.</summary>
public sealed class KnownKindsTests
{
    private readonly Redactor _redactor = new(SecretRules.All, TimeProvider.System, TimeSpan.FromSeconds(30));

    private sealed record Sample(string Kind, string Place, string Text, string Secret);

    [Theory]
    [InlineData("kinds.jsonl", 2_500)]
    [InlineData("passwords.jsonl", 200)]
    public void Nearly_all_secrets_are_gone_and_twice_is_once(string file, int least)
    {
        var missed = new List<string>();
        var samples = Read(file);
        Assert.True(samples.Count >= least, $"{samples.Count} samples");
        foreach (var sample in samples)
        {
            var once = _redactor.Redact(sample.Text);
            if (once is null || Leaks(once, sample.Secret)) missed.Add($"{sample.Kind}, {sample.Place}: {sample.Text} → {once}");
            Assert.Equal(once, _redactor.Redact(once));
        }
        Assert.True(missed.Count <= samples.Count / 100, $"{missed.Count} of {samples.Count} missed:\n{string.Join('\n', missed.Take(30))}");
    }

    [Fact]
    public void Nearly_nothing_harmless_is_altered()
    {
        var texts = Read("harmless.jsonl");
        Assert.True(texts.Count >= 100, $"{texts.Count} texts");
        var altered = texts.Where(t => _redactor.Redact(t.Text) != t.Text).Select(t => $"{t.Kind}: {t.Text} → {_redactor.Redact(t.Text)}").ToList();
        Assert.True(altered.Count <= texts.Count / 100, string.Join('\n', altered));
    }

    [Theory]
    [InlineData("""{"password":12345678,"n":1}""", """{"password":"[redacted:password]","n":1}""")]
    [InlineData("""{"n":[1,2],"db":{"password":"a-b1c2d3","port":5432}}""", null)]
    [InlineData("""{"token":"ghp_0123456789abcdefghijABCDEFGHIJ012345","ok":true}""", null)]
    [InlineData("""{"env":"DB_PASSWORD=k3y&x(9;z\nNEXT=1"}""", null)]
    public void Json_stays_json(string json, string? expected)
    {
        var redacted = _redactor.Redact(json)!;
        Assert.NotEqual(json, redacted);
        using var document = JsonDocument.Parse(redacted);
        if (expected is not null) Assert.Equal(expected, redacted);
    }

    /// <summary>A quotation mark in a value does not end it, nor does the sign that it begins with.</summary>
    [Theory]
    [InlineData("""{"password": "ab\"cd7-Kq9#Lm2$Xy","n":1}""", """{"password": "[redacted:password]","n":1}""")]
    [InlineData("""{"password":"a\"b,#o3fr0M*^x6GS9z","user":"x \"y\""}""", """{"password":"[redacted:password]","user":"x \"y\""}""")]
    [InlineData("""{"c":"{\"password\":\"ab\\\"cd7-Kq9#Lm2$Xy\",\"n\":1}"}""", """{"c":"{\"password\":\"[redacted:password]\",\"n\":1}"}""")]
    [InlineData("""DB_PASSWORD="k3y\"&x9zQ;z" next""", """DB_PASSWORD="[redacted:password]" next""")]
    [InlineData("""{"c":"say \"password\": \"ab7-Kq9#Lm2$Xy\" and \"go on\""}""", """{"c":"say \"password\": \"[redacted:password]\" and \"go on\""}""")]
    [InlineData("\"password\": \",#o3fr0M*^x6GS9z\"", "\"password\": \"[redacted:password]\"")]
    [InlineData("DB_PASSWORD=';2S^2!JhTWRzd7J9k$'", "DB_PASSWORD='[redacted:password]'")]
    [InlineData("\"password\", \", then\"", "\"password\", \", then\"")]
    public void Marks_and_signs_inside_a_value_belong_to_it(string text, string expected) => Assert.Equal(expected, _redactor.Redact(text));

    /// <summary>JSON as serializers write it, once or twice: what a tool put before each line is an escape there, too.</summary>
    [Theory]
    [InlineData("kinds.jsonl")]
    [InlineData("passwords.jsonl")]
    public void In_json_of_any_serializer_nearly_all_secrets_are_gone(string file)
    {
        var samples = Read(file).Where(s => s.Secret.Length >= 12).ToList();
        foreach (var write in (Func<string, string>[])[t => JsonSerializer.Serialize(new { note = t }), t =>
            JsonSerializer.Serialize(new { c = JsonSerializer.Serialize(new { note = t }) })])
        {
            var missed = samples.Select(s => (Sample: s, Kept: _redactor.Redact(write(s.Text)))).Where(x => x.Kept is null || Leaks(x.Kept, x.Sample.Secret))
                .ToList();
            Assert.True(missed.Count <= samples.Count / 100,
                $"{missed.Count} of {samples.Count} missed:\n{string.Join('\n', missed.Take(30).Select(x => $"{x.Sample.Kind}, {x.Sample.Place}: {x.Kept}"))}");
        }
    }

    private static List<Sample> Read(string file) =>
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Fixtures", "secrets", file)).Select(line =>
        {
            var json = JsonDocument.Parse(line).RootElement;
            string Text(string name) => json.TryGetProperty(name, out var value) ? value.GetString()! : "";
            return new Sample(Text("kind"), Text("place"), Text("text"), Text("secret"));
        })];

    private static bool Leaks(string text, string secret)
    {
        const int Window = 12;
        if (secret.Length <= Window) return text.Contains(secret, StringComparison.Ordinal);
        for (var i = 0; i + Window <= secret.Length; i++)
        {
            if (text.AsSpan().IndexOf(secret.AsSpan(i, Window), StringComparison.Ordinal) >= 0) return true;
        }
        return false;
    }
}
