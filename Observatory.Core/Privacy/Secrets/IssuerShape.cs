namespace Observatory.Core.Privacy.Secrets;

/// <summary>A token that an issuer marks with a prefix.</summary>
/// <param name="Kind">Short name for the mark.</param>
/// <param name="Prefix">Three characters or more; every such token begins so.</param>
/// <param name="Set">What follows the prefix.</param>
/// <param name="Least">At least so many characters follow, or six where the text ends: a source may have cut it.</param>
/// <param name="Alone">No letter or digit may stand before, and a hyphen or underscore only where the rest is beyond doubt: for prefixes that words
/// contain.</param>
/// <param name="Judge">Has the last word about the whole token.</param>
internal sealed record IssuerShape(string Kind, string Prefix, CharSet Set, int Least, bool Alone = false, TokenJudge? Judge = null)
{
    private const int LeastAtEnd = 6;

    /// <summary>Of so many characters made by chance hardly any lack a digit.</summary>
    private const int LeastDigitIn = 24;

    /// <summary>End of the token that begins here, or the place itself where there is none.</summary>
    public int Try(ref Scan scan, int at)
    {
        var isJoined = Alone && !scan.StartsAlone(at);
        if (isJoined && !MayBeJoined(scan, at)) return at;
        var body = at + Prefix.Length;
        var end = scan.RunEnd(body, Set);
        if (isJoined && !IsBeyondDoubt(scan.Text[body..end])) return at;
        var length = end - body;
        if (length < Least && !(end == scan.Text.Length && length >= LeastAtEnd)) return at;
        var token = scan.Text[at..end];
        if (Judge is not null ? !Judge(token) : !Words.IsVaried(scan.Text[body..end])) return at;
        scan.Add(at, end, Kind);
        return end;
    }

    private bool IsBeyondDoubt(ReadOnlySpan<char> body) =>
        body.Length >= Least && Letters.HasDigit(body[..Math.Min(body.Length, LeastDigitIn)]) && Words.IsMadeByChance(body);

    /// <summary>Behind a name that somebody put before it: <c>ci-npm_…</c>.</summary>
    private bool MayBeJoined(in Scan scan, int at) => Prefix[^1] is '_' or '-' && scan.At(at - 1) is '-' or '_';
}

/// <summary>Whether something that has the form of a token is one.</summary>
internal delegate bool TokenJudge(ReadOnlySpan<char> token);
