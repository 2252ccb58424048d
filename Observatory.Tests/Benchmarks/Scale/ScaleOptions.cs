using System.Globalization;

namespace Observatory.Tests.Benchmarks.Scale;

/// <param name="Events">Of the large store, over <paramref name="Days"/> days.</param>
/// <param name="Days">That the events lie in, up to now.</param>
/// <param name="Users">In turn over the conversations, as projects and models.</param>
/// <param name="PerConversation">Events of a conversation.</param>
/// <param name="Runs">Interleaved repetitions.</param>
/// <param name="Many">Events of the second store, which has many short conversations of many users; 0 = none.</param>
/// <param name="Messages">Of the one long conversation; 0 = none.</param>
/// <param name="Readers">That ask at once.</param>
/// <param name="Folder">Where the stores are kept and found again; null = made and removed.</param>
internal sealed record ScaleOptions(
    int Events, int Days, int Users, int Projects, int Models, int PerConversation, int Runs, int Many, int Messages, int Readers, string? Folder)
{
    public static ScaleOptions Read(string[] args)
    {
        var options = new ScaleOptions(1_000_000, 90, 50, 40, 8, 200, 5, 1_000_000, 50_000, 32, null);
        for (var i = 0; i + 1 < args.Length; i += 2)
        {
            int Number() => int.Parse(args[i + 1], CultureInfo.InvariantCulture);
            options = args[i] switch
            {
                "--events" => options with { Events = Number() },
                "--days" => options with { Days = Number() },
                "--users" => options with { Users = Number() },
                "--projects" => options with { Projects = Number() },
                "--models" => options with { Models = Math.Clamp(Number(), 1, 300) },
                "--per" => options with { PerConversation = Number() },
                "--runs" => options with { Runs = Number() },
                "--many" => options with { Many = Number() },
                "--messages" => options with { Messages = Number() },
                "--readers" => options with { Readers = Number() },
                "--folder" => options with { Folder = args[i + 1] },
                _ => throw new ArgumentException(
                    $"{args[i]} is not an option. Use --events, --days, --users, --projects, --models, --per, --runs, --many, --messages, --readers, " +
                    "--folder."),
            };
        }
        return options;
    }
}
