using Observatory.Core.Mail;

namespace Observatory.Core;

/// <summary>Everything under <c>Observatory</c> in the configuration. The README lists every key; a test holds the two together.</summary>
public sealed class ObservatoryOptions
{
    public const string Section = "Observatory";

    /// <summary>Folder for the database, keys and state; empty = the platform's place for application data.</summary>
    public string DataDirectory { get; set; } = "";

    /// <summary>
    /// Address that readers use where it is not the one that is listened on (a proxy in front), with the path before all pages; empty = as
    /// they come.
    /// </summary>
    public string PublicUrl { get; set; } = "";

    /// <summary>Addresses and networks (<c>10.0.0.0/8</c>) of proxies whose forwarded headers are believed; empty = those of this machine.</summary>
    public IList<string> Proxies { get; set; } = [];

    /// <summary>Fill an empty instance with made-up data.</summary>
    public bool Demo { get; set; }

    public TranscriptOptions Transcripts { get; set; } = new();

    public OtlpOptions Otlp { get; set; } = new();

    public StorageOptions Storage { get; set; } = new();

    public PrivacyOptions Privacy { get; set; } = new();

    public BootstrapOptions Bootstrap { get; set; } = new();

    public Accounts.OidcOptions Oidc { get; set; } = new();

    public MailOptions Mail { get; set; } = new();

    public AlertOptions Alerts { get; set; } = new();
}

/// <summary>How rules are watched, and where their messages may go.</summary>
public sealed class AlertOptions
{
    /// <summary>Between two looks at all rules, at least five seconds: <c>30s</c>, <c>5m</c>.</summary>
    public string Interval { get; set; } = "60s";

    /// <summary>Hosts of this machine's own network that may be called, with or without a port.</summary>
    public IList<string> AllowedPrivateHosts { get; set; } = [];

    /// <summary>What a prompt that is over a budget is answered.</summary>
    public HookAnswer HookAnswers { get; set; } = HookAnswer.False;
}

/// <summary>Answers to hooks of clients that are over a budget.</summary>
public enum HookAnswer
{
    /// <summary>None: every hook is answered with nothing.</summary>
    False,

    /// <summary>The person is told.</summary>
    Warn,

    /// <summary>The client asks before it uses a tool.</summary>
    Ask,

    /// <summary>The prompt is not taken.</summary>
    Block,
}

public sealed class TranscriptOptions
{
    public bool Enabled { get; set; } = true;

    /// <summary>Configuration folders (parents of <c>projects</c>); empty = where Claude Code writes by default.</summary>
    public IList<string> Roots { get; set; } = [];

    /// <summary>Owner of the root of the same index; missing = the account that runs the program.</summary>
    public IList<string> Owners { get; set; } = [];
}

/// <summary>Where telemetry is received beside the web port; empty = nowhere.</summary>
public sealed class OtlpOptions
{
    public string HttpUrl { get; set; } = "http://127.0.0.1:4318";

    public string GrpcUrl { get; set; } = "http://127.0.0.1:4317";
}

public sealed class StorageOptions
{
    public StorageProvider Provider { get; set; } = StorageProvider.Sqlite;
}

public enum StorageProvider
{
    Sqlite,
    PostgreSql,
}

public sealed class PrivacyOptions
{
    public ContentMode Content { get; set; } = ContentMode.Redacted;

    /// <summary>People of a group whose figures a viewer sees.</summary>
    public int MinimumGroup { get; set; } = 5;
}

/// <summary>What is kept of prompts and other texts.</summary>
public enum ContentMode
{
    /// <summary>Nothing but counts.</summary>
    Counts,

    /// <summary>Texts with secrets and e-mail addresses taken out.</summary>
    Redacted,

    /// <summary>Texts as they are.</summary>
    Full,
}

/// <summary>The first account and key, for provisioning without clicks.</summary>
public sealed class BootstrapOptions
{
    public string? AdminEmail { get; set; }

    public string? AdminPassword { get; set; }

    /// <summary>An admin key: any string of at least 32 characters.</summary>
    public string? ApiKey { get; set; }
}
