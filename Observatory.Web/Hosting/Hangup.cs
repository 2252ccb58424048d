using System.Runtime.InteropServices;

namespace Observatory.Web.Hosting;

/// <summary>
/// A terminal that closes ends the program as a stop does: what was taken is written first. Where the signal is ignored (nohup) the program goes on.
/// </summary>
internal sealed class Hangup(IHostApplicationLifetime lifetime) : IHostedService, IDisposable
{
    private const int Signal = 1;
    private static readonly nint s_default = 0;
    private static readonly nint s_ignored = 1;

    private PosixSignalRegistration? _registration;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (IsIgnored()) return Task.CompletedTask;
        _registration = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            lifetime.StopApplication();
        });
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _registration?.Dispose();

    /// <summary>Asked before anybody listens: a listener would take the place of what the caller of the program wanted.</summary>
    private static bool IsIgnored()
    {
        if (OperatingSystem.IsWindows()) return false;
        try
        {
            // The only way to ask is to set it, and to put back what was there.
            var before = SetHandler(Signal, s_default);
            if (before != s_default) _ = SetHandler(Signal, before);
            return before == s_ignored;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return false;
        }
    }

    [DllImport("libc", EntryPoint = "signal"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint SetHandler(int signal, nint handler);
}
