namespace Observatory.Core.Demo;

/// <summary>Someone who works in the made-up company.</summary>
/// <param name="Id">User id.</param>
/// <param name="UtcOffset">Hours that their working day is ahead of UTC.</param>
/// <param name="Start">Hour at which they begin, local.</param>
/// <param name="Sessions">Conversations on a usual weekday.</param>
/// <param name="Weekends">How much of that remains at weekends, 0–1.</param>
/// <param name="Projects">Indices of the projects that they work on; the first is their main one.</param>
/// <param name="Models">Weights of <see cref="DemoCast.Models"/>.</param>
internal sealed record DemoUser(string Id, int UtcOffset, int Start, double Sessions, double Weekends, int[] Projects, double[] Models);

/// <param name="Path">Working directory.</param>
/// <param name="Branches">The first is the trunk.</param>
/// <param name="Language">Ending of its source files.</param>
/// <param name="Files">Places that tools touch, without ending.</param>
/// <param name="Subjects">What prompts are about.</param>
internal sealed record DemoProject(string Path, string[] Branches, string Language, string[] Files, string[] Subjects);

/// <param name="Name">As the client writes it.</param>
/// <param name="Weight">How often it is called.</param>
/// <param name="Failure">Share of failed calls.</param>
/// <param name="Seconds">Usual duration.</param>
/// <param name="Size">Usual characters of its answer.</param>
internal sealed record DemoTool(string Name, double Weight, double Failure, double Seconds, int Size);

/// <summary>Who works on what with which tools. Nothing of it exists.</summary>
internal static class DemoCast
{
    public static IReadOnlyList<DemoUser> Users { get; } =
    [
        new("anna.berg@example.com", 1, 8, 4.4, 0.10, [0, 1], [6, 4, 1, 0]),
        new("ben.okafor@example.com", 1, 9, 3.6, 0.05, [0, 2], [2, 8, 1, 0]),
        new("chiara.russo@example.com", 1, 9, 3.8, 0.00, [1, 4], [5, 5, 1, 0]),
        new("dev.sharma@example.com", 5, 10, 4.6, 0.25, [2, 0], [3, 7, 2, 1]),
        new("emil.novak@example.com", 1, 7, 2.8, 0.00, [3], [1, 9, 1, 0]),
        new("fatima.haddad@example.com", 2, 8, 3.4, 0.10, [4, 3], [4, 5, 1, 0]),
        new("grace.kim@example.com", 9, 10, 3.2, 0.20, [5, 2], [7, 3, 1, 0]),
        new("henry.walsh@example.com", -5, 9, 3.0, 0.05, [5, 1], [2, 6, 2, 3]),
        new("ci-review@example.com", 0, 6, 1.9, 0.60, [0, 2, 4], [0, 3, 7, 0]),
    ];

    public static IReadOnlyList<DemoProject> Projects { get; } =
    [
        new("/home/dev/shop/storefront", ["main", "feat/checkout-redesign", "fix/cart-rounding"], "tsx",
            ["src/pages/Checkout", "src/components/CartSummary", "src/hooks/useCart", "src/lib/money", "src/pages/ProductList", "src/components/PriceTag"],
            ["the cart total", "the checkout page", "product images", "the coupon field", "keyboard navigation in the menu", "lazy loading of reviews"]),
        new("/home/dev/shop/payments-api", ["main", "feat/refunds", "chore/upgrade-runtime"], "cs",
            ["src/Payments/RefundService", "src/Payments/LedgerWriter", "src/Api/PaymentEndpoints", "src/Storage/OutboxReader", "tests/RefundTests",
                "src/Payments/RetryPolicy"],
            ["partial refunds", "idempotency keys", "the outbox worker", "rounding of currencies", "webhook retries", "the ledger export"]),
        new("/home/dev/data/forecasting", ["main", "exp/holiday-features"], "py",
            ["forecast/features", "forecast/train", "forecast/evaluate", "notebooks/drift", "forecast/io", "tests/test_features"],
            ["holiday effects", "the backtest", "missing values in the sales feed", "memory use of training", "the error by region", "seasonal features"]),
        new("/home/dev/platform/infra", ["main", "ops/node-pools"], "tf",
            ["modules/network/main", "modules/cluster/nodes", "envs/staging/main", "modules/dns/records", "envs/prod/backup", "modules/alerts/rules"],
            ["node pool sizes", "the backup schedule", "alert rules that fire at night", "staging costs", "certificate renewal", "the network policy"]),
        new("/home/dev/mobile/courier-app", ["develop", "feat/offline-routes", "release/4.2"], "kt",
            ["app/src/route/RouteStore", "app/src/map/MapScreen", "app/src/sync/SyncWorker", "app/src/login/LoginModel", "app/src/ui/Theme",
                "app/src/route/RouteStoreTest"],
            ["offline routes", "battery drain while tracking", "the map flicker", "conflicts while syncing", "the dark theme", "slow start on old phones"]),
        new("/home/dev/search/indexer", ["main", "perf/segment-merge"], "rs",
            ["src/segment/merge", "src/query/planner", "src/tokenize/mod", "src/store/cache", "benches/merge", "src/query/score"],
            ["segment merging", "ranking of short queries", "the query cache", "allocation in the tokenizer", "a data race in the flush", "fuzzy matches"]),
    ];

    public static IReadOnlyList<DemoTool> Tools { get; } =
    [
        new("Bash", 30, 0.09, 4.0, 2_400),
        new("Read", 28, 0.02, 0.06, 6_500),
        new("Edit", 20, 0.05, 0.08, 700),
        new("Grep", 10, 0.01, 0.3, 1_800),
        new("Glob", 4, 0.01, 0.2, 900),
        new("Write", 4, 0.02, 0.07, 300),
        new("TodoWrite", 3, 0, 0.02, 250),
        new("WebFetch", 1.2, 0.14, 3.5, 5_000),
        new("mcp__tracker__get_issue", 1, 0.08, 0.9, 1_500),
    ];

    public const string AgentTool = "Task";

    public static IReadOnlyList<string> AgentTypes { get; } = ["Explore", "code-reviewer", "general-purpose"];

    /// <summary><c>{0}</c> is a subject, <c>{1}</c> a file.</summary>
    public static IReadOnlyList<string> Prompts { get; } =
    [
        "Please look into {0}. Start with {1} and tell me what you find before you change anything.",
        "{0} is broken since yesterday, can you fix it?",
        "Write tests for {0}.",
        "Why does {1} do this twice? I only expect one call.",
        "Refactor {1}: it has become too long.",
        "Now do the same for {0}.",
        "Run the tests and fix what fails.",
        "Looks good. Commit it with a message that says why.",
        "No, that is not what I meant. Keep the behaviour of {0} and only change the names.",
        "Explain how {0} works, in a few sentences.",
        "Review the changes on this branch, mainly {0}.",
        "Can we make {0} faster? Measure first.",
        "```\nAssertion failed: expected 3, was 2\n```\nThis comes from {1}.",
        "Update the documentation of {0}.",
        "Add logging around {0} so that we see it next time.",
        "yes, go on",
    ];

    public static IReadOnlyList<string> Commands { get; } =
    [
        "git status --short", "git diff --stat", "npm test -- --run", "dotnet test", "pytest -q", "cargo test", "terraform plan", "./gradlew test",
            "git log --oneline -10", "ls -la", "npm run lint", "git commit -am 'Fix rounding'",
    ];

    public static IReadOnlyList<string> Failures { get; } =
    [
        "Exit code 1\n2 tests failed, 148 passed", "File has not been read yet. Read it first before writing to it.", "String to replace not found in file.",
        "Exit code 127\ncommand not found", "Exit code 2\nerror: 3 problems (3 errors, 0 warnings)", "Request timed out after 30 s",
    ];

    /// <summary>Strong, usual, small, and one behind a gateway that no price list knows.</summary>
    public static string[] Models(DateTimeOffset end) => end >= new DateTimeOffset(2026, 11, 10, 0, 0, 0, TimeSpan.Zero)
        ? ["claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5", GatewayModel]
        : ["claude-opus-4-6", "claude-sonnet-4-6", "claude-haiku-4-5-20251001", GatewayModel];

    public const string GatewayModel = "acme-gateway/coder-large";
}
