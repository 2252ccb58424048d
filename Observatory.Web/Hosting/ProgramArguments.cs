using Observatory.Core;

namespace Observatory.Web.Hosting;

/// <summary>
/// What stands behind the program's name: one command at most, then settings. The host would take any word for a setting that nothing reads, and a
/// mistyped command would start a server.
/// </summary>
internal static class ProgramArguments
{
    /// <summary>Prints a fresh sign-in link.</summary>
    public const string Link = "link";

    /// <summary>Prints a link for an administrator who is locked out: it signs in as the owner of this machine's account.</summary>
    public const string Recover = "recover";

    /// <summary>Prints what would be kept of a text.</summary>
    public const string Redact = "redact";

    /// <summary>Says how that is used.</summary>
    public const string RedactHelp = "redact --help";

    /// <summary>Prints what is wrong and what to do.</summary>
    public const string Doctor = "doctor";

    /// <summary>Puts a backup in the place of the database, while no server runs.</summary>
    public const string Restore = "restore";

    private static readonly string[] s_commands = [Link, Recover, Redact, Doctor, Restore];

    /// <summary>
    /// Settings of the host and of its web server. Of a section (with the colon) every key is taken; what is wrong in ours is said by name later.
    /// </summary>
    private static readonly string[] s_sections =
        [$"{ObservatoryOptions.Section}:", "Logging:", "Kestrel:", "ConnectionStrings:", "HostBuilder:", "HostOptions:", "HostFiltering:", "ForwardedHeaders:"];

    private static readonly string[] s_settings =
    [
        "Urls", "HTTP_Ports", "HTTPS_Ports", "HTTPS_Port", "Environment", "ApplicationName", "ContentRoot", "WebRoot", "AllowedHosts", "ShutdownTimeoutSeconds",
        "DetailedErrors", "CaptureStartupErrors", "PreferHostingUrls", "SuppressStatusMessages", "StartupAssembly", "PreventHostingStartup",
        "HostingStartupAssemblies", "HostingStartupExcludeAssemblies", "ForwardedHeaders_Enabled", "StaticWebAssets",
    ];

    /// <summary>The command (null = serve) and the settings behind it.</summary>
    /// <exception cref="StartRefusedException">A word that is no command, an option that is none, or one without a value.</exception>
    public static (string? Command, string[] Settings) Read(string[] args)
    {
        if (args is [Redact, "--help" or "-h"]) return (RedactHelp, []);
        var command = args is [var first, ..] && s_commands.Contains(first) ? first : null;
        string[] settings = command is null ? args : args[1..];
        // The file stands right behind the word, and is no setting.
        if (command == Restore) settings = FileOf(args) is null ? throw new StartRefusedException("restore needs a file: restore PATH.") : args[2..];
        for (var i = 0; i < settings.Length; i++)
        {
            var word = settings[i];
            var isOption = word.StartsWith("--", StringComparison.Ordinal) || word.StartsWith('/') && IsSetting(word[1..]);
            var option = word.StartsWith("--", StringComparison.Ordinal) ? word[2..] : isOption ? word[1..] : word;
            var hasValue = option.Contains('=', StringComparison.Ordinal);
            if (!IsSetting(option) || !isOption && !hasValue) throw Unknown(word);
            if (hasValue) continue;
            // The value is the next word, whatever it looks like: so the host reads it.
            if (++i == settings.Length) throw new StartRefusedException($"{Shown(word)} needs a value.");
        }
        return (command, settings);
    }

    /// <summary>The file behind <see cref="Restore"/>, null = there is none.</summary>
    public static string? FileOf(string[] args) =>
        args is [Restore, { Length: > 0 } file, ..] && !file.StartsWith("--", StringComparison.Ordinal) ? file : null;

    private static bool IsSetting(string option)
    {
        var key = option.Split('=', 2)[0];
        return s_settings.Contains(key, StringComparer.OrdinalIgnoreCase)
            // A host that hands its whole configuration on names sections, too, with nothing in them.
            || s_sections.Any(s => option.Equals($"{s[..^1]}=", StringComparison.OrdinalIgnoreCase))
            || s_sections.Any(s => key.Length > s.Length && key.StartsWith(s, StringComparison.OrdinalIgnoreCase));
    }

    private static StartRefusedException Unknown(string word) => new(
        $"\"{Shown(word)}\" is not known. Commands: {string.Join(", ", s_commands)}; settings: --urls http://127.0.0.1:5081, " +
        $"--{ObservatoryOptions.Section}:DataDirectory=PATH and the others of the README.");

    /// <summary>Without the value: it may be a secret.</summary>
    private static string Shown(string word)
    {
        const int Longest = 60;
        var name = new string([.. word.Split('=', 2)[0].Take(Longest).Select(c => char.IsControl(c) ? ' ' : c)]);
        return name.Length < Longest ? name : name + "…";
    }
}
