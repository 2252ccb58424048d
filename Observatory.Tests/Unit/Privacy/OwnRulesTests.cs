using System.Text.Json;
using Observatory.Core;
using Observatory.Core.Privacy;
using Observatory.Core.Privacy.Own;
using Xunit;

namespace Observatory.Tests.Unit.Privacy;

/// <summary>What an administrator wants taken out beside what is built in.</summary>
public sealed class OwnRulesTests
{
    private readonly OwnRules _rules = new();

    private static OwnRule Customer => new("Customer 1", "CUST-[0-9]{4}", null, true);

    [Theory]
    [InlineData("ask CUST-1234 and CUST-9876.", "ask [redacted:customer] and [redacted:customer].")]
    [InlineData("nobody", "nobody")]
    [InlineData("mail anna@shop.example of CUST-1234", "mail [redacted:email] of [redacted:customer]")]
    public void What_they_find_becomes_a_mark_and_twice_is_once(string text, string expected)
    {
        _rules.Use([Customer]);
        var content = new ContentRules(ContentMode.Redacted, new Redactor(), _rules);
        Assert.Equal(expected, content.Text(text));
        Assert.Equal(expected, content.Text(expected));
        Assert.Equal(expected, content.Reason(text, "?"));
    }

    [Fact]
    public void The_full_setting_keeps_what_they_find()
    {
        _rules.Use([Customer]);
        Assert.Equal("CUST-1234", new ContentRules(ContentMode.Full, new Redactor(), _rules).Text("CUST-1234"));
    }

    [Theory]
    [InlineData("""{"a":"CUST-1234","b":["x CUST-1234 \"y\""],"n":1234}""", """{"a":"[redacted:customer]","b":["x [redacted:customer] \"y\""],"n":1234}""")]
    [InlineData("""{"CUST-1234":"caf\u00e9"}""", """{"[redacted:customer]":"caf\u00e9"}""")]
    [InlineData("""{"a":"CUST\u002d1234\n"}""", """{"a":"[redacted:customer]\n"}""")]
    public void Json_stays_json(string text, string expected)
    {
        _rules.Use([Customer, new("accents", "00e9", "", true)]);
        Assert.Equal(expected, _rules.Apply(text));
        using var document = JsonDocument.Parse(_rules.Apply(text)!);
    }

    [Fact]
    public void Groups_are_kept_and_rules_that_are_off_do_nothing()
    {
        _rules.Use([new("host", "([a-z]+)\\.corp\\.example", "$1.example", true), Customer with { Enabled = false }]);
        Assert.Equal("db.example CUST-1234", _rules.Apply("db.corp.example CUST-1234"));
    }

    /// <summary>Each makes what the other finds, for ever: what does not come to an end is not kept.</summary>
    [Fact]
    public void What_comes_to_no_end_is_not_kept()
    {
        _rules.Use([new("a", "x", "y", true), new("b", "y", "xx", true)]);
        Assert.Null(_rules.Apply("x"));
    }

    [Theory]
    [InlineData("", "x", null, "name")]
    [InlineData("a", "", null, "pattern")]
    [InlineData("a", "(", null, "pattern")]
    [InlineData("a", "(?=x)y", null, "pattern")]
    [InlineData("a", "(x)\\1", null, "pattern")]
    [InlineData("a", "x*", null, "pattern")]
    [InlineData("a", "x", "say \"y\"", "replacement")]
    [InlineData("a", "x", "xx", "replacement")]
    [InlineData("a", "x", "ghp_0123456789abcdefghijABCDEFGHIJ012345", "replacement")]
    public void One_that_cannot_be_used_says_which_part_is_wrong(string name, string pattern, string? replacement, string field)
    {
        Assert.Equal(field, Assert.Throws<OwnRuleException>(() => OwnRuleTrial.Check([new(name, pattern, replacement, true)])).Field);
    }

    [Fact]
    public void Rules_that_find_what_others_leave_are_refused()
    {
        OwnRule[] rules = [new("a", "x", "y", true), new("b", "y", "z", true)];
        Assert.Contains("rule b", Assert.Throws<OwnRuleException>(() => OwnRuleTrial.Check(rules)).Message, StringComparison.Ordinal);
        OwnRuleTrial.Check([rules[0], rules[1] with { Enabled = false }]);
    }

    /// <summary>An engine that never goes back is slow only where the states are many.</summary>
    [Fact]
    public void One_that_is_slow_is_refused()
    {
        var slow = new OwnRule("slow", "[a-z][^#]{300}[0-9]{3}", null, true);
        Assert.Contains("10 ms", Assert.Throws<OwnRuleException>(() => OwnRuleTrial.Check([slow])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trial_says_what_it_does()
    {
        var trial = OwnRuleTrial.Run(Customer, "CUST-1234, CUST-12");
        Assert.Equal((1, "[redacted:customer], CUST-12"), (trial.Matches, trial.Result));
        Assert.InRange(trial.Milliseconds, 0, OwnRuleTrial.MostMilliseconds);
    }
}
