namespace Observatory.Web.Hosting;

/// <summary>
/// Whether the start is over. Until then the host's own report of a failed start (with its stack trace) stays off the console,
/// because <see cref="StartFailure"/> says the same in one line; what it cannot explain ends the process with the trace anyway.
/// </summary>
internal sealed class StartGate
{
    private volatile bool _open;

    public void Open() => _open = true;

    public void Quieten(ILoggingBuilder logging)
    {
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", level => _open && level >= LogLevel.Warning);
        logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", level => _open && level >= LogLevel.Warning);
        // What fails is thrown and said by whoever meets it; here it would be said again, with a trace for each query.
        logging.AddFilter("Microsoft.EntityFrameworkCore", level => level >= LogLevel.Critical);
        // The check says itself what it found, once.
        logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", level => level >= LogLevel.Critical);
    }
}
