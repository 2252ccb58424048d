using Observatory.Web.Identity;

namespace Observatory.Web.Hosting;

/// <summary>
/// HEAD is answered as GET is, without the body, which the server leaves out by itself. A sign-in link is the exception: what only looks
/// (a mail scanner, a preview) must not burn it.
/// </summary>
internal static class HeadRequests
{
    public static void UseHeadRequests(this WebApplication app) => app.Use((context, next) =>
    {
        if (HttpMethods.IsHead(context.Request.Method) && !context.Request.Path.StartsWithSegments(SignInLinks.Path))
        {
            context.Request.Method = HttpMethods.Get;
            context.Items[Key] = true;
        }
        return next(context);
    });

    private const string Key = "head";

    /// <summary>The caller asked for the head alone: whoever answers without an end ends at once.</summary>
    public static bool IsHead(HttpContext context) => context.Items.ContainsKey(Key);
}
