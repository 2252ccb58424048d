using System.Globalization;

namespace Observatory.Core.Metrics;

/// <summary>
/// A figure made of others: <c>A / B</c>, <c>100 * (A - B) / A</c>. Letters stand for metrics, with + − × ÷, brackets and numbers. What is divided by
/// nothing, and what a part is missing of, has no value.
/// </summary>
public sealed class Formula
{
    private const int LongestText = 200;
    private const int DeepestBrackets = 32;

    private readonly Func<IReadOnlyList<double?>, double?> _value;

    private Formula(string text, IReadOnlySet<char> letters, Func<IReadOnlyList<double?>, double?> value) => (Text, Letters, _value) = (text, letters, value);

    /// <summary>As it was written, without spaces at its ends.</summary>
    public string Text { get; }

    /// <summary>Metrics that it uses: A, B, …</summary>
    public IReadOnlySet<char> Letters { get; }

    /// <param name="values">Of A, B, … in order.</param>
    public double? Of(params IReadOnlyList<double?> values) => _value(values) is { } value && double.IsFinite(value) ? value : null;

    /// <summary>Null = it is none, and <paramref name="problem"/> says why.</summary>
    /// <param name="metrics">How many letters there are.</param>
    public static Formula? Parse(string text, int metrics, out string? problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parser = new Parser(text.Trim(), metrics);
        var value = text.Length > LongestText ? parser.Fail($"It is longer than {LongestText} characters.") : parser.Whole();
        problem = parser.Problem;
        return problem is null ? new Formula(text.Trim(), parser.Letters, value) : null;
    }

    /// <summary>Sums of products of letters, numbers and brackets.</summary>
    private sealed class Parser(string text, int metrics)
    {
        private int _at;
        private int _depth;

        public HashSet<char> Letters { get; } = [];

        public string? Problem { get; private set; }

        public Func<IReadOnlyList<double?>, double?> Whole()
        {
            if (text.Length == 0) return Fail("It is empty.");
            var value = Sum();
            if (Problem is null && Peek() is { } left) return Fail($"“{left}” is out of place.");
            return value;
        }

        public Func<IReadOnlyList<double?>, double?> Fail(string problem)
        {
            Problem ??= problem;
            return _ => null;
        }

        private Func<IReadOnlyList<double?>, double?> Sum()
        {
            var value = Product();
            while (Problem is null && Peek() is '+' or '-' or '\u2212')
            {
                var isMinus = text[_at++] != '+';
                var (left, right) = (value, Product());
                value = v => isMinus ? left(v) - right(v) : left(v) + right(v);
            }
            return value;
        }

        private Func<IReadOnlyList<double?>, double?> Product()
        {
            var value = Part();
            while (Problem is null && Peek() is '*' or '/' or '\u00D7' or '\u00F7')
            {
                var isDivision = text[_at++] is '/' or '\u00F7';
                var (left, right) = (value, Part());
                value = v => !isDivision ? left(v) * right(v) : right(v) is { } below and not 0 ? left(v) / below : null;
            }
            return value;
        }

        private Func<IReadOnlyList<double?>, double?> Part()
        {
            if (Peek() is not { } next) return Fail("Something is missing at its end.");
            if (next is '-' or '\u2212')
            {
                _at++;
                if (++_depth > DeepestBrackets) return Fail("It is too deep.");
                var part = Part();
                return v => -part(v);
            }
            if (next == '(') return Bracket();
            if (char.IsAsciiDigit(next) || next == '.') return Number();
            var letter = char.ToUpperInvariant(next);
            if (letter is < 'A' or > 'Z') return Fail($"“{next}” is no metric, number or sign.");
            if (letter - 'A' >= metrics) return Fail($"There is no {letter} above.");
            _at++;
            Letters.Add(letter);
            var place = letter - 'A';
            return v => place < v.Count ? v[place] : null;
        }

        private Func<IReadOnlyList<double?>, double?> Bracket()
        {
            if (++_depth > DeepestBrackets) return Fail("It is too deep.");
            _at++;
            var inside = Sum();
            if (Problem is not null) return inside;
            if (Peek() != ')') return Fail("A bracket is not closed.");
            _at++;
            return inside;
        }

        private Func<IReadOnlyList<double?>, double?> Number()
        {
            var start = _at;
            while (_at < text.Length && (char.IsAsciiDigit(text[_at]) || text[_at] == '.')) _at++;
            return double.TryParse(text.AsSpan(start, _at - start), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                ? _ => number : Fail($"“{text[start.._at]}” is no number.");
        }

        /// <summary>The next character that is no space.</summary>
        private char? Peek()
        {
            while (_at < text.Length && char.IsWhiteSpace(text[_at])) _at++;
            return _at < text.Length ? text[_at] : null;
        }
    }
}
