using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Observatory.Tests.Scenarios.Recorded;

/// <summary>Answers by question, in the order in which they were asked.</summary>
internal sealed class AnswerBook
{
    private readonly List<(string Question, string Answer)> _answers = [];

    public void Add(string question, string answer) => _answers.Add((question, answer));

    /// <summary>One line a question: the start of the answer's SHA-256, its length in characters, the question.</summary>
    public string ToRecord() => string.Concat(_answers.Select(a => $"{LineOf(a.Question, a.Answer)}\n"));

    /// <summary>Every answer whole, for a look at what differs.</summary>
    public string ToText() => string.Concat(_answers.Select(a => $"# {a.Question}\n{a.Answer}\n\n"));

    /// <summary>The questions that were answered otherwise, with the beginning of what came; and those that stand on one side only.</summary>
    public IReadOnlyList<string> DifferencesFrom(string record)
    {
        var lines = record.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var recorded = lines.ToDictionary(QuestionOf, line => line, StringComparer.Ordinal);
        var differences = new List<string>();
        foreach (var (question, answer) in _answers)
        {
            if (!recorded.Remove(question, out var line)) differences.Add($"not recorded: {question}");
            else if (LineOf(question, answer) is var came && line != came)
            {
                differences.Add($"{question}\n    recorded {line[..24]}, came {came[..24]}: {Start(answer)}");
            }
        }
        differences.AddRange(recorded.Keys.Select(q => $"not asked: {q}"));
        return differences;
    }

    private static string Start(string answer) => answer[..Math.Min(200, answer.Length)];

    private static string QuestionOf(string line) => line.Split(' ', 3)[2];

    private static string LineOf(string question, string answer)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(answer)))[..16];
        return string.Create(CultureInfo.InvariantCulture, $"{hash} {answer.Length:000000} {question}");
    }
}
