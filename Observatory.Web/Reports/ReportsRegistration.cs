using Observatory.Core;
using Observatory.Core.Reports;

namespace Observatory.Web.Reports;

internal static class ReportsRegistration
{
    public static void AddObservatoryReports(this IServiceCollection services)
    {
        services.AddSingleton<ReportLinks>();
        services.AddSingleton<IReportLinks>(s => s.GetRequiredService<ReportLinks>());
        services.AddSingleton<IReportRenderer, MailRenderer>();
        services.AddSingleton<ReportOwners>();
        services.AddReportClock();
    }
}
