using System.Net;
using Observatory.Web.Hosting;
using Observatory.Web.Identity.Providers;

namespace Observatory.Web.Identity;

/// <summary>Static pages: they work before any circuit, script or file is there.</summary>
internal static class AccountPages
{
    /// <param name="home">Path before all pages.</param>
    public static string SignIn(
        PathString home, (string Name, string Value) token, string? returnUrl, string? problem, string? email = null,
        bool hasProvider = false) => PlainPage.Render("Sign in", $"""
        <main class="card">
        {PlainPage.Brand}
        <h1>Sign in</h1>
        <p>Your figures stay on this machine, and so do the accounts.</p>
        {(problem is null ? "" : $"""<div class="bad" role="alert">{Text(problem)}</div>""")}
        <form method="post" action="{Text(home)}/account/sign-in">
        <label for="email">E-mail</label>
        <input id="email" name="email" type="email" autocomplete="username" required maxlength="256" value="{Text(email)}">
        <label for="password">Password</label>
        <input id="password" name="password" type="password" autocomplete="current-password" required maxlength="256">
        {Hidden(token.Name, token.Value)}{(returnUrl is null ? "" : Hidden(AccountEndpoints.ReturnUrl, returnUrl))}
        <button type="submit">Sign in</button>
        </form>
        {(hasProvider ? Provider(home, returnUrl) : "")}
        {Passkey(home, returnUrl)}
        <div class="hint">
        <p><strong>On your own machine?</strong> No password is needed: open the link that the console printed at the start. For a fresh one, run</p>
        <pre tabindex="0"><code>dotnet run --project Observatory.Web -- link</code></pre>
        <p>It works once, within {SignInLinks.Lifetime.TotalMinutes:0} minutes.</p>
        </div>
        </main>
        """);

    /// <summary>Hidden until the script finds that the browser can.</summary>
    private static string Passkey(PathString home, string? returnUrl) => $"""
        <p class="other" hidden><button type="button" class="button" data-passkey="{Text(home)}/account/passkey"
            data-return-url="{Text(returnUrl ?? home + "/")}">Use a passkey</button></p>
        <div class="bad" role="alert" data-passkey-said hidden></div>
        <script type="module" src="{Text(home)}/js/passkey.js"></script>
        """;

    private static string Provider(PathString home, string? returnUrl)
    {
        var query = returnUrl is null ? "" : $"?{AccountEndpoints.ReturnUrl}={Uri.EscapeDataString(returnUrl)}";
        return $"""<p class="other"><a class="button" href="{Text(home)}{ProviderSignIn.StartPath}{Text(query)}">Sign in with your organisation</a></p>""";
    }

    /// <summary>Where the code of an app is asked for.</summary>
    /// <param name="word">Who showed the right password.</param>
    public static string SecondStep(PathString home, (string Name, string Value) token, string word, string? returnUrl, string? problem) => PlainPage.Render(
        "Sign in", $"""
        <main class="card">
        {PlainPage.Brand}
        <h1>One more step</h1>
        <p>Enter the code that your authenticator app shows, or one of your recovery codes.</p>
        {(problem is null ? "" : $"""<div class="bad" role="alert">{Text(problem)}</div>""")}
        <form method="post" action="{Text(home)}/account/second-step">
        <label for="code">Code</label>
        <input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" required maxlength="64" autofocus>
        {Hidden(token.Name, token.Value)}{Hidden("word", word)}{(returnUrl is null ? "" : Hidden(AccountEndpoints.ReturnUrl, returnUrl))}
        <button type="submit">Sign in</button>
        </form>
        </main>
        """);

    /// <summary>Where who was invited chooses a password.</summary>
    /// <param name="invitation">Token of the link.</param>
    public static string Invitation(PathString home, (string Name, string Value) token, string invitation, string email, string? problem) => PlainPage.Render(
        "Welcome", $"""
        <main class="card">
        {PlainPage.Brand}
        <h1>Welcome</h1>
        <p>You were invited as {Text(email)}. Choose a password: at least {Passwords.Shortest} characters, and none that is guessed first.</p>
        {(problem is null ? "" : $"""<div class="bad" role="alert">{Text(problem)}</div>""")}
        <form method="post" action="{Text(home)}/account/invite">
        <input type="hidden" name="email" autocomplete="username" value="{Text(email)}">
        <label for="password">Password</label>
        <input id="password" name="password" type="password" autocomplete="new-password" required minlength="{Passwords.Shortest}" maxlength="256">
        <label for="again">The same again</label>
        <input id="again" name="again" type="password" autocomplete="new-password" required minlength="{Passwords.Shortest}" maxlength="256">
        {Hidden(token.Name, token.Value)}{Hidden("t", invitation)}
        <button type="submit">Set the password and sign in</button>
        </form>
        </main>
        """);

    public static string NoInvitation(PathString home) => PlainPage.Render("Welcome", PlainPage.Message(
        home, "This invitation is over", "It was used before, or its time is over. Ask an administrator for a fresh one."));

    public static string SignOut(PathString home, (string Name, string Value) token, string? name) => PlainPage.Render("Sign out", $"""
        <main class="card">
        {PlainPage.Brand}
        <h1>Sign out?</h1>
        <p>You are signed in as {Text(name)}.</p>
        <form method="post" action="{Text(home)}/account/sign-out">
        {Hidden(token.Name, token.Value)}
        <button type="submit">Sign out</button>
        </form>
        <div class="hint"><p><a href="{Text(home)}/">Back to the overview</a></p></div>
        </main>
        """);

    private static string Hidden(string name, string value) => $"""<input type="hidden" name="{Text(name)}" value="{Text(value)}">""";

    private static string Text(PathString path) => Text(path.ToUriComponent());

    private static string Text(string? value) => WebUtility.HtmlEncode(value) ?? "";
}
