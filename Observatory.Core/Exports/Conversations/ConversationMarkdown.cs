using System.Globalization;
using System.Text;
using Observatory.Core.Metrics;
using Observatory.Core.Presentation;

namespace Observatory.Core.Exports.Conversations;

/// <summary>
/// A conversation to read: a heading for each turn, its prompt as a quote, its steps as a list. Texts cannot become markup of the page around them.
/// </summary>
internal sealed class ConversationMarkdown(OutputBuffer output, TimeZoneInfo zone)
{
    private readonly Formats _format = new(CultureInfo.InvariantCulture);

    public async Task WriteAsync(ConversationRow conversation, ConversationTimeline timeline, CancellationToken cancel)
    {
        Head(conversation);
        await output.FlushAsync(cancel).ConfigureAwait(false);
        foreach (var turn in timeline.Turns)
        {
            Turn(turn);
            await output.PassAsync(cancel).ConfigureAwait(false);
        }
        await output.FlushAsync(cancel).ConfigureAwait(false);
    }

    private void Head(ConversationRow row)
    {
        Line($"# {Inline(row.Title)}");
        Line("");
        Fact("Conversation", Code(row.Id));
        if (row.ParentId is { } parent) Fact("Forked from", Code(parent));
        if (row.ProjectPath is { } path) Fact("Project", Code(path));
        if (row.UserId is { } user) Fact("User", Code(user));
        Fact("Time", $"{Local(row.CreatedAt)} to {Local(row.LastActivity)} ({zone.Id})");
        Fact("Messages", $"{row.MessageCount} ({row.UserMessages} prompts, {row.AssistantMessages} answers)");
        var cached = $"cache write {row.CacheCreationTokens}, cache read {row.CacheReadTokens}";
        Fact("Tokens", $"{row.TotalTokens} (input {row.InputTokens}, output {row.OutputTokens}, {cached})");
        Fact("Cost", _format.ExactMoney(row.Cost));
        Fact("Tool calls", $"{row.ToolCalls}, {row.ToolErrors} failed");
        if (row.Models.Count > 0) Fact("Models", string.Join(", ", row.Models.Select(Code)));
        if (row.Branch is { } branch) Fact("Branch", Code(branch));
    }

    private void Turn(Turn turn)
    {
        Line("");
        Line(turn.Number == 0 ? "## Before the first prompt" : string.Create(CultureInfo.InvariantCulture, $"## Turn {turn.Number}"));
        Line("");
        var response = turn.ResponseTime is { } seconds ? $", answered after {_format.Duration(seconds)}" : "";
        Line($"{Local(turn.Start)}, {turn.TotalTokens} tokens, {_format.ExactMoney(turn.Cost)}{response}");
        if (turn.Number > 0)
        {
            Line("");
            foreach (var line in Lines(turn.Prompt ?? "(The text of the prompt is not kept.)")) Line($"> {Inline(line)}");
        }
        if (turn.Steps.Count > 0) Line("");
        foreach (var step in turn.Steps) Step(step, 0);
    }

    private void Step(Step step, int depth)
    {
        var indent = new string(' ', depth * 2);
        var text = new StringBuilder($"{indent}- {Local(step.Start)} {KindOf(step)} {Code(step.Name)}");
        if (step.Target is { Length: > 0 } target && !target.Contains('\n', StringComparison.Ordinal)) text.Append(' ').Append(Code(target));
        if (step.Failed) text.Append(", **failed**");
        if (step.End is { } end && end > step.Start) text.Append(", ").Append(_format.Duration((end - step.Start).TotalSeconds));
        if (step.TotalTokens > 0) text.Append(CultureInfo.InvariantCulture, $", {step.TotalTokens} tokens");
        if (step.Cost is { } cost) text.Append(", ").Append(_format.ExactMoney(cost));
        Line(text.ToString());
        if (step.Target is { } whole && whole.Contains('\n', StringComparison.Ordinal)) Block(whole, indent + "  ");
        if (step.Output is { Length: > 0 } result) Block(result, indent + "  ");
        foreach (var child in step.Children) Step(child, depth + 1);
    }

    private static string KindOf(Step step) => step.Kind switch
    {
        StepKind.Answer => "Answer", StepKind.Tool => "Tool", StepKind.Agent => "Sub-agent", StepKind.Error => "Error", _ => "Note",
    };

    private void Fact(string name, string value) => Line($"- {name}: {value}");

    /// <summary>Between fences longer than any inside.</summary>
    private void Block(string text, string indent)
    {
        var fence = new string('`', Math.Max(3, LongestRun(text) + 1));
        Line("");
        Line(indent + fence);
        foreach (var line in Lines(text)) Line(indent + line);
        Line(indent + fence);
        Line("");
    }

    /// <summary>As code, whatever it holds.</summary>
    private static string Code(string text)
    {
        var one = text.ReplaceLineEndings(" ");
        var marks = new string('`', LongestRun(one) + 1);
        return marks.Length == 1 ? $"`{one}`" : $"{marks} {one} {marks}";
    }

    /// <summary>Text that stays text: nothing in it begins markup or HTML.</summary>
    private static string Inline(string text)
    {
        var safe = new StringBuilder(text.Length + 8);
        foreach (var c in text.ReplaceLineEndings(" "))
        {
            if (c is '\\' or '`' or '*' or '_' or '[' or ']' or '<' or '>' or '#' or '|' or '~' or '!' or '&') safe.Append('\\');
            safe.Append(c);
        }
        return safe.ToString();
    }

    private static string[] Lines(string text) => text.ReplaceLineEndings("\n").Split('\n');

    private static int LongestRun(string text)
    {
        var (longest, run) = (0, 0);
        foreach (var c in text) longest = Math.Max(longest, run = c == '`' ? run + 1 : 0);
        return longest;
    }

    private string Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, zone).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private void Line(string text)
    {
        output.Add(text);
        output.Add((byte)'\n');
    }
}
