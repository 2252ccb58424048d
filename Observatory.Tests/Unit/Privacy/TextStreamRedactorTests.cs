using System.Text;
using Observatory.Core.Privacy;
using Xunit;

namespace Observatory.Tests.Unit.Privacy;

/// <summary>Texts of any length, in pieces.</summary>
public sealed class TextStreamRedactorTests
{
    private static readonly Redactor s_redactor = new(SecretRules.All, TimeProvider.System, TimeSpan.FromSeconds(60));

    /// <summary>A secret a line, of lines of many lengths, over several pieces: wherever a seam falls, it is as if there were none.</summary>
    [Fact]
    public async Task Where_a_long_text_is_parted_makes_no_difference()
    {
        var made = new MadeUpSecrets(11);
        var (text, secrets) = (new StringBuilder(), new List<string>());
        for (var i = 0; text.Length < 5 * TextStreamRedactor.Piece; i++)
        {
            var (written, secret) = made.Kinds[i % made.Kinds.Count].Make();
            secrets.Add(secret);
            text.Append("line ").Append(i).Append(' ', i % 50).Append(": ").Append(written).Append("\nwords between them, some of them longer\n\n");
        }
        var whole = s_redactor.Redact(text.ToString())!;
        foreach (var step in (int[])[1_000, 77_777, int.MaxValue])
        {
            var (kept, isWhole) = await CopyAsync(new Slow(text.ToString(), step));
            Assert.True(isWhole);
            Assert.Equal(whole, kept);
        }
        Assert.All(secrets.Where(s => s.Length >= 12 && !s.Contains('\n', StringComparison.Ordinal)), s =>
            Assert.DoesNotContain(s, whole, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no end of a line")]
    [InlineData("first\r\nsecond\r\n\r\n")]
    [InlineData("日本語 \U0001F600 é\t\u001b[31mred\u001b[0m\n")]
    public async Task Ordinary_text_comes_out_as_it_went_in(string text) => Assert.Equal((text, true), await CopyAsync(new StringReader(text)));

    [Fact]
    public async Task A_text_without_any_line_end_is_parted_too()
    {
        var words = string.Concat(Enumerable.Repeat("ordinary words without an end of a line ", 30_000));
        Assert.Equal((words, true), await CopyAsync(new StringReader(words)));
        var run = new string('x', 3 * TextStreamRedactor.Piece);
        Assert.Equal((run, true), await CopyAsync(new StringReader(run)));
    }

    [Fact]
    public async Task What_is_held_does_not_grow_with_the_text()
    {
        var from = new Slow(string.Concat(Enumerable.Repeat("a line of a log that is long\n", 100_000)), 4_096);
        var to = new Watched(from);
        Assert.True(await new TextStreamRedactor(s_redactor).CopyAsync(from, to, TestContext.Current.CancellationToken));
        Assert.Equal(from.Taken, to.Written);
        Assert.InRange(to.MostHeld, 1, TextStreamRedactor.Piece);
    }

    [Fact]
    public async Task What_cannot_be_checked_is_left_out_and_said()
    {
        var none = new Redactor(SecretRules.All, TimeProvider.System, TimeSpan.FromTicks(-1));
        var to = new StringWriter();
        Assert.False(await new TextStreamRedactor(none).CopyAsync(new StringReader("some words"), to, TestContext.Current.CancellationToken));
        Assert.Equal(TextStreamRedactor.Unchecked, to.ToString());
        to = new StringWriter();
        Assert.False(await new TextStreamRedactor(none).CopyAsync(new StringReader(new string('y', 2 * TextStreamRedactor.Piece)), to,
            TestContext.Current.CancellationToken));
        Assert.DoesNotContain('y', to.ToString());
    }

    private static async Task<(string Text, bool IsWhole)> CopyAsync(TextReader from)
    {
        var to = new StringWriter();
        var isWhole = await new TextStreamRedactor(s_redactor).CopyAsync(from, to, TestContext.Current.CancellationToken);
        return (to.ToString(), isWhole);
    }

    /// <summary>Gives at most so many characters at once.</summary>
    private sealed class Slow(string text, int step) : TextReader
    {
        public int Taken { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<char> buffer, CancellationToken cancellationToken = default)
        {
            var count = Math.Min(Math.Min(step, buffer.Length), text.Length - Taken);
            text.AsMemory(Taken, count).CopyTo(buffer);
            Taken += count;
            return ValueTask.FromResult(count);
        }
    }

    private sealed class Watched(Slow from) : StringWriter
    {
        public int Written { get; private set; }

        public int MostHeld { get; private set; }

        public override Task WriteAsync(ReadOnlyMemory<char> buffer, CancellationToken cancellationToken = default)
        {
            MostHeld = Math.Max(MostHeld, from.Taken - Written);
            Written += buffer.Length;
            return Task.CompletedTask;
        }
    }
}
