using System.Runtime.CompilerServices;

namespace Observatory.Tests.Support;

/// <summary>Waiting for a state, never for a time: the limit only says when to give up, on a machine that does much else.</summary>
internal static class Patience
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(10);

    /// <summary>So long that only what never comes meets it.</summary>
    public static TimeSpan Usual { get; } = TimeSpan.FromSeconds(60);

    /// <exception cref="TimeoutException">The state did not come; the message repeats what was waited for.</exception>
    public static Task UntilAsync(Func<bool> state, [CallerArgumentExpression(nameof(state))] string what = "") =>
        UntilAsync(() => Task.FromResult(state()), what);

    /// <exception cref="TimeoutException">The state did not come; the message repeats what was waited for.</exception>
    public static async Task UntilAsync(Func<Task<bool>> state, [CallerArgumentExpression(nameof(state))] string what = "")
    {
        using var patience = new CancellationTokenSource(Usual);
        while (!await state())
        {
            if (patience.IsCancellationRequested) throw new TimeoutException($"It did not come within {Usual.TotalSeconds} s: {what}");
            await Task.Delay(s_look, CancellationToken.None);
        }
    }
}
