namespace Observatory.Core.Privacy.Secrets;

/// <summary>What to do where a word of the table stands.</summary>
internal enum TriggerKind
{
    Issuer,
    Name,
    Command,
    Authorization,
    Bearer,
    Cookie,
    AwsId,
    AwsWord,
    Jwt,
    AzureSecret,
    Terraform,
    Hook,
    DiscordHook,
    OnePassword,
    KeyNumber,
    Url,
    OracleThin,
    Identified,
    Pgpass,
    Mark,
}

/// <param name="Word">At least three characters.</param>
/// <param name="IgnoreCase">In any case.</param>
/// <param name="Kind">What to do.</param>
/// <param name="Index">Which issuer or hook; of other words the length without the signs behind.</param>
internal sealed record Trigger(string Word, bool IgnoreCase, TriggerKind Kind, int Index = 0);

/// <summary>
/// Every word at which a rule begins. A word is found by its first four characters, as two pairs: each pair is one lookup, and says in
/// eight bits which groups of words have it there. So a text costs the same whatever stands in it.
/// </summary>
internal static class Triggers
{
    private const int Pairs = 1 << 14;

    private static readonly byte[] s_first = new byte[Pairs];
    private static readonly byte[] s_second = new byte[Pairs];
    private static readonly byte[] s_fold = [.. Enumerable.Range(0, 128).Select(c => (byte)(c is >= 'A' and <= 'Z' ? c | 0x20 : c))];
    private static readonly GramTable s_byGram;

    public static IReadOnlyList<(string Host, int Least)> Hooks { get; } =
        [("hooks.slack.com/services/", 20), ("hooks.slack.com/workflows/", 20), ("hooks.slack.com/triggers/", 20), (".webhook.office.com/", 30),
            ("hooks.zapier.com/hooks/catch/", 10), ("maker.ifttt.com/trigger/", 20)];

    static Triggers()
    {
        var all = Build();
        // Words that begin alike share a group, so that a first pair of one and a second pair of another seldom meet.
        var groups = all.Select(t => PairOf(t.Word)).Distinct().Order().Select((g, i) => (g, Bit: (byte)(1 << i % 8))).ToDictionary(x => x.g, x => x.Bit);
        foreach (var trigger in all)
        {
            var word = trigger.Word;
            var bit = groups[PairOf(word)];
            s_first[Fold(word[0]) << 7 | Fold(word[1])] |= bit;
            if (word.Length > 3) s_second[Fold(word[2]) << 7 | Fold(word[3])] |= bit;
            else for (var c = 0; c < 128; c++) s_second[Fold(word[2]) << 7 | (uint)c] |= bit;
        }
        // Longer words first: sk-ant- before sk-.
        s_byGram = new GramTable(all.GroupBy(t => GramOf(t.Word)).ToDictionary(g => g.Key, g => g.OrderByDescending(t => t.Word.Length).ToArray()));
    }

    private static List<Trigger> Build()
    {
        var all = new List<Trigger>();
        void Add(TriggerKind kind, bool ignoreCase, params string[] words) =>
            all.AddRange(words.Select(w => new Trigger(w, ignoreCase, kind, w.TrimEnd('=', ':', '"', '\'', ' ', '：', '是', '为').Length)));
        for (var i = 0; i < IssuerShapes.All.Count; i++) all.Add(new Trigger(IssuerShapes.All[i].Prefix, false, TriggerKind.Issuer, i));
        for (var i = 0; i < Hooks.Count; i++) all.Add(new Trigger(Hooks[i].Host, false, TriggerKind.Hook, i));
        Add(TriggerKind.Name, true, "pass", "pwd", "psw", "secret", "token", "cred", "key", "auth", "jwt", "otp", "pin", "salt", "pepper", "seed",
            "mnemonic", "sig", "csrf", "xsrf", "refresh", "session", "sessid", "pat", "sas",
            "kennwort", "contrase", "senha", "wachtwoord", "lösenord", "hasło", "parola", "пароль", "psk", "sid", "pw=", "pw:", "pw\"", "pw'", "_pw ",
            "nonce", "密码:", "密码：", "密码是", "密码为",
            "密碼:", "密碼：", "パスワード", "비밀번호", "口令:", "口令：", "密钥:", "密钥：");
        Add(TriggerKind.Authorization, true, "authorization");
        Add(TriggerKind.Bearer, true, "bearer");
        Add(TriggerKind.Cookie, true, "cookie");
        Add(TriggerKind.AwsId, false, "AKIA", "ASIA", "ABIA", "ACCA");
        Add(TriggerKind.AwsWord, true, "aws");
        Add(TriggerKind.Jwt, false, "eyJ");
        Add(TriggerKind.AzureSecret, false, [.. Enumerable.Range(0, 10).Select(d => $"{d}Q~")]);
        Add(TriggerKind.Terraform, false, ".atlasv1.");
        Add(TriggerKind.DiscordHook, false, "/api/webhooks/");
        Add(TriggerKind.OnePassword, false, "A3-");
        Add(TriggerKind.KeyNumber, false, "\":\"", "\": \"");
        Add(TriggerKind.Url, false, "://");
        Add(TriggerKind.OracleThin, false, "thin:");
        Add(TriggerKind.Identified, true, "identified by ", "pass:", "securestring ");
        Add(TriggerKind.Pgpass, false, ":5432:", ":5433:", ":6432:", ":*:");
        Add(TriggerKind.Mark, false, Redactor.MarkStart);
        Add(TriggerKind.Command, false, [.. Commands.Names.Where(n => n.Length >= 3)]);
        return all;
    }

    /// <summary>The next place before <paramref name="to"/> where a word may begin, else <paramref name="to"/>.</summary>
    public static int Next(ReadOnlySpan<char> text, int from, int to)
    {
        // Two characters beyond the end are NUL, so that a word of three is seen there.
        var limit = Math.Min(to, text.Length - 3);
        if (from < limit)
        {
            var pair = Fold(text[from]) << 7 | Fold(text[from + 1]);
            var (first, second) = (0, (int)s_first[pair]);
            pair = (pair << 7 | Fold(text[from + 2])) & (Pairs - 1);
            for (var i = from; i < limit; i++)
            {
                (first, second) = (second, s_first[pair]);
                pair = (pair << 7 | Fold(text[i + 3])) & (Pairs - 1);
                if ((first & s_second[pair]) != 0) return i;
            }
            from = limit;
        }
        return Math.Min(to, Math.Max(from, Math.Min(text.Length - 3, to)));
    }

    /// <summary>Words whose first four characters stand here; and, where there are any, those of three.</summary>
    public static Trigger[]? Of(ReadOnlySpan<char> text, int at, out Trigger[]? three)
    {
        three = null;
        if (at + 3 > text.Length) return null;
        var gram = Fold(text[at]) << 14 | Fold(text[at + 1]) << 7 | Fold(text[at + 2]);
        three = s_byGram.Find(gram);
        return at + 4 > text.Length ? null : s_byGram.Find(gram << 7 | Fold(text[at + 3]) | Four);
    }

    /// <summary>Tells grams of four from those of three.</summary>
    private const uint Four = 1u << 31;

    /// <summary>Seven bits: letters of both cases are one, what lies beyond ASCII keeps its low bits.</summary>
    private static uint Fold(char c) => s_fold[c & 127];

    private static uint PairOf(string word) => Fold(word[0]) << 7 | Fold(word[1]);

    private static uint GramOf(string word)
    {
        var gram = Fold(word[0]) << 14 | Fold(word[1]) << 7 | Fold(word[2]);
        return word.Length > 3 ? gram << 7 | Fold(word[3]) | Four : gram;
    }
}
