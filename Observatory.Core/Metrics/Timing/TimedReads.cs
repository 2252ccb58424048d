using System.Diagnostics;
using System.Reflection;
using System.Runtime.ExceptionServices;

namespace Observatory.Core.Metrics.Timing;

/// <summary>
/// Stands before a service and notes how long each of its answers takes, under the name of the method (<c>GetUsersAsync</c> is <c>users</c>). What is
/// no task is not timed: it is at hand. A failed one counts too: somebody waited for it.
/// </summary>
public class TimedReads<T> : DispatchProxy where T : class
{
    private T _inner = null!;
    private QueryTimings _timings = null!;

    internal static T Of(T inner, QueryTimings timings)
    {
        var made = Create<T, TimedReads<T>>();
        var proxy = (TimedReads<T>)(object)made;
        (proxy._inner, proxy._timings) = (inner, timings);
        return made;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        ArgumentNullException.ThrowIfNull(targetMethod);
        var began = Stopwatch.GetTimestamp();
        object? result;
        try
        {
            result = targetMethod.Invoke(_inner, args);
        }
        catch (TargetInvocationException e) when (e.InnerException is { } inner)
        {
            ExceptionDispatchInfo.Throw(inner);
            throw;
        }
        if (result is not Task task) return result;
        if (task.IsCompleted) Note();
        else _ = task.ContinueWith(_ => Note(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return result;

        void Note() => _timings.Note(TimedReads.NameOf(targetMethod.Name), Stopwatch.GetElapsedTime(began).TotalMilliseconds);
    }
}

internal static class TimedReads
{
    /// <summary><c>GetUserTopicsAsync</c> → <c>userTopics</c>.</summary>
    public static string NameOf(string method)
    {
        var name = method.AsSpan();
        if (name.EndsWith("Async", StringComparison.Ordinal)) name = name[..^5];
        if (name.StartsWith("Get", StringComparison.Ordinal)) name = name[3..];
        return name.IsEmpty ? method : string.Concat(char.ToLowerInvariant(name[0]).ToString(), name[1..]);
    }
}
