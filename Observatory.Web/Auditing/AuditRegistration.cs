namespace Observatory.Web.Auditing;

internal static class AuditRegistration
{
    public static void AddObservatoryAudit(this IServiceCollection services) => services.AddScoped<Auditor>();
}
