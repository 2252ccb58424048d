namespace Observatory.Core.Privacy;

/// <summary>
/// The built-in rules. A secret that shows by its prefix is one line in <see cref="Shapes"/>; everything that needs a look around has
/// a rule of its own. Where the source cut a text, the last secret in it may be cut too: <see cref="Body"/> takes its rest.
/// </summary>
public static class SecretRules
{
    private const string Alnum = "A-Za-z0-9";
    private const string Url = "A-Za-z0-9_-";
    private const string Hex = "a-fA-F0-9";

    /// <summary>Vendors' tokens, webhooks and credentials inside URLs.</summary>
    public static IReadOnlyList<SecretShape> Shapes { get; } =
    [
        new("anthropic", ["sk-ant-"], "sk-ant-" + Body(Url, 16)),
        new("openai", ["sk-"], "sk-(?:proj|svcacct|admin|or-v1|None)-" + Body(Url, 20) + @"|sk-[A-Za-z0-9_-]{0,80}T3BlbkFJ[A-Za-z0-9_-]{4,}|sk-" + Body(Alnum, 32), alone: true),
        new("aws-id", ["AKIA", "ASIA", "ABIA", "ACCA", "A3T"], @"(?:A(?:KI|SI|BI|CC)A|A3T[A-Z0-9])(?:[A-Z0-9]{16}(?![A-Za-z0-9])|[A-Z0-9]{6,15}\z)", alone: true, judge: Letters.HasDigit),
        new("aws-secret", ["AKIA", "ASIA", "aws", "AWS"], @"[^\n]{0,120}?(?<![A-Za-z0-9/+])(?<v>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])", judge: v => Letters.IsMixed(v) && Letters.Entropy(v) >= 4),
        new("github", ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"], "gh[pousr]_" + Body(Alnum, 36)),
        new("github", ["github_pat_"], "github_pat_" + Body("A-Za-z0-9_", 40)),
        new("gitlab", ["glpat-", "gldt-", "glrt-", "glcbt-", "glptt-"], "gl(?:pat|dt|rt|cbt|ptt)-" + Body("A-Za-z0-9_.-", 20)),
        new("npm", ["npm_"], "npm_" + Body(Alnum, 36), alone: true),
        new("pypi", ["pypi-AgE"], "pypi-AgE" + Body(Url, 40)),
        new("huggingface", ["hf_"], "hf_" + Body(Alnum, 30), alone: true),
        new("slack", ["xox"], "xox[abeoprs](?:\\.xox[bp])?-" + Body(Url, 10)),
        new("slack", ["xapp-"], "xapp-" + Body(Url, 20)),
        new("slack-hook", ["hooks.slack.com/"], "hooks\\.slack\\.com/(?:services|workflows|triggers)/(?<v>" + Body("A-Za-z0-9/_+-", 20) + ")"),
        new("google", ["AIza"], "AIza" + Body(Url, 35)),
        new("google", ["ya29."], "ya29\\." + Body("A-Za-z0-9_.-", 20)),
        new("google", ["GOCSPX-"], "GOCSPX-" + Body(Url, 20)),
        new("stripe", ["sk_live_", "sk_test_", "sk_prod_", "rk_live_", "rk_test_", "rk_prod_"], "[sr]k_(?:live|test|prod)_" + Body(Alnum, 10)),
        new("stripe", ["whsec_"], "whsec_" + Body("A-Za-z0-9+/=", 24)),
        new("sendgrid", ["SG."], @"SG\." + Body("A-Za-z0-9_.-", 40), alone: true, judge: v => v[3..].Contains('.') || v.Length < 30),
        new("digitalocean", ["dop_v1_", "doo_v1_", "dor_v1_"], "do[opr]_v1_" + Body(Hex, 64)),
        new("twilio", Hexed("SK"), "SK(?:[a-f0-9]{32}(?![A-Za-z0-9])|[a-f0-9]{8,31}\\z)", alone: true),
        new("azure", Digits("Q~"), "[A-Za-z0-9_~.]{3}[0-9]Q~" + Body("A-Za-z0-9_~.-", 31), back: 3),
        new("jwt", ["eyJ"], @"(?>ey[A-Za-z0-9_-]{15,})(?:(?:\.[A-Za-z0-9_-]*){2,4}|(?:\.[A-Za-z0-9_-]*)?\z)", alone: true),
        new("url-password", ["://"], @"://[^\s:/@""'<>`\\]{0,128}:(?<v>(?!\$[{(]?[A-Za-z_]+[})]?@)[^\s/""'<>`\\]{1,256})@(?=[A-Za-z0-9\[$])"),
        new("url-password", ["://"], @"://(?<v>[^\s:/@""'<>`\\]{20,256})@(?=[A-Za-z0-9\[$])", judge: v => Letters.HasDigit(v) && !v.Contains('.')),
        new("curl-user", ["curl "], @"curl(?=\s)[^\n]{0,300}?\s(?:-u|--user)[ =]?[""']?[^\s:""'$]{1,64}:(?<v>[^\s""'$]{3,128})"),
        new("vault", ["hvs.", "hvb."], "hv[sb]\\." + Body(Url, 24)),
        new("grafana", ["glsa_", "glc_"], "gl(?:sa|c)_" + Body("A-Za-z0-9_+/=", 32)),
        new("shopify", ["shpat_", "shpca_", "shppa_", "shpss_"], "shp(?:at|ca|pa|ss)_" + Body(Hex, 32)),
        new("databricks", ["dapi"], "dapi" + Body("a-f0-9", 32), alone: true, judge: v => v.Length > 12),
        new("linear", ["lin_api_"], "lin_api_" + Body(Alnum, 30)),
        new("notion", ["ntn_"], "ntn_" + Body(Alnum, 40), alone: true),
        new("newrelic", ["NRAK-"], "NRAK-" + Body("A-Z0-9", 27)),
        new("docker", ["dckr_pat_"], "dckr_pat_" + Body(Url, 20)),
        new("figma", ["figd_"], "figd_" + Body(Url, 30)),
        new("square", ["sq0"], "sq0[a-z]{3}-" + Body(Url, 22)),
        new("supabase", ["sbp_"], "sbp_" + Body("a-z0-9", 40), alone: true),
        new("groq", ["gsk_"], "gsk_" + Body(Alnum, 40), alone: true),
        new("xai", ["xai-"], "xai-" + Body(Alnum, 60), alone: true),
        new("perplexity", ["pplx-"], "pplx-" + Body(Alnum, 40), alone: true),
        new("replicate", ["r8_"], "r8_" + Body(Alnum, 30), alone: true),
        new("postman", ["PMAK-"], "PMAK-" + Body("a-f0-9-", 50)),
        new("atlassian", ["ATATT3", "ATCTT3"], "AT[AC]TT3" + Body("A-Za-z0-9_=-", 40)),
        new("sentry", ["sntrys_", "sntryu_"], "sntry[su]_" + Body("A-Za-z0-9_+/=", 40)),
        new("rubygems", ["rubygems_"], "rubygems_" + Body("a-f0-9", 48)),
        new("terraform", [".atlasv1."], "[A-Za-z0-9]{14}\\.atlasv1\\." + Body("A-Za-z0-9_=-", 60), back: 14),
        new("doppler", ["dp.pt.", "dp.st."], "dp\\.[ps]t\\." + Body("A-Za-z0-9_.-", 40), alone: true),
        new("mailgun", ["key-"], "key-[a-f0-9]{32}(?![A-Za-z0-9])", alone: true),
        new("telegram", [":AA"], ":(?<v>AA[A-Za-z0-9_-]{33})(?![A-Za-z0-9_-])", judge: Letters.IsMixed),
        new("discord-hook", ["/api/webhooks/"], "/api/webhooks/[0-9]{10,25}/(?<v>" + Body(Url, 40) + ")"),
        new("teams-hook", [".webhook.office.com/"], "\\.webhook\\.office\\.com/(?<v>" + Body("A-Za-z0-9/@_-", 30) + ")"),
        new("age", ["AGE-SECRET-KEY-"], "AGE-SECRET-KEY-" + Body("A-Z0-9", 40)),
        new("observatory", ["cco_"], "cco_" + Body(Url, 16), alone: true),
    ];

    /// <summary>Every rule, in the order in which they run: e-mail addresses last, for they leave alone what was found before.</summary>
    public static IReadOnlyList<ITextRule> All { get; } = [new PrivateKeyRule(), new ShapeRule(Shapes), new AssignmentRule(), new EmailRule()];

    /// <summary>At least so many characters of a set, or as few as six where the text ends.</summary>
    private static string Body(string set, int least) => $@"(?:[{set}]{{{least},}}|[{set}]{{6,{least - 1}}}\z)";

    private static string[] Hexed(string prefix) => [.. "0123456789abcdef".Select(c => prefix + c)];

    private static string[] Digits(string suffix) => [.. "0123456789".Select(c => c + suffix)];
}
