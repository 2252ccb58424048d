using Observatory.Core.Accounts;

namespace Observatory.Web.Identity.Providers;

/// <summary>
/// Says once after the start if the provider cannot be used as it is set. The program starts all the same: an administrator gets in without it.
/// </summary>
internal sealed class ProviderWatch(OidcOptions oidc, ProviderTrial trial, ILogger<ProviderWatch> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!oidc.IsOn()) return;
        // The start does not wait for a network.
        await Task.Yield();
        var steps = await trial.TryAsync(oidc, stoppingToken);
        if (steps.FirstOrDefault(s => !s.Ok) is { } bad)
            log.LogWarning("The provider at {Authority} cannot be used to sign in ({Step}): {Found}", oidc.Authority, bad.Name, bad.Found);
    }
}
