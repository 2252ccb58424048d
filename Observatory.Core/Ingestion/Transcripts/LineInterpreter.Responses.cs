using Observatory.Core.Events;
using Observatory.Core.Pricing;

namespace Observatory.Core.Ingestion.Transcripts;

/// <summary>The API calls that an assistant line tells of.</summary>
internal sealed partial class LineInterpreter
{
    private const string SearchTool = "WebSearch";

    /// <summary>Numbers of iterations in keys: advisors have the first, in their own order, all others these.</summary>
    private const ulong OtherIterations = 0x1_0000;

    private void Responses(ReadOnlySpan<byte> line, LineFields f, EventBatch batch, string session, long at, EventKey key, ulong request)
    {
        var counted = IterationRule.Counted(f);
        var terms = new CallTerms(
            _pool.Get(f.Usage.Tier, line), IterationRule.IsRefused(line, f), IterationRule.HasShortPrompts(f, counted), HasOwnSearch(line, f) ? 0
                : f.ServerSearches);
        batch.Events.Add(Response(line, f, session, at, key, request, f.Usage, f.Model, Stored(terms), isAuxiliary: false));
        var advisors = 0ul;
        for (var i = 0; i < f.Iterations.Count; i++)
        {
            var call = f.Iterations[i];
            var number = call.Kind == IterationKind.Advisor ? ++advisors : OtherIterations + (ulong)i;
            if (IterationRule.IsCounted(counted, call)) continue;
            // An advisor is another model on other terms; all else runs on the terms of the response.
            var isOwn = call.Kind != IterationKind.Advisor;
            if (isOwn) (call.Usage.Speed, call.Usage.Region) = (f.Usage.Speed, f.Usage.Region);
            // The one that declined before the fallback answered said nothing.
            var own = new CallTerms(isOwn ? terms.Tier : null, IsFree: call.Kind == IterationKind.Message && call.Usage.Output <= 1);
            batch.Events.Add(Response(line, f, session, at, key.With(number), request, call.Usage, call.Model.Exists || !isOwn ? call.Model : f.Model,
                Stored(own), isAuxiliary: true));
        }
    }

    /// <summary>What the client's own tool searched is told with its result.</summary>
    private static bool HasOwnSearch(ReadOnlySpan<byte> line, LineFields f)
    {
        if (f.ServerSearches == 0) return false;
        foreach (var block in f.Blocks)
        {
            if (block.Kind == BlockKind.ToolUse && block.Name.Decode(line) == SearchTool) return true;
        }
        return false;
    }

    /// <summary>Mostly the tier alone, which is pooled.</summary>
    private static string? Stored(in CallTerms terms) => terms is { IsFree: false, HasShortPrompts: false, Searches: 0 } ? terms.Tier : terms.ToString();

    /// <summary>A response of a sub-agent inside a line of progress. Where the sub-agent has a file of its own, that one tells of the same response.</summary>
    private string? Progress(ReadOnlySpan<byte> line, LineFields f, EventBatch batch, string session, long at)
    {
        var type = f.ProgressType.Raw(line);
        if (f.ProgressTimestamp.Exists && TryTime(f.ProgressTimestamp.Raw(line), out var own)) at = own;
        else if (!f.Timestamp.Exists) return null;
        (f.Uuid, f.Timestamp, f.IsSidechain) = (f.ProgressUuid, f.ProgressTimestamp.Exists ? f.ProgressTimestamp : f.Timestamp, true);
        if (f.ProgressAgentId.Exists) f.AgentId = f.ProgressAgentId;
        if (!f.HasMessage) return null;
        if (type.SequenceEqual("assistant"u8) && (f.MessageId.Length > 0 || f.Uuid.Exists)) return Assistant(line, f, batch, session, at);
        return type.SequenceEqual("user"u8) ? User(line, f, batch, session, at) : null;
    }

    private ResponseEvent Response(
        ReadOnlySpan<byte> line, LineFields f, string session, long at, EventKey key, ulong request, in RawUsage usage, Slice model, string? tier,
            bool isAuxiliary) => new()
        {
            Key = key, At = at, Conversation = session,
            Project = _pool.Get(f.Cwd, line, LongestPath), Branch = _pool.Get(f.Branch, line), Version = _lastVersion, Agent = AgentOf(line, f),
            IsSidechain = f.IsSidechain, RequestRef = Ref(line, f), Request = request, Model = _pool.Get(model, line), Usage = usage.Tokens,
                CacheWriteField = usage.CacheWrite,
            Speed = _pool.Get(usage.Speed, line), Tier = tier, Region = RegionOf(usage.Region, line), IsAuxiliary = isAuxiliary,
            StopReason = _pool.Get(f.StopReason, line), Line = LineIds.Order(f.Uuid.Raw(line)), IsByLine = !f.MessageId.Exists || f.MessageId.Length == 0,
            LineMark = request == 0 && f.Uuid.Exists ? EventKey.Fingerprint(f.Uuid.Raw(line)) : 0,
        };

    /// <summary>The client writes that it does not know the region: that names none.</summary>
    private string? RegionOf(Slice region, ReadOnlySpan<byte> line) => region.Raw(line).SequenceEqual("not_available"u8) ? null : _pool.Get(region, line);
}
