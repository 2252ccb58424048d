using System.IO.Hashing;
using System.Text;

namespace Observatory.Core.Demo;

/// <summary>Chance that is the same for the same name, on every machine and in every run.</summary>
internal sealed class DemoRandom(int seed, string name)
{
    private readonly Random _random = new(unchecked((int)XxHash32.HashToUInt32(Encoding.UTF8.GetBytes($"{seed}/{name}"))));

    public double Next() => _random.NextDouble();

    public bool Chance(double probability) => Next() < probability;

    public int Next(int from, int to) => _random.Next(from, to);

    public T Pick<T>(IReadOnlyList<T> of) => of[_random.Next(of.Count)];

    public int Weighted(IReadOnlyList<double> weights)
    {
        var rest = Next() * weights.Sum();
        for (var i = 0; i < weights.Count; i++)
        {
            if ((rest -= weights[i]) < 0) return i;
        }
        return weights.Count - 1;
    }

    /// <summary>Log-normal: most values near the median, a few far above it.</summary>
    public double Around(double median, double spread)
    {
        var normal = Math.Sqrt(-2 * Math.Log(1 - Next())) * Math.Cos(2 * Math.PI * Next());
        return median * Math.Exp(spread * normal);
    }

    /// <summary>1, 2, 3, …: each further one with the probability that gives this mean.</summary>
    public int Count(double mean, int most)
    {
        var count = 1;
        while (count < most && Chance(1 - 1 / mean)) count++;
        return count;
    }

    /// <summary>How often something happens that happens so often on average.</summary>
    public int Times(double mean)
    {
        var (count, product, limit) = (-1, 1.0, Math.Exp(-mean));
        do
        {
            count++;
            product *= Next();
        }
        while (product > limit);
        return count;
    }
}
