namespace Observatory.Web.Operations;

/// <summary>What watches and mends the program itself.</summary>
internal static class OperationsRegistration
{
    public static void AddOperations(this IServiceCollection services) => services.AddSingleton<Doctor>();
}
