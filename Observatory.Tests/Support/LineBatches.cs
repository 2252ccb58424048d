using System.Text;
using System.Text.Json;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Ingestion.Transcripts;

namespace Observatory.Tests.Support;

/// <summary>One line of a made-up transcript, and the session whose file holds this copy.</summary>
internal sealed record SessionLine(string Session, string Json)
{
    public SessionLine(string session, object json) : this(session, JsonSerializer.Serialize(json))
    {
    }
}

/// <summary>Lines through the program's own scanner and interpreter into batches, without files: any line may come at any time.</summary>
internal static class LineBatches
{
    public static EventBatch Of(IEnumerable<SessionLine> lines, string owner = Fixture.Owner)
    {
        var batch = new EventBatch { Source = EventSource.Transcript, User = owner };
        var fields = new LineFields();
        foreach (var line in lines)
        {
            var interpreter = new LineInterpreter(new TranscriptFile("/" + line.Session, owner, line.Session, null));
            var bytes = Encoding.UTF8.GetBytes(line.Json);
            LineScanner.Scan(bytes, fields);
            if (interpreter.Interpret(bytes, fields, batch) is { } fault) throw new InvalidOperationException(fault);
        }
        return batch;
    }

    /// <summary>All lines of one file, in order, with one interpreter.</summary>
    public static EventBatch OfFile(string session, IEnumerable<string> lines)
    {
        var batch = new EventBatch { Source = EventSource.Transcript, User = Fixture.Owner };
        var fields = new LineFields();
        var interpreter = new LineInterpreter(new TranscriptFile("/" + session, Fixture.Owner, session, null));
        foreach (var line in lines)
        {
            var bytes = Encoding.UTF8.GetBytes(line);
            LineScanner.Scan(bytes, fields);
            if (interpreter.Interpret(bytes, fields, batch) is { } fault) throw new InvalidOperationException(fault);
        }
        return batch;
    }

    public static NaiveRecount Recount(IEnumerable<SessionLine> lines, string owner = Fixture.Owner) => new([.. lines.Select(l =>
    {
        var json = JsonDocument.Parse(l.Json).RootElement;
        return new NaiveLine
        {
            Session = l.Session, Owner = owner, Json = json, Agent = NaiveLine.Text(json, "agentId"),
                IsSidechain = json.TryGetProperty("isSidechain", out var side) && side.GetBoolean(),
            At = NaiveLine.Text(json, "timestamp") is { } time ? DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture)
                .ToUnixTimeMilliseconds() : null,
        };
    })]);
}
