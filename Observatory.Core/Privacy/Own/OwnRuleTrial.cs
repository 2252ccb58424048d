using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Observatory.Core.Privacy.Own;

/// <summary>Whether a rule can be used, before it is: it compiles, is fast, and leaves what it made alone.</summary>
public static class OwnRuleTrial
{
    /// <summary>For <see cref="SampleLength"/> characters.</summary>
    public const double MostMilliseconds = 10;

    public const int SampleLength = 100_000;

    private const int Looks = 5;

    private static readonly string s_ordinary = Ordinary();

    private static readonly Redactor s_builtIn = new([new PrivateKeyRule(), new Secrets.SecretRule()], TimeProvider.System, Redactor.DefaultBudget);

    /// <exception cref="OwnRuleException">It cannot be used.</exception>
    public static TrialResult Run(OwnRule rule, string sample)
    {
        var pattern = new OwnPattern(rule);
        var milliseconds = Check(pattern, sample);
        return new TrialResult(pattern.Replace(sample, out var matches), matches, milliseconds);
    }

    /// <exception cref="OwnRuleException">One of them cannot be used, or finds what another one leaves.</exception>
    public static void Check(IReadOnlyList<OwnRule> rules)
    {
        var patterns = rules.Select(r => new OwnPattern(r)).ToList();
        foreach (var pattern in patterns)
        {
            Check(pattern, "");
            if (patterns.FirstOrDefault(p => p != pattern && p.Rule.Enabled && p.Replace(pattern.Left, out _) != pattern.Left) is { } other)
                throw new OwnRuleException("replacement", $"is found by the rule {other.Rule.Name}");
        }
    }

    private static double Check(OwnPattern pattern, string sample)
    {
        var left = pattern.Left;
        if (pattern.Replace(left, out _) != left) throw new OwnRuleException("replacement", "is found by the rule itself");
        if (s_builtIn.Redact(left) != left) throw new OwnRuleException("replacement", "looks like a secret");
        var text = Sample(sample);
        var best = double.MaxValue;
        // The first look builds what the next ones use, and on a busy machine one of them may stand still.
        for (var i = 0; i < Looks && (i < 2 || best > MostMilliseconds); i++) best = Math.Min(best, Time(pattern, text));
        return best <= MostMilliseconds ? best
            : throw new OwnRuleException("pattern", $"takes over {MostMilliseconds:0} ms for {SampleLength / 1_000} kB");
    }

    private static double Time(OwnPattern pattern, string text)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            pattern.Replace(text, out _);
        }
        catch (RegexMatchTimeoutException)
        {
            return double.MaxValue;
        }
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    /// <summary>The sample, and behind it a text of the kind that is kept.</summary>
    private static string Sample(string sample) => (sample + s_ordinary)[..SampleLength];

    /// <summary>No line of it is like another: of a text that repeats itself the engine would know all after the first lines.</summary>
    private static string Ordinary()
    {
        var text = new StringBuilder(SampleLength + 200);
        for (var i = 1u; text.Length < SampleLength; i++)
        {
            var number = i * 2_654_435_769u;
            text.Append(CultureInfo.InvariantCulture, $"Look at /home/anna/shop/src/Cart{number % 97}.cs:{number % 991} and say why order {number >> 11} ")
                .Append(CultureInfo.InvariantCulture, $"of 2026-11-12T09:05:{number % 60:00}Z fails; {(number % 3 == 0 ? "its" : "Her")} customer ")
                .Append(CultureInfo.InvariantCulture, $"has id {number:x}.\n");
        }
        return text.ToString();
    }
}

/// <param name="Result">The sample as it would be kept.</param>
/// <param name="Matches">How often it was found.</param>
/// <param name="Milliseconds">For <see cref="OwnRuleTrial.SampleLength"/> characters.</param>
public sealed record TrialResult(string Result, int Matches, double Milliseconds);
