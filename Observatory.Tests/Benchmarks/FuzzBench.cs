using System.Globalization;
using Observatory.Tests.Faults.Fuzzing;

namespace Observatory.Tests.Benchmarks;

/// <summary>Many changed inputs for every reader of foreign bytes, or one of them again.</summary>
internal static class FuzzBench
{
    public static Task<int> RunAsync(string[] args)
    {
        var (inputs, seed, folder, target, replay) = (1_000_000L, 1, Path.Combine(Path.GetTempPath(), "observatory-fuzz"), (string?)null, (string?)null);
        for (var i = 0; i + 1 < args.Length; i += 2)
        {
            switch (args[i])
            {
                case "--inputs": inputs = long.Parse(args[i + 1], CultureInfo.InvariantCulture); break;
                case "--seed": seed = int.Parse(args[i + 1], CultureInfo.InvariantCulture); break;
                case "--folder": folder = args[i + 1]; break;
                case "--target": target = args[i + 1]; break;
                case "--replay": replay = args[i + 1]; break;
                default: throw new ArgumentException($"{args[i]} is not an option. Use --inputs, --seed, --target, --folder, --replay.");
            }
        }
        return Task.FromResult(replay is null ? Fuzz(target, inputs, seed, folder) : Replay(replay));
    }

    private static int Fuzz(string? only, long inputs, int seed, string folder)
    {
        var failed = false;
        foreach (var target in FuzzTarget.All().Where(t => only is null || t.Name == only))
        {
            var result = Fuzzer.Run(target, inputs, seed, folder);
            Console.WriteLine(result);
            foreach (var failure in result.Failures) Console.WriteLine("  " + failure);
            failed |= result.Failures.Count > 0;
        }
        return failed ? 1 : 0;
    }

    /// <summary>The file's name says which reader.</summary>
    private static int Replay(string path)
    {
        var name = Path.GetFileName(path).Split('-')[0];
        var fault = Fuzzer.Replay(FuzzTarget.All().Single(t => t.Name == name), File.ReadAllBytes(path));
        Console.WriteLine(fault ?? "read or refused, as it should be");
        return fault is null ? 0 : 1;
    }
}
