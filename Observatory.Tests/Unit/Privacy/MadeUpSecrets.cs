using System.Buffers.Text;
using System.Text;

namespace Observatory.Tests.Unit.Privacy;

/// <summary>Secrets of many kinds from a seed, and the places in which they turn up. None of them opens anything.</summary>
internal sealed class MadeUpSecrets(int seed)
{
    private const string Lower = "abcdefghijklmnopqrstuvwxyz";
    private const string Digits = "0123456789";
    private const string Alnum = "ABCDEFGHIJKLMNOPQRSTUVWXYZ" + Lower + Digits;
    private const string Url = Alnum + "-_";
    private const string Hex = "0123456789abcdef";
    private const string Base64 = Alnum + "+/";
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private readonly Random _random = new(seed);

    /// <summary>By kind: the text in which it is usually written, and the part of it that must be gone.</summary>
    public IReadOnlyList<(string Kind, Func<(string Text, string Secret)> Make)> Kinds =>
    [
        ("anthropic-api", () => Bare("sk-ant-api03-" + Of(Url, 93) + "AA")),
        ("anthropic-admin", () => Bare("sk-ant-admin01-" + Of(Url, 93) + "AA")),
        ("openai-project", () => Bare("sk-proj-" + Of(Url, 74) + "T3BlbkFJ" + Of(Url, 74))),
        ("openai-old", () => Bare("sk-" + Of(Alnum, 20) + "T3BlbkFJ" + Of(Alnum, 20))),
        ("aws-id", () => Bare(Pick("AKIA", "ASIA", "ABIA", "ACCA") + Of(Base32, 14) + "7Q")),
        ("aws-pair", () => With(v => $"AKIA{Of(Base32, 14)}2Z {v}", Of(Base64, 37) + "aB3")),
        ("aws-secret", () => With(v => $"aws_secret_access_key = {v}", Of(Base64, 37) + "xY7")),
        ("github", () => Bare(Pick("ghp_", "gho_", "ghu_", "ghs_", "ghr_") + Of(Alnum, 36))),
        ("github-fine", () => Bare("github_pat_" + Of(Alnum, 22) + "_" + Of(Alnum, 59))),
        ("gitlab", () => Bare("glpat-" + Of(Url, 20))),
        ("npm", () => Bare("npm_" + Of(Alnum, 36))),
        ("pypi", () => Bare("pypi-AgEIcHlwaS5vcmc" + Of(Url, 70))),
        ("huggingface", () => Bare("hf_" + Of(Alnum, 34))),
        ("slack-bot", () => Bare($"xoxb-{Of(Digits, 12)}-{Of(Digits, 12)}-{Of(Alnum, 24)}")),
        ("slack-app", () => Bare($"xapp-1-A{Of(Base32, 10)}-{Of(Digits, 13)}-{Of(Hex, 64)}")),
        ("slack-hook", () => With(v => "https://hooks.slack.com/services/" + v, $"T{Of(Base32, 10)}/B{Of(Base32, 10)}/{Of(Alnum, 24)}")),
        ("google", () => Bare("AIza" + Of(Url, 35))),
        ("google-client", () => Bare("GOCSPX-" + Of(Url, 28))),
        ("stripe", () => Bare(Pick("sk_live_", "rk_live_", "sk_test_") + Of(Alnum, 24))),
        ("sendgrid", () => Bare($"SG.{Of(Url, 22)}.{Of(Url, 43)}")),
        ("digitalocean", () => Bare("dop_v1_" + Of(Hex, 64))),
        ("twilio", () => Bare("SK" + Of(Hex, 32))),
        ("azure", () => Bare(Of(Alnum, 3) + "8Q~" + Of(Alnum, 34))),
        ("jwt", () => Bare($"{Json("""{"alg":"HS256","typ":"JWT"}""")}.{Json($$"""{"sub":"{{Of(Digits, 10)}}","iat":1700000000}""")}.{Of(Url, 43)}")),
        ("url-password", () => With(v => $"postgres://app:{v}@db.internal:5432/shop", Of(Alnum, 16))),
        ("basic", () => With(v => $"Authorization: Basic {v}", Convert.ToBase64String(Encoding.UTF8.GetBytes("me:" + Of(Alnum, 12))))),
        ("bearer", () => With(v => $"curl -H \"Authorization: Bearer {v}\" https://api.example.test", Of(Alnum, 31) + "7")),
        ("x-api-key", () => With(v => $"X-Api-Key: {v}", Of(Hex, 31) + "7")),
        ("curl-user", () => With(v => $"curl -u admin:{v} https://repo.example.test/x", Of(Alnum, 14))),
        ("password", () => With(v => $"password={v}", Of(Alnum, 10) + "!9")),
        ("password-json", () => With(v => $"\"password\": \"{v}\"", Of(Alnum + "!#$%&*+,-./:;<=>?@^_", 16))),
        ("password-env", () => With(v => $"DB_PASSWORD='{v}'", Of(Alnum + "!#$%&()*,;^", 18))),
        ("connection", () => With(v => $"Server=db;Database=shop;User Id=sa;Password={v};Encrypt=true", Of(Alnum, 14) + "!2")),
        ("api-key", () => With(v => $"api_key: \"{v}\"", Of(Hex, 39) + "7")),
        ("client-secret", () => With(v => $"clientSecret = '{v}'", Of(Base64, 39) + "=")),
        ("flag", () => With(v => $"tool --token {v} run", Of(Alnum, 30) + "42")),
        ("private-key", () => With(v => $"-----BEGIN RSA PRIVATE KEY-----\n{v}\n-----END RSA PRIVATE KEY-----", Lines())),
        ("shopify", () => Bare("shpat_" + Of(Hex, 32))),
        ("vault", () => Bare("hvs." + Of(Url, 90))),
        ("grafana", () => Bare("glsa_" + Of(Alnum, 32) + "_" + Of(Hex, 8))),
        ("observatory", () => Bare("cco_" + Of(Alnum, 43))),
        ("sas", () => With(v => $"https://x.blob.core.windows.net/c/f?sv=2024-01-01&sig={v}&se=2026", Of(Alnum, 40) + "%3D")),
        ("email", () => Bare($"{Of(Lower, 6)}.{Of(Lower, 7)}@{Of(Lower, 9)}.{Pick("com", "org", "de", "co.uk")}")),
    ];

    /// <summary>Ten places; the last ones are what a source does to a text: escaping, nesting, cutting off what follows.</summary>
    public static IReadOnlyList<(string Name, Func<string, string> Put)> Places { get; } =
    [
        ("alone", t => t),
        ("start of a prompt", t => t + "\nis what I use, please set it up"),
        ("end of a prompt", t => "Please use this one for the deployment to the test machines:\n" + t),
        ("middle of prose", t => $"I tried it twice, first with {t} and then without, see the log."),
        ("code block", t => $"Look:\n```\n{t}\n```\nThat fails."),
        ("indented", t => "services:\n  web:\n    " + t + "\n    ports: [80]\n"),
        ("comment", t => "int x = 1; // " + t),
        ("shell", t => $"echo start && {t} && echo done"),
        ("tool output", t => $"[ERROR] 2026-11-02T10:00:00Z request failed ({t})\n   at Program.Main()"),
        ("a JSON line", t => "{\"type\":\"user\",\"message\":{\"content\":\""
            + System.Text.Json.JsonEncodedText.Encode(t, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping) + "\\nplease\"}}"),
    ];

    private static (string, string) Bare(string secret) => (secret, secret);

    private static (string, string) With(Func<string, string> write, string secret) => (write(secret), secret);

    private string Lines()
    {
        var lines = Enumerable.Range(0, 24).Select(_ => Of(Base64, 64)).Append(Of(Base64, 30) + "==");
        return string.Join('\n', lines);
    }

    private string Of(string letters, int count) => string.Create(count, letters, (span, from) =>
    {
        foreach (ref var c in span) c = from[_random.Next(from.Length)];
    });

    private string Pick(params string[] of) => of[_random.Next(of.Length)];

    private static string Json(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
