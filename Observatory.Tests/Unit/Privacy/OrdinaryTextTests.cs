using Observatory.Core.Privacy;
using Xunit;

namespace Observatory.Tests.Unit.Privacy;

public sealed class OrdinaryTextTests
{
    private readonly Redactor _redactor = new();

    [Theory]
    [InlineData("Please look at /home/anna/projects/web-shop/src/components/LoginPage.tsx and fix the tests.")]
    [InlineData("session 550e8400-e29b-41d4-a716-446655440000 was resumed")]
    [InlineData("git checkout 9fceb02d0ae598e95dc970b74767f19372d61af8")]
    [InlineData("commit d7e35eb Price calls from dated list prices")]
    [InlineData("![logo](data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4)")]
    [InlineData("docker pull registry.example.test/team/web@sha256:4bcff63911fcb4448bd4fdacec207030997caf25e9bea4045fa6c8c44de311d1")]
    [InlineData("npm install vite@5.4.0 @types/node@22.1.0 typescript@latest")]
    [InlineData("git clone git@github.com:someone/something.git")]
    [InlineData("background: url(logo@2x.png)")]
    [InlineData("systemctl restart user@1000.service")]
    [InlineData("@Component class A { @Input() name; } // see @author")]
    [InlineData("var token = await GetTokenAsync(cancel);")]
    [InlineData("const token = process.env.GITHUB_TOKEN;")]
    [InlineData("password: string;")]
    [InlineData("public string? Password { get; set; }")]
    [InlineData("if (password == null) throw new ArgumentNullException(nameof(password));")]
    [InlineData("login(user=user, password=password)")]
    [InlineData("PASSWORD=$DB_PASSWORD")]
    [InlineData("token: ${{ secrets.GITHUB_TOKEN }}")]
    [InlineData("Authorization: Bearer $TOKEN")]
    [InlineData("Authorization: Bearer <your token>")]
    [InlineData("api_key: your-api-key")]
    [InlineData("max_tokens=4096, input_tokens: 123456, total tokens: 1234567")]
    [InlineData("The password is required and must have 12 characters.")]
    [InlineData("The token is stored in the cookie; the secret is not.")]
    [InlineData("She is the secretary of the board. Tokenizer: cl100k_base")]
    [InlineData("\"password\": \"Enter your password\"")]
    [InlineData("<label for=\"password\">Password</label>")]
    [InlineData("primary_key: user_id, foreign_key = order_id2")]
    [InlineData("key={item.id} data-key=\"row-12\"")]
    [InlineData("PWD=/home/anna/projects/shop OLDPWD=/tmp")]
    [InlineData("password_file=/run/secrets/db1 secret_name: shop-db-1")]
    [InlineData("POST https://api.example.test:8443/v1/messages?beta=true")]
    [InlineData("http://127.0.0.1:5080/ and http://[::1]:4317")]
    [InlineData("the risk-averse task-runner on disk-2 asks: is flask-login ok?")]
    [InlineData("aws s3 cp s3://bucket/some/long/path/to/a/file/in/a/folder.txt .")]
    [InlineData("grep -rn 'BEGIN RSA PRIVATE KEY' . | grep -v '-----BEGIN PRIVATE KEY-----' and then look at the files")]
    [InlineData("model claude-opus-4-6-20260205 with service token type bearer")]
    [InlineData("2026-11-02T10:00:00.000Z INFO 10.0.0.12 -> 10.0.0.13:443 took 123ms")]
    [InlineData("password: ********")]
    [InlineData("token_type=bearer&expires_in=3600")]
    [InlineData("token.ThrowIfCancellationRequested(); CancellationToken token = default;")]
    [InlineData("(row.Definition, row.Secrets) = (AlertJson.Write(rule).ToJsonString(), JsonSerializer.Serialize(secrets));")]
    [InlineData("string NewToken() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));")]
    [InlineData("byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));")]
    [InlineData("/// <param name=\"Invite\">A link by which a password is chosen.</param>")]
    [InlineData("SELECT password_hash, token_count FROM users WHERE id = 12")]
    [InlineData("Die Prüfung läuft über 3 Köpfe, das Passwort ist geheim. 密码 пароль")]
    public void Redact_OrdinaryText_IsTheSameInstance(string text)
    {
        var result = _redactor.Redact(text);
        Assert.Equal(text, result);
        Assert.Same(text, result);
    }

    [Fact]
    public void Redact_OwnSourceCode_IsLeftAlone()
    {
        // The sources of the rules themselves are the worst prose there is: full of key-like words. Some files do hold what is looked for:
        // examples of passwords in comments, and the addresses of the people of the demo.
        string[] rightly =
            ["Assignments.cs", "Commands.cs", "IssuerShapes.cs", "OtherShapes.cs", "Values.cs", "DemoCast.cs"];
        var folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Observatory.Web.sln"))) folder = Path.GetDirectoryName(folder);
        Assert.SkipWhen(folder is null, "The sources are not here.");
        var files = Directory.GetFiles(Path.Combine(folder, "Observatory.Core"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}")).ToList();
        var changed = files.Where(f => File.ReadAllText(f) is var text && _redactor.Redact(text) != text && !rightly.Contains(Path.GetFileName(f))).ToList();
        Assert.True(changed.Count == 0, string.Join('\n', changed.Select(f => Path.GetFileName(f) + ": " + Differences(f))));
    }

    private string Differences(string file) => string.Join(" | ", File.ReadLines(file).Select(l => _redactor.Redact(l))
        .Where(l => l!.Contains("[redacted:", StringComparison.Ordinal)).Take(5));

    [Theory]
    [InlineData("mail anna.b@shop.example.com today", "mail [redacted:email] today")]
    [InlineData("mailto:o'brien@x.org", "mailto:[redacted:email]")]
    [InlineData("a\\nbob@x.org", "a\\n[redacted:email]")]
    [InlineData("?u=bob%40x.org&a=1", "?u=[redacted:email]&a=1")]
    [InlineData("müller@bücher.de, x", "[redacted:email], x")]
    [InlineData("https://bob:hunter2@x.org/a", "https://bob:[redacted:url-password]@x.org/a")]
    [InlineData("password = \"hunter2\";", "password = \"[redacted:password]\";")]
    [InlineData("password=letmein", "password=[redacted:password]")]
    [InlineData("<p>the password is hunter2</p>", "<p>the password is [redacted:password]</p>")]
    [InlineData("password=(aB3dE5fG9h)", "password=[redacted:password])")]
    [InlineData("the password is hunter2.", "the password is [redacted:password].")]
    [InlineData("<password>hunter2</password>", "<password>[redacted:password]</password>")]
    [InlineData("const apiKey: string = \"0a1b2c3d4e5f60718293\";", "const apiKey: string = \"[redacted:secret]\";")]
    [InlineData("{\"token\":\"0a1b2c3d4e5f60718293\"}", "{\"token\":\"[redacted:secret]\"}")]
    [InlineData("{\\\"token\\\":\\\"0a1b2c3d4e5f60718293\\\"}", "{\\\"token\\\":\\\"[redacted:secret]\\\"}")]
    [InlineData("DB_PASSWORD=a&b;c)d1\nNEXT=1", "DB_PASSWORD=[redacted:password]\nNEXT=1")]
    [InlineData("Cookie: sid=abcdef0123456789; theme=dark", "Cookie: sid=[redacted:cookie]; theme=dark")]
    public void Redact_Secret_LeavesTheRest(string text, string expected) => Assert.Equal(expected, _redactor.Redact(text));
}
