using System.Net;

namespace Observatory.Web.Hosting;

/// <summary>Pages that need neither script nor files: sign-in, errors, the API reference. Follows the system's light or dark theme.</summary>
internal static class PlainPage
{
    /// <param name="body">Markup; whatever comes from outside must be encoded by the caller.</param>
    /// <param name="wide">Fills the window instead of standing in its middle.</param>
    public static string Render(string title, string body, bool wide = false) => $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{WebUtility.HtmlEncode(title)} · Observatory</title>
        <link rel="icon" href="data:,">
        <style>{Style}</style>
        </head>
        <body class="{(wide ? "wide" : "centred")}">
        {body}
        </body>
        </html>
        """;

    /// <param name="home">Path before all pages.</param>
    public static string Message(PathString home, string title, string? text) => $"""
        <main class="card">
        {Brand}
        <h1>{WebUtility.HtmlEncode(title)}</h1>
        <p>{WebUtility.HtmlEncode(text)}</p>
        <p><a class="button" href="{WebUtility.HtmlEncode(home.ToUriComponent())}/">Go to the overview</a></p>
        </main>
        """;

    public const string Brand = """
        <div class="brand"><svg viewBox="0 0 24 24" width="28" height="28" aria-hidden="true">
            <path d="M4 20a8 8 0 0 1 16 0z" fill="currentColor" opacity=".18"/>
            <path d="M4 20a8 8 0 0 1 16 0M2.5 20h19M12 12l5.5-7.5M12 12l-2-2.6" fill="none" stroke="currentColor"
                stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round"/><circle cx="17.8" cy="4.2" r="1.6" fill="currentColor"/></svg>
            <span>Claude Code Observatory</span></div>
        """;

    private const string Style = """
        :root{--bg:#f6f7f9;--card:#fff;--ink:#14181f;--soft:#545e6e;--line:#e2e6ec;--control:#7f8999;
            --accent:#1d55c9;--fill:#2563eb;--bad-bg:#fdecec;--bad:#b42222;--code:#f0f2f5}
        @media (prefers-color-scheme:dark){:root{--bg:#0d1015;--card:#14181f;--ink:#e8ecf2;--soft:#a3adbb;
            --line:#262d38;--control:#6b7686;--accent:#8ab4f8;--fill:#2563eb;--bad-bg:#3a1719;--bad:#ffb0b0;--code:#1b2029}}
        *{box-sizing:border-box}
        html{background:var(--bg);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;-webkit-text-size-adjust:100%}
        body{margin:0;min-height:100vh;padding:24px 16px}
        body.centred{display:grid;place-items:center}
        body.wide>main{max-width:1040px;margin:0 auto}
        .card{width:100%;max-width:420px;background:var(--card);border:1px solid var(--line);border-radius:14px;padding:32px;
            box-shadow:0 1px 2px rgb(0 0 0/.04),0 12px 32px rgb(0 0 0/.06)}
        .brand{display:flex;align-items:center;gap:10px;color:var(--accent);font-weight:600;margin-bottom:20px}
        .brand span{color:var(--ink)}
        h1{font-size:1.5rem;line-height:1.25;margin:0 0 8px;letter-spacing:-.01em}
        h2{font-size:1.05rem;margin:32px 0 8px}
        p{margin:0 0 16px;color:var(--soft)}
        label{display:block;font-weight:550;margin:16px 0 6px}
        input{width:100%;font:inherit;color:inherit;background:var(--bg);border:1px solid var(--control);border-radius:9px;padding:10px 12px;min-height:44px}
        input:focus-visible,button:focus-visible,a:focus-visible,summary:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
        button,.button{display:inline-block;font:inherit;font-weight:600;text-align:center;text-decoration:none;border:0;border-radius:9px;
            padding:11px 18px;min-height:44px;background:var(--fill);color:#fff;cursor:pointer}
        form>button{width:100%;margin-top:24px}
        button:hover,.button:hover{filter:brightness(1.07)}
        .hint{border-top:1px solid var(--line);margin-top:28px;padding-top:20px;font-size:.93rem}
        .hint p:last-child{margin:0}
        .other{margin:12px 0 0}
        .other .button{width:100%;background:none;border:1px solid var(--control);color:inherit}
        [hidden]{display:none!important}
        .bad{background:var(--bad-bg);color:var(--bad);border-radius:9px;padding:10px 14px;margin:16px 0 0}
        code,pre{font:.88em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;background:var(--code);border-radius:6px}
        code{padding:2px 5px;overflow-wrap:anywhere}
        pre{display:block;padding:10px 12px;margin:0 0 16px;overflow-x:auto;color:var(--ink)}
        pre code{padding:0;background:none}
        a{color:var(--accent)}
        details{background:var(--card);border:1px solid var(--line);border-radius:10px;margin:8px 0}
        summary{cursor:pointer;padding:12px 16px;display:flex;gap:12px;align-items:baseline;flex-wrap:wrap}
        summary .verb{font:600 .78rem/1 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;color:var(--accent);min-width:3.2em}
        summary .what{color:var(--soft);font-size:.93rem}
        details>div{padding:0 16px 16px;overflow-x:auto}
        table{border-collapse:collapse;width:100%;font-size:.93rem}
        th,td{text-align:left;vertical-align:top;padding:7px 12px 7px 0;border-top:1px solid var(--line)}
        th{font-weight:600;border-top:0}
        td{color:var(--soft)}
        .figure{background:var(--card);border:1px solid var(--line);border-radius:10px;margin:8px 0;padding:12px 16px;scroll-margin-top:16px}
        .figure:target{border-color:var(--accent);box-shadow:0 0 0 1px var(--accent)}
        .figure h3{font-size:1rem;margin:0}
        .figure .what{margin:2px 0 8px;color:var(--ink)}
        .figure dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px;margin:0;font-size:.93rem}
        .figure dt{color:var(--soft)}
        .figure dd{margin:0;color:var(--soft)}
        """;
}
