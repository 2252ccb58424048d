using Microsoft.AspNetCore.Http.HttpResults;

namespace Observatory.Web.Api;

/// <param name="name">Of the query parameter.</param>
/// <param name="what">Goes on after the name: "is not …".</param>
internal sealed class BadParameterException(string name, string what) : Exception($"{name} {what}.")
{
    public string Name { get; } = name;
}

internal static class Problems
{
    public static ProblemHttpResult BadParameter(BadParameterException bad) => TypedResults.Problem(
        bad.Message, statusCode: StatusCodes.Status400BadRequest, title: $"Bad parameter: {bad.Name}",
        extensions: [new KeyValuePair<string, object?>("parameter", bad.Name)]);

    /// <param name="what">"conversation", "user".</param>
    public static ProblemHttpResult NotFound(string what) => TypedResults.Problem(
        $"There is no {what} of this id.", statusCode: StatusCodes.Status404NotFound);
}
