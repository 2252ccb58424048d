using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Web.Operations;

namespace Observatory.Web.Api;

internal static class DoctorApi
{
    public static void MapDoctor(this RouteGroupBuilder admin) => admin.MapGet("/doctor", GetAsync).WithTags("Operations").WithName("GetDoctor")
        .WithSummary("What is wrong, why, and what to do: the same as the command doctor prints.");

    // Disks may be slow: it does not keep a request thread that others wait for.
    private static async Task<Ok<ListAnswer<DoctorItem>>> GetAsync([FromServices] Doctor doctor, CancellationToken cancel) =>
        TypedResults.Ok(new ListAnswer<DoctorItem>(await Task.Run(doctor.Look, cancel)));
}
