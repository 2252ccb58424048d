namespace Observatory.Core.Privacy.Secrets;

/// <summary>The words of a name, in lower case: <c>DB_PASSWORD</c>, <c>stripeApiKey2</c>, <c>X-Amz-Signature</c>.</summary>
internal ref struct NameWords(ReadOnlySpan<char> name)
{
    private readonly ReadOnlySpan<char> _name = name;
    private int _at;

    /// <param name="word">Where the word is written; a longer one is cut.</param>
    /// <param name="length">Its length.</param>
    public bool Next(scoped Span<char> word, out int length)
    {
        length = 0;
        while (_at < _name.Length && !char.IsLetter(_name[_at])) _at++;
        if (_at >= _name.Length) return false;
        var start = _at++;
        while (_at < _name.Length && char.IsLetter(_name[_at]) && !IsHump(start)) _at++;
        foreach (var c in _name[start.._at])
        {
            if (length < word.Length) word[length++] = char.ToLowerInvariant(c);
        }
        return true;
    }

    /// <summary>A capital letter behind a small one, or before a small one where capitals stand before: <c>apiKey</c>, <c>APIKey</c>.</summary>
    private readonly bool IsHump(int start)
    {
        if (!char.IsUpper(_name[_at])) return false;
        if (char.IsLower(_name[_at - 1])) return true;
        return _at - 1 > start && _at + 1 < _name.Length && char.IsLower(_name[_at + 1]);
    }
}
