namespace Observatory.Core.Privacy.Secrets;

/// <summary>
/// The words of the triggers by their first characters. Asked for every few characters of a text, and nearly always in vain: one look at one array answers
/// then.
/// </summary>
internal sealed class GramTable
{
    private const int Bits = 14;

    private readonly uint[] _grams = new uint[1 << Bits];
    private readonly Trigger[]?[] _triggers = new Trigger[1 << Bits][];

    public GramTable(IReadOnlyDictionary<uint, Trigger[]> byGram)
    {
        foreach (var (gram, triggers) in byGram)
        {
            var at = Place(gram);
            while (_triggers[at] is not null) at = Next(at);
            (_grams[at], _triggers[at]) = (gram, triggers);
        }
    }

    public Trigger[]? Find(uint gram)
    {
        for (var at = Place(gram); _triggers[at] is { } triggers; at = Next(at))
        {
            if (_grams[at] == gram) return triggers;
        }
        return null;
    }

    private static int Place(uint gram) => (int)(gram * 2_654_435_769u >> (32 - Bits));

    private static int Next(int at) => (at + 1) & ((1 << Bits) - 1);
}
