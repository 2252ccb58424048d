namespace Observatory.Core.Presentation;

/// <summary>
/// Colours of charts by the name of their design token, for what draws without a browser; the browser has them from <c>tokens.css</c>, and a test
/// holds the two together.
/// </summary>
public sealed class Palette
{
    private readonly IReadOnlyDictionary<string, string> _colors;

    private Palette(IReadOnlyDictionary<string, string> colors) => _colors = colors;

    public static Palette Light { get; } = new(new Dictionary<string, string>
    {
        ["surface"] = "#FFFFFF", ["border"] = "#E2E6EC", ["border-strong"] = "#C8CFD9", ["text"] = "#14181F",
        ["text-muted"] = "#545E6E", ["text-faint"] = "#636D7D",
        ["s-input"] = "#3B82F6", ["s-output"] = "#6D28D9", ["s-cache-write"] = "#C2680A", ["s-cache-read"] = "#059669", ["s-error"] = "#DC2626",
        ["s-previous"] = "#6B7686", ["s-forecast"] = "#8B5CF6", ["s-other"] = "#7E8898",
        ["c-1"] = "#17396B", ["c-2"] = "#C2661F", ["c-3"] = "#12907A", ["c-4"] = "#C750AB", ["c-5"] = "#43270F", ["c-6"] = "#8A3CF0", ["c-7"] = "#7E8898",
        ["h-0"] = "#F0F2F5", ["h-1"] = "#D3E3FC", ["h-2"] = "#9DC2F8", ["h-3"] = "#5E97F0", ["h-4"] = "#2A66D4", ["h-5"] = "#173F8F",
    });

    public static Palette Dark { get; } = new(new Dictionary<string, string>
    {
        ["surface"] = "#14181F", ["border"] = "#262D38", ["border-strong"] = "#3A4453", ["text"] = "#E9EDF3",
        ["text-muted"] = "#A4AEBD", ["text-faint"] = "#8691A2",
        ["s-input"] = "#3B82F6", ["s-output"] = "#B79CFA", ["s-cache-write"] = "#F59E0B", ["s-cache-read"] = "#10B981", ["s-error"] = "#EF4444",
        ["s-previous"] = "#97A2B3", ["s-forecast"] = "#A78BFA", ["s-other"] = "#7E8898",
        ["c-1"] = "#5AB0E8", ["c-2"] = "#E9733C", ["c-3"] = "#BDEFE9", ["c-4"] = "#BE5390", ["c-5"] = "#E3D873", ["c-6"] = "#8558E6", ["c-7"] = "#7E8898",
        ["h-0"] = "#1B2029", ["h-1"] = "#1B2F52", ["h-2"] = "#224A8C", ["h-3"] = "#2F6BC9", ["h-4"] = "#5D9BF5", ["h-5"] = "#B5D4FF",
    });

    public IEnumerable<string> Tokens => _colors.Keys;

    /// <summary><c>#RRGGBB</c>; what has no token is drawn as the rest.</summary>
    public string Of(string? token) => token is not null && _colors.TryGetValue(token, out var color) ? color : _colors["s-other"];
}
