namespace Observatory.Tests.Support;

/// <summary>
/// A few sessions whose lines say different things of the same responses: copies in other folders, ids that come again, words that only some lines
/// have, several lines at one instant.
/// </summary>
internal static class DisagreeingLines
{
    private static readonly string[] s_models = ["claude-opus-4-8", "claude-sonnet-4-6"];

    /// <summary>Files by their path below <c>projects</c>; the lines of one that is ordered must stay as they are: titles hold from where they stand.</summary>
    public static List<(string Path, string[] Lines, bool IsOrdered)> Make(int seed)
    {
        var random = new Random(seed);
        var files = new List<(string, string[], bool)>();
        for (var s = 1; s <= 3; s++)
        {
            var session = $"{s:x8}-aaaa-4bbb-8ccc-{s:x12}";
            var lines = Enumerable.Range(0, 24).SelectMany(n => Turn(random, session, s * 1_000 + n * 20, n)).ToList();
            files.Add(($"-w-alpha/{session}.jsonl", [.. lines], false));
            // Another copy of a part of it, from another folder.
            var copied = lines.Where(_ => random.Next(2) == 0)
                .Select(l => random.Next(2) == 0 ? l : l.Replace("/w/alpha", "/w/beta", StringComparison.Ordinal));
            files.Add(($"-w-beta/{session}.jsonl", [.. copied], false));
        }
        var titled = $"{9:x8}-aaaa-4bbb-8ccc-{9:x12}";
        string[] first =
        [
            CaseLines.User(titled, Uuid(1), "00:01.000"), CaseLines.Title(titled, "Zeta"), CaseLines.Answer(titled, Uuid(2), "00:02.000", "t1", "q1"),
            CaseLines.Title(titled, "Alpha"),
        ];
        string[] more = [.. first, CaseLines.User(titled, Uuid(3), "05:01.000"), CaseLines.Title(titled, "Beta"), CaseLines.Title(titled, "Aleph")];
        files.Add(($"-w-alpha/{titled}.jsonl", more, true));
        files.Add(($"-w-gamma/{titled}.jsonl", first, true));
        files.Add(($"-w-delta/{titled}.jsonl", first[..2], true));
        return files;
    }

    private static IEnumerable<string> Turn(Random random, string session, int uuid, int n)
    {
        string Time(int seconds) => $"{n:00}:{seconds:00}.000";
        yield return CaseLines.User(session, Uuid(uuid), Time(0));
        var id = random.Next(3) switch { 0 => "gw", 1 => "", _ => $"m{n % 7}" };
        var request = random.Next(3) == 0 ? null : $"r{n}";
        var input = 100L + n;
        // What a side chain says of another's message is a case of its own.
        var side = request is not null && random.Next(5) == 0;
        if (side) id = $"s{uuid}";
        for (var part = 0; part < random.Next(1, 4); part++)
        {
            var usage = new List<(string, string)>();
            if (random.Next(2) == 0) usage.Add(("speed", random.Next(2) == 0 ? "fast" : "standard"));
            if (random.Next(2) == 0) usage.Add(("service_tier", random.Next(2) == 0 ? "batch" : "standard"));
            if (random.Next(2) == 0) usage.Add(("inference_geo", random.Next(2) == 0 ? "us" : "not_available"));
            // Mostly the same instant.
            var time = Time(5 + (random.Next(3) == 0 ? part : 0));
            object? content = random.Next(3) == 0 ? CaseLines.Tool("Bash:0") : null;
            var isEmpty = part == 0 && random.Next(4) == 0;
            yield return CaseLines.Answer(
                session, Uuid(uuid + 1 + part), time, id, request, isEmpty ? 0 : input, isEmpty ? 0 : 10 + part, side: side && part > 0, content: content,
                model: s_models[random.Next(2)], cwd: random.Next(4) == 0 ? "/w/other" : "/w/alpha", usage: [.. usage]);
            if (content is not null) yield return CaseLines.Result(session, Uuid(uuid + 10 + part), Time(20 + part), "Bash:0", random.Next(3) == 0);
        }
    }

    private static string Uuid(int n) => $"00000000-0000-4000-8000-{n:x12}";
}
