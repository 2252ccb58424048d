using System.Globalization;
using System.Net.Mail;
using Observatory.Core;
using Observatory.Core.Accounts;
using Observatory.Core.Alerts;
using Observatory.Core.Mail;
using Observatory.Web.Identity;
using Observatory.Web.Identity.Providers;

namespace Observatory.Web.Hosting;

/// <summary>Turns the configuration into options, and refuses wrong values by naming the full key. Values of secrets are never repeated.</summary>
internal static class SettingsReader
{
    public const int MinimumKeyLength = 32;
    public const int MinimumPasswordLength = 12;

    /// <exception cref="StartRefusedException">A value is wrong; the message names its key.</exception>
    public static ObservatoryOptions Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(ObservatoryOptions.Section);
        CheckChoice<StorageProvider>(section, "Storage:Provider");
        CheckChoice<Core.ContentMode>(section, "Privacy:Content");
        CheckChoice<MailSecurity>(section, "Mail:Security");
        CheckNumber(section, "Privacy:MinimumGroup", 1, 1_000);
        CheckChoice<HookAnswer>(section, "Alerts:HookAnswers");
        CheckNumber(section, "Mail:Port", 0, 65_535);
        CheckNumber(section, "Mail:MaximumMegabytes", 1, 100);
        CheckSwitch(section, "Demo");
        CheckSwitch(section, "Transcripts:Enabled");

        var options = section.Get<ObservatoryOptions>() ?? new ObservatoryOptions();
        if (options.Storage.Provider == StorageProvider.PostgreSql)
            throw Wrong("Storage:Provider", "PostgreSql is not there yet. Use Sqlite.");
        ReadOwners(section, options.Transcripts);
        CheckRoots(options.Transcripts);
        CheckBootstrap(options.Bootstrap);
        CheckProvider(options.Oidc);
        PublicAddress.Parse(options.PublicUrl);
        CheckList(section, "Proxies");
        Forwarding.ReadProxies(options.Proxies);
        CheckAddress("Otlp:HttpUrl", options.Otlp.HttpUrl);
        CheckAddress("Otlp:GrpcUrl", options.Otlp.GrpcUrl);
        CheckMail(options.Mail);
        CheckList(section, "Alerts:AllowedPrivateHosts");
        if (Durations.Parse(options.Alerts.Interval, TimeSpan.FromDays(1)) is not { TotalSeconds: >= 5 })
            throw Wrong("Alerts:Interval", $"\"{Shown(options.Alerts.Interval)}\" is not a length of time from 5s to 1d.");
        return options;
    }

    private static void CheckChoice<T>(IConfigurationSection section, string key) where T : struct, Enum
    {
        // By name only: the binder would also take any number.
        if (section[key] is { Length: > 0 } value && !Enum.GetNames<T>().Contains(value, StringComparer.OrdinalIgnoreCase))
            throw Wrong(key, $"\"{Shown(value)}\" is not known. Use {string.Join(" or ", Enum.GetNames<T>())}.");
    }

    private static void CheckSwitch(IConfigurationSection section, string key)
    {
        if (section[key] is { Length: > 0 } value && !bool.TryParse(value, out _))
            throw Wrong(key, $"\"{Shown(value)}\" is neither true nor false.");
    }

    private static void CheckNumber(IConfigurationSection section, string key, int least, int most)
    {
        if (section[key] is { Length: > 0 } value
            && (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < least || number > most))
        {
            throw Wrong(key, $"\"{Shown(value)}\" is not a number from {least} to {most}.");
        }
    }

    private static void CheckMail(MailOptions mail)
    {
        if (mail.From.Length > 0 && !MailComposer.IsFrom(mail.From)) throw Wrong("Mail:From", $"\"{Shown(mail.From)}\" is not an e-mail address.");
        if (mail.User.Length > 0 && mail.Password.Length == 0) throw Wrong("Mail:Password", "it must be set together with Observatory:Mail:User.");
        if (mail.Host.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c == '/')) throw Wrong("Mail:Host",
            $"\"{Shown(mail.Host)}\" is not the name of a host.");
        if (mail.PickupDirectory.Length > 0 && File.Exists(HomePath.Expand(mail.PickupDirectory)))
            throw Wrong("Mail:PickupDirectory", $"{Shown(mail.PickupDirectory)} is a file. Name a folder.");
    }

    private static void CheckAddress(string key, string value)
    {
        // Empty = off.
        if (!string.IsNullOrWhiteSpace(value)) OtlpListening.Parse($"{ObservatoryOptions.Section}:{key}", Shown(value));
    }

    private static void CheckRoots(TranscriptOptions transcripts)
    {
        for (var i = 0; i < transcripts.Roots.Count; i++)
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"Transcripts:Roots:{i}");
            var root = transcripts.Roots[i];
            if (string.IsNullOrWhiteSpace(root)) throw Wrong(key, "it is empty. Name a folder.");
            if (File.Exists(HomePath.Expand(root))) throw Wrong(key, $"{Shown(root)} is a file. Name a folder.");
        }
    }

    /// <summary>Owners by the number of their root: the binder closes gaps, which would give a root to the owner of another.</summary>
    private static void ReadOwners(IConfigurationSection section, TranscriptOptions transcripts)
    {
        CheckList(section, "Transcripts:Roots");
        CheckList(section, "Transcripts:Owners");
        var roots = section.GetSection("Transcripts:Roots").GetChildren().Where(c => c.Value is not null).Select(c => c.Key).ToList();
        var owners = section.GetSection("Transcripts:Owners").GetChildren().Where(c => c.Value is { Length: > 0 }).ToDictionary(c => c.Key, c => c.Value!);
        // Without roots of one's own they are the owners of the default ones.
        if (roots.Count == 0) return;
        if (owners.Keys.FirstOrDefault(k => !roots.Contains(k)) is { } lost) throw Wrong($"Transcripts:Owners:{lost}", "there is no root of this number.");
        transcripts.Owners = [.. roots.Select(k => owners.GetValueOrDefault(k, ""))];
    }

    private static void CheckList(IConfigurationSection section, string key)
    {
        if (section[key] is { Length: > 0 }) throw Wrong(key, $"it is a list. Set {ObservatoryOptions.Section}:{key}:0.");
    }

    private static void CheckBootstrap(BootstrapOptions bootstrap)
    {
        var email = bootstrap.AdminEmail is { Length: > 0 };
        var password = bootstrap.AdminPassword is { Length: > 0 };
        if (email && !MailAddress.TryCreate(bootstrap.AdminEmail, out _))
            throw Wrong("Bootstrap:AdminEmail", $"\"{Shown(bootstrap.AdminEmail!)}\" is not an e-mail address.");
        if (email && !password) throw Wrong("Bootstrap:AdminPassword", "it must be set together with Observatory:Bootstrap:AdminEmail.");
        if (password && !email) throw Wrong("Bootstrap:AdminEmail", "it must be set together with Observatory:Bootstrap:AdminPassword.");
        if (password && bootstrap.AdminPassword!.Length < MinimumPasswordLength)
            throw Wrong("Bootstrap:AdminPassword", $"it must have at least {MinimumPasswordLength} characters.");
        if (password && WeakPasswords.WhyWeak(bootstrap.AdminPassword!, bootstrap.AdminEmail!) is { } why)
            throw Wrong("Bootstrap:AdminPassword", $"it {why}. Choose one that nobody guesses, such as five words that do not belong together.");
        if (bootstrap.ApiKey is { Length: > 0 and < MinimumKeyLength })
            throw Wrong("Bootstrap:ApiKey", $"it must have at least {MinimumKeyLength} characters.");
    }

    private static void CheckProvider(OidcOptions oidc)
    {
        if (!oidc.IsOn())
        {
            if (oidc.ClientId.Length > 0) throw Wrong("Oidc:Authority", "it must be set together with Observatory:Oidc:ClientId.");
            return;
        }
        if (!ProviderTrial.IsAuthority(oidc.Authority))
            throw Wrong("Oidc:Authority", $"\"{Shown(oidc.Authority)}\" is not an https address (http is for this machine only).");
        if (oidc.ClientId.Length == 0) throw Wrong("Oidc:ClientId", "it must be set together with Observatory:Oidc:Authority.");
        if (ProviderRoles.ReadMap(oidc.RoleMap) is null) throw Wrong("Oidc:RoleMap", "one of its roles is none of viewer, editor and admin.");
    }

    internal static StartRefusedException Wrong(string key, string what) => new($"{ObservatoryOptions.Section}:{key}: {what}");

    /// <summary>Fit for one line of a console.</summary>
    internal static string Shown(string value)
    {
        var line = new string([.. value.Take(200).Select(c => char.IsControl(c) ? ' ' : c)]);
        return value.Length > 200 ? line + "…" : line;
    }
}
