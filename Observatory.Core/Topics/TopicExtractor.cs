namespace Observatory.Core.Topics;

/// <summary>A prompt, without what must not be shown.</summary>
/// <param name="IsInside">It is one of those asked for; else it is what they are set apart from.</param>
public sealed record TopicText(int Conversation, string Text, bool IsInside);

/// <param name="Topic">One to three words.</param>
/// <param name="Score">The higher the more it sets them apart.</param>
/// <param name="Conversations">In which it was said.</param>
/// <param name="Messages">In which it was said.</param>
public sealed record TopicFigures(string Topic, double Score, int Conversations, int Messages);

/// <summary>
/// Key phrases of prompts: up to three words in a row without a stop word. A phrase weighs by the conversations that say it, by how much more often they do
/// than others, and longer phrases win over their parts. The same texts give the same answer in any order.
/// </summary>
public static class TopicExtractor
{
    private const int LongestPhrase = 3;
    private const int FewestMessages = 2;

    /// <summary>A part that is said in so large a share of cases within the longer phrase is no topic of its own.</summary>
    private const double Swallowed = 0.7;

    public static IReadOnlyList<TopicFigures> Of(IEnumerable<TopicText> texts, int limit)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var phrases = new Dictionary<string, Seen>(StringComparer.Ordinal);
        var (inside, outside) = (0, 0);
        foreach (var text in texts)
        {
            if (text.IsInside) inside++;
            else outside++;
            foreach (var phrase in PhrasesOf(text.Text))
            {
                if (!phrases.TryGetValue(phrase, out var seen)) phrases[phrase] = seen = new Seen();
                if (text.IsInside) seen.Add(text.Conversation);
                else seen.Outside++;
            }
        }
        var scored = phrases.Where(p => p.Value.Messages >= FewestMessages)
            .Select(p => new TopicFigures(p.Key, Score(p.Key, p.Value, inside, outside), p.Value.Conversations.Count, p.Value.Messages))
            .Where(t => t.Score > 0);
        return Chosen(scored, limit);
    }

    /// <summary>Key phrases of each group, set apart from all other groups together.</summary>
    public static IReadOnlyDictionary<int, IReadOnlyList<string>> ByGroup(IEnumerable<(int Group, TopicText Text)> texts, int each)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var phrases = new Dictionary<string, Dictionary<int, Seen>>(StringComparer.Ordinal);
        var sizes = new Dictionary<int, int>();
        foreach (var (group, text) in texts)
        {
            sizes[group] = sizes.GetValueOrDefault(group) + 1;
            foreach (var phrase in PhrasesOf(text.Text))
            {
                if (!phrases.TryGetValue(phrase, out var groups)) phrases[phrase] = groups = [];
                if (!groups.TryGetValue(group, out var seen)) groups[group] = seen = new Seen();
                seen.Add(text.Conversation);
            }
        }
        var (all, found) = (sizes.Values.Sum(), new Dictionary<int, List<TopicFigures>>());
        foreach (var (phrase, groups) in phrases)
        {
            var said = groups.Values.Sum(s => s.Messages);
            foreach (var (group, seen) in groups.Where(g => g.Value.Messages >= FewestMessages))
            {
                seen.Outside = said - seen.Messages;
                var score = Score(phrase, seen, sizes[group], all - sizes[group]);
                if (score <= 0) continue;
                if (!found.TryGetValue(group, out var own)) found[group] = own = [];
                own.Add(new TopicFigures(phrase, score, seen.Conversations.Count, seen.Messages));
            }
        }
        return found.ToDictionary(f => f.Key, f => (IReadOnlyList<string>)[.. Chosen(f.Value, each).Select(t => t.Topic)]);
    }

    /// <summary>The best first; of phrases that repeat each other one.</summary>
    private static List<TopicFigures> Chosen(IEnumerable<TopicFigures> topics, int limit)
    {
        var chosen = new List<TopicFigures>();
        foreach (var topic in topics.OrderByDescending(t => t.Score).ThenBy(t => t.Topic, StringComparer.Ordinal))
        {
            if (chosen.Count >= limit) break;
            if (!chosen.Exists(c => Repeats(c, topic))) chosen.Add(topic);
        }
        return chosen;
    }

    private static double Score(string phrase, Seen seen, int inside, int outside)
    {
        var words = phrase.Count(c => c == ' ') + 1;
        var weight = (1 + Math.Log(seen.Conversations.Count)) * Math.Log(1 + seen.Messages) * (1 + 0.6 * (words - 1));
        // What others say as often tells nothing; without others, what nearly every prompt says tells little.
        var here = (seen.Messages + 0.5) / (inside + 1);
        var apart = outside > 0 ? Math.Log(here / ((seen.Outside + 0.5) / (outside + 1))) : Math.Log(1 / here);
        return Math.Round(weight * Math.Max(0, Math.Min(apart, 5)), 6);
    }

    /// <summary>One is a part of the other, and is hardly said without it.</summary>
    private static bool Repeats(TopicFigures chosen, TopicFigures topic)
    {
        var (longer, shorter) = chosen.Topic.Length >= topic.Topic.Length ? (chosen, topic) : (topic, chosen);
        return $" {longer.Topic} ".Contains($" {shorter.Topic} ", StringComparison.Ordinal) && longer.Messages >= Swallowed * shorter.Messages;
    }

    /// <summary>Each once.</summary>
    private static HashSet<string> PhrasesOf(string text)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var run = new List<string>(LongestPhrase);
        foreach (var word in TopicWords.Of(text))
        {
            if (word is null)
            {
                run.Clear();
                continue;
            }
            if (run.Count == LongestPhrase) run.RemoveAt(0);
            run.Add(word);
            for (var from = 0; from < run.Count; from++) found.Add(string.Join(' ', run.Skip(from)));
        }
        return found;
    }

    private sealed class Seen
    {
        public HashSet<int> Conversations { get; } = [];

        public int Messages { get; private set; }

        public int Outside { get; set; }

        public void Add(int conversation)
        {
            Conversations.Add(conversation);
            Messages++;
        }
    }
}
