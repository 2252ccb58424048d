namespace Observatory.Core.Privacy.Secrets;

/// <summary>
/// What names are worth that this thread judged before: texts have the same ones again and again, and to judge one costs more than all else that is looked
/// at. A name is at the place that its length and some of its characters give it, and the next one of that place takes it over.
/// </summary>
internal sealed class NameMemory
{
    private const int Bits = 9;
    private const int Longest = 40;

    [ThreadStatic]
    private static NameMemory? s_ofThread;

    private readonly char[] _names = new char[Longest << Bits];
    private readonly byte[] _lengths = new byte[1 << Bits];
    private readonly NameStrength[] _strengths = new NameStrength[1 << Bits];
    private readonly bool[] _isJudged = new bool[1 << Bits];

    public static NameMemory OfThread => s_ofThread ??= new NameMemory();

    /// <summary>Says no of a name that is seen again and is none. One that is new is not judged for that: nothing may stand behind it.</summary>
    public bool IsNone(ReadOnlySpan<char> name)
    {
        if (name.Length is 0 or > Longest) return false;
        var place = Place(name);
        if (_lengths[place] == name.Length && name.SequenceEqual(_names.AsSpan(place * Longest, name.Length)))
        {
            if (!_isJudged[place]) (_strengths[place], _isJudged[place]) = (KeyNames.Judge(name), true);
            return _strengths[place] == NameStrength.None;
        }
        name.CopyTo(_names.AsSpan(place * Longest));
        (_lengths[place], _isJudged[place]) = ((byte)name.Length, false);
        return false;
    }

    /// <summary>What a name is worth of which was asked just now.</summary>
    public NameStrength StrengthOf(ReadOnlySpan<char> name)
    {
        if (name.Length is 0 or > Longest) return KeyNames.Judge(name);
        var place = Place(name);
        if (_lengths[place] != name.Length || !name.SequenceEqual(_names.AsSpan(place * Longest, name.Length))) return KeyNames.Judge(name);
        if (!_isJudged[place]) (_strengths[place], _isJudged[place]) = (KeyNames.Judge(name), true);
        return _strengths[place];
    }

    private static int Place(ReadOnlySpan<char> name)
    {
        var sum = (uint)name.Length;
        sum = sum * 31 + name[0];
        sum = sum * 31 + name[name.Length / 4];
        sum = sum * 31 + name[name.Length / 2];
        sum = sum * 31 + name[^1];
        return (int)(sum * 2_654_435_769u >> (32 - Bits));
    }
}
