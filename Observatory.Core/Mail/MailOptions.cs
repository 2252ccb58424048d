namespace Observatory.Core.Mail;

/// <summary>Where mail goes. Without a host it is written to a folder, so that reports work at once.</summary>
public sealed class MailOptions
{
    public string Host { get; set; } = "";

    /// <summary>0 = the usual one of <see cref="Security"/>.</summary>
    public int Port { get; set; }

    public MailSecurity Security { get; set; } = MailSecurity.StartTls;

    public string User { get; set; } = "";

    public string Password { get; set; } = "";

    /// <summary>Address, or name and address: <c>Observatory &lt;mail@your-domain&gt;</c>.</summary>
    public string From { get; set; } = "";

    /// <summary>Empty = <c>mail</c> in the data directory.</summary>
    public string PickupDirectory { get; set; } = "";

    /// <summary>The largest message with all that is attached, as it is sent.</summary>
    public int MaximumMegabytes { get; set; } = 10;
}

public enum MailSecurity
{
    None,
    StartTls,
    Tls,
}
