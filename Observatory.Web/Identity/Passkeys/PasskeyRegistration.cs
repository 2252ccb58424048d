using Microsoft.AspNetCore.Identity;
using Observatory.Core.Accounts;
using Observatory.Web.Hosting;

namespace Observatory.Web.Identity.Passkeys;

internal static class PasskeyRegistration
{
    public static void AddPasskeys(this IServiceCollection services)
    {
        services.AddIdentityCore<User>().AddUserStore<IdentityAccounts>();
        services.AddScoped<IPasskeyHandler<User>, PasskeyHandler<User>>();
        services.AddOptions<IdentityPasskeyOptions>().Configure<PublicAddress>((options, address) =>
        {
            // The device must know its owner: a passkey then stands for both factors, and is found without a name.
            (options.UserVerificationRequirement, options.ResidentKeyRequirement) = ("required", "required");
            (options.AttestationConveyancePreference, options.AuthenticatorTimeout) = ("none", PasskeyDesk.Between);
            if (address.Host.HasValue) options.ServerDomain = address.Host.Host;
        });
        services.AddSingleton<UsedWords>();
        services.AddScoped<PasskeyDesk>();
    }
}
