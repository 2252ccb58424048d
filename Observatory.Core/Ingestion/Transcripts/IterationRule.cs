using Observatory.Core.Pricing;

namespace Observatory.Core.Ingestion.Transcripts;

/// <summary>
/// What the iterations of a response say beside its figures: which of them those leave out (API calls of their own), and how long the longest
/// prompt was, by which the price is chosen. Compactions and advisors are never in the figures; of a fallback the figures are those of the model that answered.
/// </summary>
internal static class IterationRule
{
    private const int Kinds = 4;

    /// <summary>Bit k set = iterations of kind k are in the response's figures.</summary>
    public static int Counted(LineFields f)
    {
        const int Messages = 1 << (int)IterationKind.Message;
        if (f.Iterations.Count == 0) return Messages;
        Span<RawUsage> sums = stackalloc RawUsage[Kinds];
        sums.Clear();
        var present = 0;
        foreach (var iteration in f.Iterations)
        {
            sums[(int)iteration.Kind].Add(iteration.Usage);
            present |= 1 << (int)iteration.Kind;
        }
        if ((present & ~Messages) == 0 || f.Usage.IsSame(default)) return Messages;
        // One of these answered.
        const int Answers = Messages | 1 << (int)IterationKind.Fallback;
        // The figures tell by their sum what they hold. Messages alone are the rule, so they are tried first.
        for (var kinds = 1; kinds < 1 << Kinds; kinds++)
        {
            if ((kinds & ~present) != 0 || (kinds & Answers) == 0) continue;
            var sum = new RawUsage();
            for (var kind = 0; kind < Kinds; kind++)
            {
                if ((kinds & 1 << kind) != 0) sum.Add(sums[kind]);
            }
            if (sum.IsSame(f.Usage)) return kinds;
        }
        return Messages;
    }

    public static bool IsCounted(int counted, in Iteration iteration) => (counted & 1 << (int)iteration.Kind) != 0;

    /// <summary>The response's figures exceed the border of long prompts, and no prompt of it did.</summary>
    public static bool HasShortPrompts(LineFields f, int counted)
    {
        if (f.Iterations.Count < 2 || f.Usage.Prompt < ListPrices.LongPrompt) return false;
        var longest = 0L;
        foreach (var iteration in f.Iterations)
        {
            if (IsCounted(counted, iteration)) longest = Math.Max(longest, iteration.Usage.Prompt);
        }
        return longest > 0 && longest < ListPrices.LongPrompt;
    }

    /// <summary>The model declined before it said anything.</summary>
    public static bool IsRefused(ReadOnlySpan<byte> line, LineFields f)
    {
        if (!f.StopReason.Raw(line).SequenceEqual("refusal"u8) || f.MessageText.Length > 0) return false;
        foreach (var block in f.Blocks)
        {
            if (block.Kind != BlockKind.Text || block.Text.Length > 0) return false;
        }
        return true;
    }
}
