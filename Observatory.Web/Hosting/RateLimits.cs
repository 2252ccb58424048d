using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Claims;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.StaticAssets;

namespace Observatory.Web.Hosting;

/// <summary>Limits that an honest client never meets.</summary>
internal static class RateLimits
{
    /// <summary>Policy of the sign-in form: 10 tries a minute an address.</summary>
    public const string SignIn = "sign-in";

    public const int SignInsPerMinute = 10;

    public static void AddObservatoryRateLimits(this IServiceCollection services) => services.AddRateLimiter(limits =>
    {
        limits.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limits.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(Read);
        limits.AddPolicy(SignIn, context => RateLimitPartition.GetSlidingWindowLimiter("sign-in " + Address(context), _ => new()
        {
            PermitLimit = SignInsPerMinute, Window = TimeSpan.FromMinutes(1), SegmentsPerWindow = 6, QueueLimit = 0,
        }));
        limits.OnRejected = async (rejected, cancel) =>
        {
            var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromMinutes(1);
            var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
            rejected.HttpContext.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            await ErrorAnswers.WriteAsync(rejected.HttpContext, StatusCodes.Status429TooManyRequests, $"Too many requests. Try again in {seconds} s.", cancel);
        };
    });

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

    private static string Address(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address.ToString();
        // One household or server has a whole /64: counting single addresses would let it choose a new one for each try.
        return Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8));
    }
}
