using Observatory.Core.Alerts;
using Xunit;

namespace Observatory.Tests.Unit.Alerts;

/// <summary>States from look to look.</summary>
public sealed class AlertMachineTests
{
    private static AlertRule Rule(string wait = "5m", string keep = "10m", string noData = "keep") => new()
    {
        Name = "r", Kind = AlertWords.Threshold, Condition = new AlertCondition(), For = wait, KeepFiring = keep, NoData = noData,
    };

    /// <summary>A letter a minute: x = met, . = not, ? = nothing to judge, ! = the look failed.</summary>
    private static string Run(AlertRule rule, string looks)
    {
        var state = new RuleState();
        var states = new List<string>();
        for (var i = 0; i < looks.Length; i++)
        {
            var now = i * 60_000L;
            state = looks[i] == '!' ? AlertMachine.Failed(state, "broken", now)
                : AlertMachine.Next(state, rule, new Verdict(looks[i] switch { 'x' => true, '.' => false, _ => null }, i, "why"), now);
            states.Add(state.Shown switch { "normal" => "n", "pending" => "p", "firing" => "F", "recovering" => "r", "noData" => "0", _ => "E" });
        }
        return string.Concat(states);
    }

    [Theory]
    [InlineData("xxxxxxx", "pppppFF")]
    [InlineData("xxx.xxxxxx", "pppnpppppF")]
    [InlineData("xxxxxx...........n", "pppppFrrrrrrrrrrnn")]
    [InlineData("xxxxxx....x...........", "pppppFrrrrFrrrrrrrrrrn")]
    public void It_waits_before_it_fires_and_before_it_ends(string looks, string states) =>
        Assert.Equal(states, Run(Rule(), looks.Replace('n', '.')));

    [Fact]
    public void Without_waits_it_follows_each_look() => Assert.Equal("nFFnF", Run(Rule("0s", "0s"), ".xx.x"));

    [Theory]
    [InlineData("ok", "F?.", "FFnn")]
    [InlineData("keep", "x?.", "FFn")]
    [InlineData("keep", ".?.", "n0n")]
    [InlineData("alert", ".?.", "nFn")]
    [InlineData("resolve", "x?.", "Fnn")]
    public void Nothing_to_judge_is_taken_as_the_rule_says(string mode, string looks, string states)
    {
        var run = Run(Rule("0s", "0s", mode), looks.Replace('F', 'x'));
        Assert.Equal(mode == "ok" ? "Fnn" : states, run);
    }

    [Fact]
    public void A_look_that_failed_leaves_what_was_found()
    {
        var state = AlertMachine.Next(new RuleState(), Rule("0s", "0s"), new Verdict(true, 7, "high"), 1_000);
        var failed = AlertMachine.Failed(AlertMachine.Failed(state, "gone", 2_000), "gone", 3_000);
        Assert.Equal(("error", "firing", 2_000, 1_000), (failed.Shown, failed.State, failed.FailingSince, failed.Since));
        var back = AlertMachine.Next(failed, Rule("0s", "0s"), new Verdict(true, 8, "high"), 4_000);
        Assert.Equal(("firing", 1_000, 8.0), (back.Shown, back.Since, back.Value));
    }

    [Fact]
    public void Since_is_when_it_began_to_fire_however_often_it_nearly_ended()
    {
        var (rule, state) = (Rule("1m", "5m"), new RuleState());
        foreach (var (at, met) in new[] { (0L, true), (60_000L, true), (120_000L, false), (180_000L, true), (240_000L, false) })
            state = AlertMachine.Next(state, rule, new Verdict(met, null, ""), at);
        Assert.Equal(("recovering", 60_000), (state.State, state.Since));
    }
}
