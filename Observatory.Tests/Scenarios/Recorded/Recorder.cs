using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Time.Testing;
using Observatory.Tests.Support;

namespace Observatory.Tests.Scenarios.Recorded;

/// <summary>Asks all questions of one kind of data.</summary>
internal static partial class Recorder
{
    /// <summary>Which number a name got, and how often was written, say when something was read, not what.</summary>
    private static readonly string[] s_leftOut = ["Color", "Version"];

    private static readonly JsonSerializerOptions s_json = new()
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveOut } },
    };

    /// <summary>Left out: what looks at links, special files or times of files, which a checkout has or has not.</summary>
    private static readonly string[] s_machine = ["25-root-twice-by-link", "26b-no-newline-old-file", "38-fifo"];

    public static IReadOnlyDictionary<string, Func<Task<AnswerBook>>> Books { get; } = new Dictionary<string, Func<Task<AnswerBook>>>
    {
        ["fixture"] = FixtureAsync, ["corpus"] = CorpusAsync, ["pages"] = PagesAsync, ["cases"] = CasesAsync,
    };

    /// <param name="whole">Also the answers themselves.</param>
    public static async Task<int> RunAsync(string folder, bool whole)
    {
        Directory.CreateDirectory(folder);
        foreach (var (name, ask) in Books)
        {
            var book = await ask();
            await File.WriteAllTextAsync(Path.Combine(folder, name + ".txt"), book.ToRecord());
            if (whole) await File.WriteAllTextAsync(Path.Combine(folder, name + ".whole.txt"), book.ToText());
        }
        return 0;
    }

    private static async Task<AnswerBook> FixtureAsync()
    {
        await using var host = new WebHost(new FakeTimeProvider(Fixture.End), (Fixture.Root, Fixture.Owner));
        _ = host.Server;
        await host.IdleAsync();
        return await AskAsync(host, Questions.OfFixture());
    }

    private static async Task<AnswerBook> CorpusAsync()
    {
        using var folder = new TempFolder();
        var (host, conversations) = await Worlds.CorpusAsync(folder);
        await using var _ = host;
        return await AskAsync(host, Questions.OfCorpus(conversations));
    }

    private static async Task<AnswerBook> AskAsync(WebHost host, IEnumerable<string> questions)
    {
        var book = new AnswerBook();
        using var client = host.Program();
        foreach (var question in questions)
        {
            using var answer = await client.GetAsync(question);
            var body = TraceId().Replace(await answer.Content.ReadAsStringAsync(), "");
            book.Add(question, $"{(int)answer.StatusCode} {answer.Content.Headers.ContentType}\n{body}");
        }
        return book;
    }

    /// <summary>What pages ask and no route answers.</summary>
    private static async Task<AnswerBook> PagesAsync()
    {
        using var folder = new TempFolder();
        var (host, _) = await Worlds.CorpusAsync(folder);
        await using var owned = host;
        var book = new AnswerBook();
        foreach (var (name, query) in PageQuestions.All)
        {
            foreach (var (page, ask) in PageQuestions.Pages) book.Add($"{page} {name}", JsonSerializer.Serialize(await ask(host.Services, query), s_json));
        }
        return book;
    }

    private static async Task<AnswerBook> CasesAsync()
    {
        var book = new AnswerBook();
        var folder = CaseCore.Folder("");
        var roots = Directory.EnumerateDirectories(folder, "root", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
        foreach (var root in roots)
        {
            var name = Path.GetRelativePath(folder, Path.GetDirectoryName(root)!).Replace('\\', '/');
            if (s_machine.Contains(name)) continue;
            await using var core = await CaseCore.ImportRootsAsync(null, root);
            // Which of several things that bear one id has its plain key depends on the order of files on the disk.
            var answers = await FigureImage.AnswersOfAsync(core.Core, Worlds.Now.AddYears(-1), Worlds.Now.AddDays(10));
            book.Add(name, OrderTests.WithoutKeys(answers));
        }
        return book;
    }

    /// <summary>Another one for every request.</summary>
    [GeneratedRegex("""
        ,"traceId":"[^"]*"
        """)]
    private static partial Regex TraceId();

    private static void LeaveOut(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            if (s_leftOut.Contains(property.Name)) property.ShouldSerialize = (_, _) => false;
        }
    }
}
