using System.Globalization;
using Observatory.Core.Metrics;

namespace Observatory.Web.Components.Pages.Conversation;

/// <summary>The time of one turn, from its prompt, as percentages of its width.</summary>
public readonly record struct TimeAxis(DateTimeOffset Start, double Seconds)
{
    private const int MostTicks = 4;

    private static readonly double[] s_steps =
        [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400, 172_800, 604_800];

    public static TimeAxis Of(Turn turn) => new(turn.Start, Math.Max(0.001, (turn.End - turn.Start).TotalSeconds));

    /// <summary>Distance of the grid lines, in seconds.</summary>
    public double Tick
    {
        get
        {
            var seconds = Seconds;
            return Array.Find(s_steps, s => seconds / s <= MostTicks) is > 0 and var step ? step : seconds / MostTicks;
        }
    }

    public string Grid => Percent(Tick / Seconds);

    /// <summary>Those that have room for their label.</summary>
    public IEnumerable<(string Left, double Seconds)> Ticks()
    {
        for (var at = 0.0; at < Seconds * 0.9; at += Tick) yield return (Percent(at / Seconds), at);
    }

    /// <summary>Place of a bar; an instant has the least width that the style sheet gives it.</summary>
    public string Bar(DateTimeOffset from, DateTimeOffset? to)
    {
        var left = Math.Clamp((from - Start).TotalSeconds / Seconds, 0, 1);
        var right = Math.Clamp(((to ?? from) - Start).TotalSeconds / Seconds, left, 1);
        // What happens at the very end still has to be seen.
        return $"left:min({Percent(left)}, 100% - 2px);width:{Percent(right - left)}";
    }

    public static string Percent(double share) => (share * 100).ToString("0.##", CultureInfo.InvariantCulture) + "%";
}
