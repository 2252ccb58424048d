using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Claims;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.StaticAssets;

namespace Observatory.Web.Hosting;

/// <summary>Limits that an honest client never meets. Those of signing in are in <see cref="Identity.SignInLimits"/>.</summary>
internal static class RateLimits
{
    public static void AddObservatoryRateLimits(this IServiceCollection services) => services.AddRateLimiter(limits =>
    {
        limits.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limits.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(Read);
        limits.OnRejected = (rejected, _) =>
            new(RefuseAsync(rejected.HttpContext, rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromMinutes(1)));
    });

    /// <summary>429 with Retry-After.</summary>
    /// <param name="why">A sentence; when to try again is added.</param>
    public static Task RefuseAsync(HttpContext context, TimeSpan wait, string why = "Too many requests.")
    {
        var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return ErrorAnswers.WriteAsync(context, StatusCodes.Status429TooManyRequests, $"{why} Try again in {seconds} s.", context.RequestAborted);
    }

    /// <summary>200 requests a second with bursts of 2,000, by key or account; by address where there is neither.</summary>
    private static RateLimitPartition<string> Read(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<StaticAssetDescriptor>() is not null) return RateLimitPartition.GetNoLimiter("assets");
        var caller = context.User.FindFirstValue(ClaimTypes.NameIdentifier) ?? Address(context);
        return RateLimitPartition.GetTokenBucketLimiter(caller, _ => new()
        {
            TokenLimit = 2_000, TokensPerPeriod = 200, ReplenishmentPeriod = TimeSpan.FromSeconds(1), QueueLimit = 0,
        });
    }

    /// <summary>Of the reader, also behind a proxy.</summary>
    public static string Address(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address.ToString();
        // One household or server has a whole /64: counting single addresses would let it choose a new one for each try.
        return Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8));
    }
}
