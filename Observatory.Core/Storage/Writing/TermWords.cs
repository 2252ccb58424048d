using Observatory.Core.Pricing;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Writing;

/// <summary>
/// What the lines of a response say of the terms of its call, each of them by itself: the tier of the latest line that names one, whether it is
/// billed by the latest line that says how it ended, the most searches, and short prompts where any line tells of them.
/// </summary>
internal struct TermWords
{
    private const int Billed = 1;
    private const int Free = 2;

    private Word _tier;
    private Word _bill;
    private bool _hasShortPrompts;
    private int _searches;

    /// <param name="text">As it is stored: <see cref="CallTerms"/>.</param>
    /// <param name="name">Number of the text.</param>
    /// <param name="isEnded">The line says how the response ended.</param>
    public static TermWords Said(string? text, int name, bool isEnded, LinePlace line, NameTable names)
    {
        var words = new TermWords { _tier = new Word(line, name), _bill = new Word(line, isEnded ? Billed : 0) };
        if (!CallTerms.HasMore(text)) return words;
        var terms = CallTerms.Parse(text);
        words._tier = new Word(line, names.Id(NameKind.Setting, terms.Tier));
        if (terms.IsFree) words._bill = new Word(line, Free);
        (words._hasShortPrompts, words._searches) = (terms.HasShortPrompts, terms.Searches);
        return words;
    }

    public void Take(in TermWords other, NameTable names)
    {
        // Copies of one line that disagree: some order has to decide.
        if (other._tier.Place == _tier.Place && other._tier.Name != 0 && _tier.Name != 0)
        {
            if (string.CompareOrdinal(names.Text(other._tier.Name), names.Text(_tier.Name)) > 0) _tier = other._tier;
        }
        else _tier.Take(other._tier);
        if (other._bill.Place == _bill.Place && other._bill.Name > _bill.Name) _bill = other._bill;
        else _bill.Take(other._bill);
        _hasShortPrompts |= other._hasShortPrompts;
        _searches = Math.Max(_searches, other._searches);
    }

    /// <summary>Number of the text to store.</summary>
    public readonly int Name(NameTable names)
    {
        if (_bill.Name != Free && !_hasShortPrompts && _searches == 0) return _tier.Name;
        return names.Id(NameKind.Setting, new CallTerms(names.Text(_tier.Name), _bill.Name == Free, _hasShortPrompts, _searches).ToString());
    }
}
