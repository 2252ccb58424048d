using System.Globalization;
using Observatory.Tests.Faults;

namespace Observatory.Tests.Benchmarks;

/// <summary>The long forms of the fault tests: the same rigs, more often. Linux with gcc for all but the kills and stops.</summary>
internal static class FaultBench
{
    public static async Task<int> RunAsync(string[] args)
    {
        var (kills, cuts, drains, upgrades, seed, control, writes, pages, mails) = (0, 0, 0, 0, 1, 0, 0, 0, 0);
        var attacks = new List<Attack>();
        for (var i = 0; i + 1 < args.Length; i += 2)
        {
            if (args[i] == "--attack")
            {
                attacks.AddRange(Attack.All.Where(a => args[i + 1] == "all" || a.Name == args[i + 1]));
                continue;
            }
            var number = int.Parse(args[i + 1], CultureInfo.InvariantCulture);
            switch (args[i])
            {
                case "--cycles": kills = number; break;
                case "--cuts": cuts = number; break;
                case "--control": control = number; break;
                case "--drains": drains = number; break;
                case "--upgrades": upgrades = number; break;
                case "--writes": writes = number; break;
                case "--pages": pages = number; break;
                case "--mails": mails = number; break;
                case "--seed": seed = number; break;
                default: throw new ArgumentException(
                    $"{args[i]} is not an option. Use --cycles, --cuts, --control, --writes, --drains, --upgrades, --pages, --mails, --attack, --seed.");
            }
        }
        if (kills + cuts + control + drains + upgrades + writes + pages + mails + attacks.Count == 0)
        {
            (kills, cuts, control, drains, upgrades, writes, pages, mails) = (1_000, 1_000, 100, 100, 100, 1, 100, 1_000);
            attacks.AddRange(Attack.All);
        }
        var failed = false;
        if (kills > 0)
        {
            var result = await IngestKillRig.RunAsync(kills, seed, Console.Out);
            Say(result.ToString(), result.Problems);
        }
        if (cuts > 0)
        {
            var result = await PowerCutRig.RunAsync(cuts, seed, lying: false, megabytes: 80, starts: 10, Console.Out);
            Say(result.ToString(), result.Problems);
        }
        if (control > 0)
        {
            var result = await PowerCutRig.RunAsync(control, seed, lying: true, megabytes: 40, starts: 0, Console.Out);
            // Here losses are what is looked for.
            Say($"without syncs: {result}", result.Damaged + result.Losing > 0 ? [] : ["the control lost nothing: the rig is blind"]);
        }
        // 200 reports of five recipients each, 20 kills a time.
        for (var done = 0; done < mails; done += 20)
        {
            var result = await ReportKillRig.RunAsync(seed + done, 200, 5, Math.Min(20, mails - done), CancellationToken.None);
            Say(result.ToString(), result is { Wrong: null, Duplicates: 0, Lost: 0 } ? [] : [result.Wrong ?? "a mail was doubled or lost"]);
        }
        if (writes > 0)
        {
            var result = await FailedWriteRig.RunAsync(seed, writes);
            Say(result.ToString(), result.Problems);
        }
        if (drains > 0)
        {
            var result = await DrainRig.RunAsync(drains, seed);
            Say(result.ToString(), result.Problems);
        }
        if (upgrades > 0)
        {
            var result = await UpgradeKillRig.RunAsync(upgrades, seed);
            Say(result.ToString(), result.Problems);
        }
        if (pages > 0)
        {
            var result = await OpenPagesRig.RunAsync(pages, path: null, changes: 5);
            Say(result.ToString(), result.OfOne > 1 ? ["a page takes more than 1 MB"] : []);
        }
        foreach (var attack in attacks)
        {
            var result = await AttackRig.RunAsync(attack);
            Say(result.ToString(), result.Problems);
        }
        return failed ? 1 : 0;

        void Say(string result, IReadOnlyList<string> problems)
        {
            Console.WriteLine(result);
            foreach (var problem in problems.Take(20)) Console.WriteLine("  " + problem);
            failed |= problems.Count > 0;
        }
    }
}
