namespace Observatory.Core.Storage;

/// <summary>Times that have distributions of their own. The numbers are stored inside keys: never change one.</summary>
internal enum TimingKind
{
    /// <summary>Durations of tool calls; of tool 0 the times to the first answer.</summary>
    Calls = 0,

    /// <summary>From the start of a call to the API to its first token.</summary>
    FirstToken = 1,

    /// <summary>Of a call to the API.</summary>
    Latency = 2,

    /// <summary>Of a tool at work.</summary>
    Work = 3,

    /// <summary>Of a tool that waits for leave.</summary>
    Wait = 4,
}

/// <summary>
/// Times are rolled up as tools are, under numbers that no tool has: the kind above the tool (<see cref="ToolKey.ToolId"/>, 0 = of no tool).
/// </summary>
internal static class Timings
{
    private const int Shift = 24;

    public static int KeyOf(TimingKind kind, int tool) => ((int)kind << Shift) | tool;

    public static TimingKind KindOf(int key) => (TimingKind)(key >> Shift);

    public static int ToolOf(int key) => key & ((1 << Shift) - 1);

    /// <summary>It is the number of a tool.</summary>
    public static bool IsTool(int key) => KindOf(key) == TimingKind.Calls;
}
