using System.Text;
using SkiaSharp;
using SkiaSharp.HarfBuzz;

namespace Observatory.Core.Exports.Drawing;

/// <summary>
/// The letters of one drawing. Each part of a text is drawn with the first font that has it, shaped as its script asks; a character that no font has
/// stands as a box. One drawing's: not thread-safe.
/// </summary>
internal sealed class FontSet : IDisposable
{
    /// <summary>What stands for a character that no font has.</summary>
    public const char Missing = '\u25A1';

    /// <summary>At which fonts are asked what they have.</summary>
    private const float Probe = 10;

    private static readonly Lazy<SKTypeface[]> s_regular = new(() => [Load("NotoSans.ttf"), Load("NotoSansJP.ttf")]);
    private static readonly Lazy<SKTypeface[]> s_strong = new(() => [Load("NotoSans-SemiBold.ttf"), Load("NotoSansJP.ttf")]);

    private readonly Dictionary<SKTypeface, SKShaper> _shapers = [];
    private readonly Dictionary<(SKTypeface Face, float Size), SKFont> _fonts = [];

    public float Measure(string text, float size, bool strong = false)
    {
        float width = 0;
        foreach (var (face, part) in Runs(text, strong)) width += FontOf(face, size).MeasureText(part);
        return width;
    }

    /// <summary>Draws on a base line.</summary>
    /// <param name="share">Where of the text <paramref name="x"/> is: 0 = its start, 0.5 = its middle, 1 = its end.</param>
    public void Draw(SKCanvas canvas, string text, float x, float y, float size, SKPaint paint, bool strong = false, float share = 0)
    {
        if (share > 0) x -= Measure(text, size, strong) * share;
        foreach (var (face, part) in Runs(text, strong))
        {
            var font = FontOf(face, size);
            if (!_shapers.TryGetValue(face, out var shaper)) _shapers[face] = shaper = new SKShaper(face);
            canvas.DrawShapedText(shaper, part, x, y, SKTextAlign.Left, font, paint);
            x += font.MeasureText(part);
        }
    }

    /// <summary>As much of a text as fits, with an ellipsis where that is not all.</summary>
    public string Fit(string text, float width, float size)
    {
        if (Measure(text, size) <= width) return text;
        var (low, high) = (0, text.Length);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (Measure(text[..middle] + "…", size) <= width) low = middle;
            else high = middle - 1;
        }
        if (low > 0 && char.IsHighSurrogate(text[low - 1])) low--;
        return text[..low] + "…";
    }

    private IEnumerable<(SKTypeface Face, string Part)> Runs(string text, bool strong)
    {
        var faces = (strong ? s_strong : s_regular).Value;
        var (part, last) = (new StringBuilder(), faces[0]);
        foreach (var rune in text.EnumerateRunes())
        {
            var letter = Rune.IsControl(rune) ? new Rune(' ') : rune;
            var face = Array.Find(faces, f => FontOf(f, Probe).ContainsGlyph(letter.Value));
            if (face is null) (letter, face) = (new Rune(Missing), Array.Find(faces, f => FontOf(f, Probe).ContainsGlyph(Missing)) ?? faces[0]);
            if (face != last && part.Length > 0)
            {
                yield return (last, part.ToString());
                part.Clear();
            }
            last = face;
            part.Append(letter);
        }
        if (part.Length > 0) yield return (last, part.ToString());
    }

    private SKFont FontOf(SKTypeface face, float size)
    {
        if (!_fonts.TryGetValue((face, size), out var font)) _fonts[(face, size)] = font = new SKFont(face, size) { Subpixel = true };
        return font;
    }

    private static SKTypeface Load(string name)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "fonts", name);
        return SKTypeface.FromFile(path) ?? throw new FileNotFoundException("A font of the program is missing.", path);
    }

    public void Dispose()
    {
        foreach (var shaper in _shapers.Values) shaper.Dispose();
        foreach (var font in _fonts.Values) font.Dispose();
    }
}
