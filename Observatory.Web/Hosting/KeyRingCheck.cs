using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Options;
using Observatory.Core;

namespace Observatory.Web.Hosting;

/// <summary>Uses the keys once before anybody signs in: what is wrong with them ends the start, not the first sign-in.</summary>
internal sealed class KeyRingCheck(IDataProtectionProvider protection, DataDirectory data) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            var protector = protection.CreateProtector(nameof(KeyRingCheck));
            protector.Unprotect(protector.Protect([1]));
            return Task.CompletedTask;
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            throw new StartRefusedException($"{DataDirectory.Key}: the keys of sessions in {data.Keys} cannot be used: {e.GetBaseException().Message}", e);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>Lets data protection keep its keys in <see cref="KeyFiles"/>.</summary>
internal sealed class KeyFilesSetup(KeyFiles files) : IConfigureOptions<KeyManagementOptions>
{
    public void Configure(KeyManagementOptions options) => options.XmlRepository = files;
}
