using System.Globalization;
using System.Numerics;
using Observatory.Core.Privacy.Crowds;
using Xunit;

namespace Observatory.Tests.Unit.Privacy;

/// <summary>What groups are shown of. Whatever two shown answers tell together, they tell of nobody alone.</summary>
public sealed class CrowdRulesTests
{
    private const int Fewest = 5;

    private static readonly CrowdDimension[] s_dimensions =
        [CrowdDimension.Project, CrowdDimension.Model, CrowdDimension.Source, CrowdDimension.Day];

    private static CrowdRules Rules(params IEnumerable<CrowdRow>[] rows) =>
        new([.. rows.SelectMany(r => r)], [], [], Fewest, (_, value) => value.ToString("D3", CultureInfo.InvariantCulture));

    private static IEnumerable<CrowdRow> People(int first, int count, int project = 1, int model = 1, int day = 1) =>
        Enumerable.Range(first, count).Select(p => new CrowdRow(p, project, model, 1, 0, day));

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(4, false)]
    [InlineData(5, true)]
    public void A_week_is_shown_with_nobody_or_with_enough_people(int people, bool isShown) =>
        Assert.Equal(isShown, Rules(People(1, people)).Shows(CrowdQuestion.All));

    [Fact]
    public void Rows_without_a_user_count_as_one_person()
    {
        var rules = Rules(People(1, 4).Append(new CrowdRow(0, 1, 1, 1, 0, 1)).Append(new CrowdRow(0, 2, 1, 1, 0, 2)));
        Assert.Equal(5, rules.People(CrowdQuestion.All));
        Assert.True(rules.Shows(CrowdQuestion.All));
    }

    [Fact]
    public void The_shown_value_with_the_fewest_people_goes_with_a_withheld_one_that_would_be_alone()
    {
        // 9 in the first project, 6 in the second, 2 in the third: the third alone would be the total less the others.
        var rules = Rules(People(1, 9), People(1, 6, project: 2), People(20, 2, project: 3));
        Assert.Equal([2, 3], rules.Withheld(CrowdDimension.Project, CrowdQuestion.All).Order());
        // Ties go by name.
        Assert.Equal([1, 3], Rules(People(1, 6), People(1, 6, project: 2), People(20, 2, project: 3))
            .Withheld(CrowdDimension.Project, CrowdQuestion.All).Order());
        // Several that are enough together are alone withheld.
        Assert.Equal([2, 3], Rules(People(1, 9), People(20, 3, project: 2), People(30, 2, project: 3))
            .Withheld(CrowdDimension.Project, CrowdQuestion.All).Order());
    }

    [Fact]
    public void A_filter_shows_only_what_its_value_is_shown_of()
    {
        var rules = Rules(People(1, 9), People(1, 6, project: 2), People(20, 2, project: 3));
        Assert.True(rules.Shows(CrowdQuestion.All.With(CrowdDimension.Project, 1)));
        // Six people, and the total less it and the first would be two.
        Assert.False(rules.Shows(CrowdQuestion.All.With(CrowdDimension.Project, 2)));
        Assert.True(rules.Shows(CrowdQuestion.All.With(CrowdDimension.Project, 7)));
        // Every looser question must be shown too.
        var thin = Rules(People(1, 4));
        Assert.False(thin.Shows(CrowdQuestion.All.With(CrowdDimension.Project, 1)));
    }

    [Fact]
    public void Of_ten_thousand_pairs_none_tells_of_fewer_than_five()
    {
        var random = new Random(20_261_201);
        var (pairs, contained) = (0, 0);
        while (pairs < 10_000 || contained < 5_000)
        {
            var world = World(random);
            var answers = Enumerable.Range(0, 120).Select(_ => Answer(world, Question(random), random)).Concat(Lists(world)).Where(a => !a.IsEmpty).ToList();
            for (var i = 0; i < answers.Count; i++)
            {
                for (var n = 0; n < 12; n++)
                {
                    var (small, large) = (answers[i], answers[random.Next(answers.Count)]);
                    pairs++;
                    if (!small.IsWithin(large)) continue;
                    contained++;
                    var people = large.PeopleBeyond(small);
                    Assert.True(people is 0 or >= Fewest, $"{large.Name} less {small.Name} tells of {people}");
                }
            }
        }
    }

    [Fact]
    public void A_total_less_all_that_its_list_shows_is_of_nobody_or_of_enough()
    {
        var random = new Random(7);
        for (var n = 0; n < 300; n++)
        {
            var world = World(random);
            var question = Question(random);
            foreach (var (rules, rows) in world.All)
            {
                if (!rules.Shows(question)) continue;
                foreach (var by in s_dimensions.Except(question.Filtered))
                {
                    var rest = rows.Where(r => question.Matches(r) && !rules.Shows(question.With(by, r[by]))).Select(r => r.Person).Distinct().Count();
                    Assert.True(rest is 0 or >= Fewest, $"{question.Key} by {by}: {rest}");
                }
            }
        }
    }

    private static CrowdQuestion Question(Random random)
    {
        var question = CrowdQuestion.All;
        foreach (var by in s_dimensions)
        {
            if (random.Next(3) == 0) question = question.With(by, [.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => random.Next(4))]);
        }
        return question;
    }

    private static Weeks World(Random random)
    {
        var weeks = new List<(CrowdRules, List<CrowdRow>)>();
        var people = random.Next(4, 22);
        for (var week = 0; week < 2; week++)
        {
            var rows = new HashSet<CrowdRow>();
            for (var person = 0; person < people; person++)
            {
                for (var n = random.Next(0, 5); n > 0; n--)
                {
                    // Few values are common and some are rare, as in life.
                    int Value() => Math.Min(random.Next(4), random.Next(4));
                    rows.Add(new CrowdRow(person, Value(), Value(), Value(), 0, Value()));
                }
            }
            weeks.Add((Rules(rows), [.. rows]));
        }
        return new Weeks(weeks);
    }

    private static Shown Answer(Weeks world, CrowdQuestion question, Random random)
    {
        // A range of one week or of both.
        var (first, last) = random.Next(3) switch { 0 => (0, 0), 1 => (1, 1), _ => (0, 1) };
        return Answer(world, question, first, last);
    }

    private static Shown Answer(Weeks world, CrowdQuestion question, int first, int last)
    {
        var answer = new Shown($"{question.Key} {first}-{last}", world);
        for (int week = 0, at = 0; week < world.All.Count; week++)
        {
            var (rules, rows) = world.All[week];
            var isShown = week >= first && week <= last && rules.Shows(question);
            foreach (var row in rows)
            {
                if (isShown && question.Matches(row)) answer.Add(at);
                at++;
            }
        }
        return answer;
    }

    /// <summary>Totals and rows of lists, which are asked for most.</summary>
    private static IEnumerable<Shown> Lists(Weeks world)
    {
        yield return Answer(world, CrowdQuestion.All, 0, 1);
        foreach (var by in s_dimensions)
        {
            for (var value = 0; value < 4; value++) yield return Answer(world, CrowdQuestion.All.With(by, value), 0, 1);
        }
    }

    private sealed class Weeks(List<(CrowdRules Rules, List<CrowdRow> Rows)> weeks)
    {
        public List<(CrowdRules Rules, List<CrowdRow> Rows)> All => weeks;

        public int[] Persons { get; } = [.. weeks.SelectMany(w => w.Rows).Select(r => r.Person)];
    }

    /// <summary>Rows that an answer is made of.</summary>
    private sealed class Shown(string name, Weeks world)
    {
        private BigInteger _rows;

        public string Name => name;

        public bool IsEmpty => _rows.IsZero;

        public void Add(int row) => _rows |= BigInteger.One << row;

        public bool IsWithin(Shown other) => (_rows & other._rows) == _rows;

        public int PeopleBeyond(Shown small)
        {
            var rest = _rows & ~small._rows;
            return Enumerable.Range(0, world.Persons.Length).Where(i => !(rest & (BigInteger.One << i)).IsZero).Select(i => world.Persons[i])
                .Distinct().Count();
        }
    }
}
