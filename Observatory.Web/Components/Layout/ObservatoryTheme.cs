using MudBlazor;

namespace Observatory.Web.Components.Layout;

/// <summary>What MudBlazor's own parts look like. Values are those of <c>css/tokens.css</c>, which everything of ours reads directly.</summary>
internal static class ObservatoryTheme
{
    private static readonly string[] s_font = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif"];

    public static MudTheme Theme { get; } = new()
    {
        PaletteLight = new PaletteLight
        {
            Primary = "#2563EB", Success = "#047857", Warning = "#B45309", Error = "#D02B2B", Tertiary = "#7040E0", Secondary = "#7040E0", Info = "#2563EB",
            Background = "#F6F7F9", Surface = "#FFFFFF", DrawerBackground = "#FFFFFF", AppbarBackground = "#FFFFFF",
            LinesDefault = "#E2E6EC", TableLines = "#E2E6EC", Divider = "#E2E6EC", LinesInputs = "#7F8999",
            TextPrimary = "#14181F", TextSecondary = "#545E6E", TextDisabled = "#636D7D", ActionDefault = "#545E6E", DrawerText = "#545E6E",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#84B3FA", Success = "#4FD1A5", Warning = "#F7BC55", Error = "#FA8A8A", Tertiary = "#B79CFA", Secondary = "#B79CFA", Info = "#84B3FA",
            Background = "#0D1015", Surface = "#14181F", DrawerBackground = "#14181F", AppbarBackground = "#14181F",
            LinesDefault = "#262D38", TableLines = "#262D38", Divider = "#262D38", LinesInputs = "#697487",
            TextPrimary = "#E9EDF3", TextSecondary = "#A4AEBD", TextDisabled = "#8691A2", ActionDefault = "#A4AEBD", DrawerText = "#A4AEBD",
        },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "8px", DrawerWidthLeft = "232px" },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = s_font, FontSize = "14px", LineHeight = "20px", LetterSpacing = "0" },
            H1 = new H1Typography { FontFamily = s_font, FontSize = "28px", LineHeight = "36px", FontWeight = "600", LetterSpacing = "-.018em" },
            H2 = new H2Typography { FontFamily = s_font, FontSize = "14px", LineHeight = "20px", FontWeight = "600", LetterSpacing = "0" },
            Body1 = new Body1Typography { FontFamily = s_font, FontSize = "14px", LineHeight = "20px", LetterSpacing = "0" },
            Body2 = new Body2Typography { FontFamily = s_font, FontSize = "14px", LineHeight = "20px", LetterSpacing = "0" },
            Button = new ButtonTypography { FontFamily = s_font, FontSize = "14px", LineHeight = "20px", FontWeight = "500", LetterSpacing = "0",
                TextTransform = "none" },
        },
    };
}
