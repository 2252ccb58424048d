using System.Diagnostics;
using System.Globalization;

namespace Observatory.Tests.Faults.Fuzzing;

/// <param name="Refused">Inputs that the reader said it cannot read.</param>
/// <param name="Slowest">Of one input.</param>
/// <param name="MostAllocated">Bytes that one input asked for.</param>
/// <param name="Failures">One line each, with the file that replays it.</param>
internal sealed record FuzzResult(string Target, long Inputs, long Refused, TimeSpan Slowest, long MostAllocated, IReadOnlyList<string> Failures)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Target,-14} {Inputs,10:N0} inputs, {Refused,10:N0} refused, slowest {Slowest.TotalMilliseconds,7:0.0} ms, "
            + $"most memory {MostAllocated / 1024.0 / 1024,6:0.0} MB, {Failures.Count} failures");
}

/// <summary>Feeds a reader with changed inputs. Input number n of a seed is always the same.</summary>
internal static class Fuzzer
{
    private const int MostFailures = 20;

    /// <summary>Bytes that one input may ask for, whatever it holds, and for each of its own bytes.</summary>
    private const long FreeMemory = 8 * 1024 * 1024;
    private const long MemoryPerByte = 200;

    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(1);

    /// <param name="folder">Where failing inputs go.</param>
    /// <param name="limit">It ends early when its time is over.</param>
    public static FuzzResult Run(FuzzTarget target, long inputs, int seed, string folder, TimeSpan? limit = null)
    {
        var (refused, slowest, most, done) = (0L, TimeSpan.Zero, 0L, 0L);
        var failures = new List<string>();
        var clock = Stopwatch.StartNew();
        // A dying process leaves the input that it died of.
        using var current = new CurrentInput(Path.Combine(folder, $"{target.Name}-current"));
        for (; done < inputs && failures.Count < MostFailures && !(clock.Elapsed > limit); done++)
        {
            var input = Input(target, seed, done);
            current.Keep(input);
            var (fault, wasRefused, time, memory) = One(target, input);
            // A pause of the machine is no fault of the reader: it must be slow again.
            if (time > s_longest && fault is null) (fault, wasRefused, time, memory) = One(target, input);
            if (time > s_longest) fault ??= $"it took {time.TotalSeconds:0.00} s";
            if (memory > FreeMemory + input.Length * MemoryPerByte) fault ??= $"it asked for {memory / 1024 / 1024} MB for {input.Length} bytes";
            if (wasRefused) refused++;
            if (time > slowest) slowest = time;
            most = Math.Max(most, memory);
            if (fault is null) continue;
            Directory.CreateDirectory(folder);
            var path = Path.Combine(folder, $"{target.Name}-{seed}-{done}");
            File.WriteAllBytes(path, input);
            failures.Add($"{path}: {fault}");
        }
        return new FuzzResult(target.Name, done, refused, slowest, most, failures);
    }

    /// <summary>What is wrong with how the target reads it, or null.</summary>
    public static string? Replay(FuzzTarget target, byte[] input) => One(target, input).Fault;

    private static byte[] Input(FuzzTarget target, int seed, long number)
    {
        var random = new Random(unchecked(seed * 1_000_003 + (int)number * 7919 + (int)(number >> 31)));
        return Mutator.Mutate(target.Seeds[random.Next(target.Seeds.Count)], target.Seeds[random.Next(target.Seeds.Count)], random);
    }

    private static (string? Fault, bool Refused, TimeSpan Time, long Memory) One(FuzzTarget target, byte[] input)
    {
        var memory = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        string? fault = null;
        var refused = false;
        try
        {
            target.Read(input);
        }
        catch (Exception e) when (target.Refusal.IsInstanceOfType(e))
        {
            refused = true;
        }
        catch (Exception e)
        {
            fault = e is FuzzException ? e.Message : e.ToString();
        }
        return (fault, refused, Stopwatch.GetElapsedTime(start), GC.GetAllocatedBytesForCurrentThread() - memory);
    }
}

/// <summary>The input at hand in a mapped file, which outlives the process: a stack that overflows cannot be caught.</summary>
internal sealed class CurrentInput : IDisposable
{
    private const int Size = 256 * 1024;

    private readonly string _path;
    private readonly System.IO.MemoryMappedFiles.MemoryMappedFile _file;
    private readonly System.IO.MemoryMappedFiles.MemoryMappedViewAccessor _view;

    public CurrentInput(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        _path = path;
        _file = System.IO.MemoryMappedFiles.MemoryMappedFile.CreateFromFile(path, FileMode.Create, null, Size);
        _view = _file.CreateViewAccessor();
    }

    /// <summary>Length first, then the bytes.</summary>
    public void Keep(byte[] input)
    {
        _view.Write(0, input.Length);
        _view.WriteArray(sizeof(int), input, 0, Math.Min(input.Length, Size - sizeof(int)));
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
        File.Delete(_path);
    }
}
