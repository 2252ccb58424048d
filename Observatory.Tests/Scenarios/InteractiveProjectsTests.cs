using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Scenarios;

/// <summary>Projects of the sessions that were driven by hand: worktrees, also those that a hook made elsewhere, count in their repository.</summary>
public sealed class InteractiveProjectsTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_session_and_its_messages_count_in_the_folder_that_it_started_in(bool withTelemetry)
    {
        await using var core = await InteractiveCore.StartAsync();
        if (withTelemetry)
        {
            foreach (var batch in Interactive.Telemetry()) await core.WriteAsync(batch);
        }
        foreach (var (file, owner) in Interactive.Transcripts) await core.ReadAsync(file, owner);
        var sessions = await InteractiveCore.SessionsAsync(core);
        Assert.Equal(Interactive.Sessions.Select(s => (s.Id, s.Path)).Order(), Interactive.Sessions.Select(s => (s.Id, sessions[s.Id].Row.ProjectPath!))
            .Order());
        var projects = await core.Metrics.GetProjectsAsync(InteractiveCore.All);
        Assert.Equal(
            Interactive.Sessions.GroupBy(s => s.Path).Select(g =>
                (g.Key, g.Sum(s => s.UserMessages + s.AssistantMessages + Interactive.Interrupted.Count(i => i.Session == s.Id)))).Order(),
            projects.Where(p => p.Figures.TotalMessages > 0).Select(p => (p.Path!, p.Figures.TotalMessages)).Order());
    }
}
