namespace Observatory.Core.Privacy.Secrets;

/// <summary>A set of ASCII characters that a secret consists of.</summary>
internal sealed class CharSet
{
    private readonly ulong _low;
    private readonly ulong _high;

    private CharSet(int index, string letters)
    {
        Index = index;
        foreach (var c in letters)
        {
            if (c < 64) _low |= 1UL << c;
            else _high |= 1UL << (c - 64);
        }
    }

    private const string Lower = "abcdefghijklmnopqrstuvwxyz";
    private const string Upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const string Digits = "0123456789";

    public static CharSet Alnum { get; } = new(0, Lower + Upper + Digits);

    public static CharSet Url { get; } = new(1, Lower + Upper + Digits + "-_");

    public static CharSet Dotted { get; } = new(2, Lower + Upper + Digits + "-_.");

    public static CharSet Base64 { get; } = new(3, Lower + Upper + Digits + "+/=_-");

    public static CharSet Hex { get; } = new(4, Digits + "abcdefABCDEF");

    public static CharSet HexDashes { get; } = new(5, Digits + "abcdefABCDEF-");

    public static CharSet UpperDigits { get; } = new(6, Upper + Digits);

    /// <summary>What a token may hold at all: everything that neither ends a word nor begins something else.</summary>
    public static CharSet Token { get; } = new(7, Lower + Upper + Digits + "-_.~+/=%:");

    public static CharSet Path { get; } = new(8, Lower + Upper + Digits + "-_./+@=");

    public static CharSet AlnumLine { get; } = new(9, Lower + Upper + Digits + "_");

    public const int Count = 10;

    /// <summary>Its place among all sets, from 0.</summary>
    public int Index { get; }

    public bool Has(char c) => c < 64 ? (_low >> c & 1) != 0 : c < 128 && (_high >> (c - 64) & 1) != 0;
}
