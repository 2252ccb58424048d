namespace Observatory.Core.Ingestion.Enrichment;

/// <summary>How long prompts are, and how long it takes to read them, in few steps. Numbers from 1 on, in order; 0 = it is not known.</summary>
public static class PromptScale
{
    /// <summary>238 words a minute, the mean of adults who read silently, of six characters with the space.</summary>
    public const int CharactersPerMinute = 1_428;

    private static readonly (int Below, string Name)[] s_lengths =
    [
        (100, "under 100 characters"), (500, "100 to 499 characters"), (2_000, "500 to 1,999 characters"), (10_000, "2,000 to 9,999 characters"),
        (int.MaxValue, "10,000 characters and more"),
    ];

    private static readonly (double Below, string Name)[] s_times =
        [(10, "under 10 seconds"), (60, "10 to 59 seconds"), (300, "1 to 4 minutes"), (double.MaxValue, "5 minutes and more")];

    /// <param name="characters">0 and less = nobody said.</param>
    public static int LengthOf(int characters) => characters <= 0 ? 0 : 1 + Array.FindIndex(s_lengths, s => characters < s.Below || s.Below == int.MaxValue);

    public static string LengthName(int step) => s_lengths[step - 1].Name;

    /// <summary>Seconds that somebody needs to read so much.</summary>
    public static double ReadingSeconds(int characters) => Math.Max(0, characters) * 60.0 / CharactersPerMinute;

    /// <param name="characters">0 and less = nobody said.</param>
    public static int ReadingOf(int characters) => characters <= 0 ? 0 : 1 + Array.FindIndex(s_times, s => ReadingSeconds(characters) < s.Below);

    public static string ReadingName(int step) => s_times[step - 1].Name;
}
