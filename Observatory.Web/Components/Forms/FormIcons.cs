namespace Observatory.Web.Components.Forms;

/// <summary>The few drawings inside the library's controls, as it takes them: paths on a grid of 24.</summary>
internal static class FormIcons
{
    private const string Line = "fill=\"none\" stroke=\"currentColor\" stroke-linecap=\"round\" stroke-linejoin=\"round\"";

    public const string Down = "<path d=\"M6.75 9.75 12 15l5.25-5.25\" stroke-width=\"2.25\" " + Line + "/>";

    public const string Box = "<rect x=\"2\" y=\"2\" width=\"20\" height=\"20\" rx=\"5\" stroke-width=\"1.5\" fill=\"none\" stroke=\"currentColor\"/>";

    public const string Ticked = "<rect x=\"1.25\" y=\"1.25\" width=\"21.5\" height=\"21.5\" rx=\"5.75\" fill=\"currentColor\"/>"
        + "<path d=\"m6.5 12.5 3.75 3.75 7.25-8.25\" fill=\"none\" "
        + "style=\"stroke:var(--text-on-fill)\" stroke-width=\"2.5\" stroke-linecap=\"round\" stroke-linejoin=\"round\"/>";
}
