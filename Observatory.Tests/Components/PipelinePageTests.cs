using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Kept;
using Observatory.Core.Storage.Letters;
using Observatory.Tests.Support;
using Observatory.Web.Components.Pages.Pipeline;
using Xunit;

namespace Observatory.Tests.Components;

public sealed class PipelinePageTests : ListPageContext
{
    private readonly FakeLetters _letters = new();

    public PipelinePageTests() => Services.AddSingleton<IDeadLetters>(_letters);

    [Fact]
    public void Loading_ShowsTiles()
    {
        Lists.Gate = new TaskCompletionSource().Task;
        Assert.Equal(6, Open<PipelinePage>("/admin/pipeline").FindAll(".kpi[aria-busy=true]").Count);
    }

    [Fact]
    public void Failure_SaysThatWhatComesInIsTaken()
    {
        Lists.Failure = new InvalidOperationException();
        var page = Open<PipelinePage>("/admin/pipeline");
        page.WaitForAssertion(() => Assert.Contains("still taken", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Empty_ListsEverySourceThatCanBeConnected()
    {
        var page = Open<PipelinePage>("/admin/pipeline");
        page.WaitForAssertion(() => Assert.Equal(["Transcripts", "OpenTelemetry", "Hooks and status line", "Events API"], FirstColumn(page)));
        Assert.Contains("Nothing waits", page.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("cannot be written", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Full_ShowsSourcesRefusalsAndAFailingWriter()
    {
        _letters.All.Add(FakeLetters.Letter("1", "timestamp is no instant"));
        Lists.Pipeline = new PipelineFigures
        {
            Import = new ImportFigures { State = "idle" }, Processed = 1_234, Accepted = 1_200, Duplicates = 30, Rejected = 4, DeadLetters = 1,
                QueueDepth = 2, ThroughputPerSecond = 12.5,
            LatencyP50Ms = 18, LatencyP99Ms = 90, WriterFailing = true,
            StoredTexts = new StoredTextFigures("running", 12, 900, 3, null), Sums = new DaySumRow("running", 30, 90),
            WriterFault = new WriterFaultFigures("the index is torn", false, FakeLists.Now.AddMinutes(-5), 7),
            NamesBeyond = [new NamesBeyondRow("user", "build server", 5_000, 44_999)],
            Services = [new ServiceRow("The job server", false, 3, FakeLists.Now.AddMinutes(-1), "no zone of that name")],
            Drift = [new DriftRow("brand-new", "2.9.9", 7, FakeLists.Now)],
            Sources = [new SourceRow { Source = "otlp", Accepted = 77, Rejected = 3, LagP50Ms = 420, LagP99Ms = 900, LatencyP50Ms = 12, LatencyP99Ms = 40,
                LastEventAt = FakeLists.Now }],
        };
        var page = Open<PipelinePage>("/admin/pipeline");
        page.WaitForAssertion(() => Assert.Contains("cannot be written", page.Markup, StringComparison.Ordinal));
        var alarms = page.Markup;
        Assert.Contains("This does not pass by itself", alarms, StringComparison.Ordinal);
        Assert.Contains("“build server” brought more than 5,000 new names today: user.", alarms, StringComparison.Ordinal);
        Assert.Contains("7 tries failed", alarms, StringComparison.Ordinal);
        Assert.Contains("12 of 900 texts looked at, 3 changed", alarms, StringComparison.Ordinal);
        Assert.Contains("the index is torn", alarms, StringComparison.Ordinal);
        Assert.Contains("The job server failed and is about to be started again", alarms, StringComparison.Ordinal);
        Assert.Contains("no zone of that name", alarms, StringComparison.Ordinal);
        var otlp = page.FindAll("tbody tr")[1].TextContent;
        Assert.Contains("77", otlp, StringComparison.Ordinal);
        Assert.Contains("420\u202Fms · 900\u202Fms", otlp, StringComparison.Ordinal);
        Assert.Contains("timestamp is no instant", page.Find(".lst.dense").TextContent, StringComparison.Ordinal);
        Assert.Contains("origin=api", page.Find(".lst.dense a").GetAttribute("href"), StringComparison.Ordinal);
        Assert.Contains("brand-new", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void KeptEvents_CanBeLookedAt()
    {
        Kept.Types = [new KeptType("hook.Stop", 12, FakeLists.Now.AddDays(-2), FakeLists.Now)];
        Kept.Last = [new KeptEvent(FakeLists.Now, "s1", "ann", "hook", "{\"a\":\"<b>\"}"), new KeptEvent(FakeLists.Now, null, null, "hook", null)];
        var page = Open<PipelinePage>("/admin/pipeline?view=events&type=hook.Stop");
        page.WaitForAssertion(() => Assert.Contains("<b>", page.Find(".looks pre").TextContent, StringComparison.Ordinal));
        Assert.Contains("Its fields were not kept", page.Find(".looks").TextContent, StringComparison.Ordinal);
        Assert.Equal("hook.Stop", page.Find("tbody tr.selected a").TextContent);
    }

    [Fact]
    public void KeptMetrics_AreListed_AndNoneSaysHow()
    {
        var page = Open<PipelinePage>("/admin/pipeline?view=metrics");
        page.WaitForAssertion(() => Assert.Contains("No metric came yet", page.Markup, StringComparison.Ordinal));
        Kept.Metrics = [new KeptMetric("queue.length", 3, 1_000, FakeLists.Now, 12.5)];
        page = Open<PipelinePage>("/admin/pipeline?view=metrics");
        page.WaitForAssertion(() => Assert.Contains("12.5", page.Find("tbody tr").TextContent, StringComparison.Ordinal));
    }
}
