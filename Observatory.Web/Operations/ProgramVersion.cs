using System.Reflection;

namespace Observatory.Web.Operations;

/// <summary>What was built.</summary>
internal static class ProgramVersion
{
    private static readonly string s_informational =
        typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";

    /// <summary>Number of the release.</summary>
    public static string Number => s_informational.Split('+')[0];

    /// <summary>Of the source that it was built from; empty where that was no repository.</summary>
    public static string Commit => s_informational.Split('+') is [_, var commit, ..] ? commit : "";
}
