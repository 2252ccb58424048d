using CsCheck;

namespace Observatory.Tests.Support;

internal static class Pick
{
    /// <summary>One of these, each as likely.</summary>
    public static Gen<T> From<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
