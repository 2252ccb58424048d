using MudBlazor;

namespace Observatory.Web.Components.Shared;

/// <summary>A word that something was done; gone after three seconds.</summary>
internal static class Notices
{
    public static void Say(this ISnackbar snackbar, string text) => snackbar.Add(text, Severity.Normal, o =>
    {
        o.HideIcon = true;
        o.ShowCloseIcon = false;
    });
}
