using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Observatory.Web.Auditing;

namespace Observatory.Web.Identity;

/// <summary>
/// Holds an open page to its reader's session. A circuit is let in once, when it starts, and may stay open for days: when the session is
/// over, nothing that the page sends is heard any more, its reader becomes nobody, and it is led to the sign-in page.
/// </summary>
internal sealed class CircuitGuard(AuthenticationStateProvider states, SessionCheck check, OpenCircuits circuits, ScopeAsker asker, Auditor auditor)
    : CircuitHandler, IDisposable
{
    private static readonly AuthenticationState s_nobody = new(new ClaimsPrincipal(new ClaimsIdentity()));

    private ClaimsPrincipal? _reader;
    private int _over;

    /// <summary>The session is over. Raised once, on any thread.</summary>
    public event Action? Over;

    public bool IsOver => _over != 0;

    public override async Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        _reader = (await states.GetAuthenticationStateAsync()).User;
        asker.Become(_reader);
        auditor.Become(_reader);
        circuits.Add(this);
        if (!check.IsOpen(_reader)) End();
    }

    public override Task OnCircuitClosedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        circuits.Remove(this);
        return Task.CompletedTask;
    }

    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(Func<CircuitInboundActivityContext, Task> next) => context =>
    {
        if (!IsOver && _reader is { } reader && !check.IsOpen(reader)) End();
        return IsOver ? Task.CompletedTask : next(context);
    };

    /// <summary>Looks at everything that may have changed: account, role, key, time.</summary>
    public async Task CheckAsync(CancellationToken cancel)
    {
        if (!IsOver && _reader is { } reader && !await check.IsGoodAsync(reader, cancel)) End();
    }

    /// <summary>Looks only whether the session was ended.</summary>
    public void CheckOpen()
    {
        if (!IsOver && _reader is { } reader && !check.IsOpen(reader)) End();
    }

    private void End()
    {
        if (Interlocked.Exchange(ref _over, 1) != 0) return;
        circuits.Remove(this);
        // Whatever the page still asks of its reader is answered for nobody.
        asker.Become(new ClaimsPrincipal(new ClaimsIdentity()));
        (states as IHostEnvironmentAuthenticationStateProvider)?.SetAuthenticationState(Task.FromResult(s_nobody));
        Over?.Invoke();
    }

    public void Dispose() => circuits.Remove(this);
}
