using Observatory.Core.Storage;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics;

/// <summary>Figures of one conversation, one model and one moment. <paramref name="At"/> is an instant inside the bucket, Unix ms.</summary>
internal readonly record struct CubeRow(long At, int Conversation, int User, int Project, int Model, int Sources, Measures Figures);

/// <summary>What a range holds after filtering, in order of time: whole days as they are kept, seen through the range and the filter.</summary>
internal sealed class Cube(QuarterRow[][] days, RangePlan plan, IdFilter filter, List<CubeRow> ends)
{
    public IEnumerable<CubeRow> Rows
    {
        get
        {
            var (start, end) = plan.Quarters;
            foreach (var day in days)
            {
                foreach (var row in day)
                {
                    var key = row.Key;
                    if (key.Bucket < start || key.Bucket >= end || !filter.Matches(key.UserId, key.ProjectId, key.ModelId, key.Sources)) continue;
                    yield return new CubeRow(
                        key.Bucket * BucketClock.Quarter, key.ConversationId, filter.Person(key.UserId), key.ProjectId, key.ModelId, key.Sources, row.Figures);
                }
            }
            foreach (var row in ends) yield return row;
        }
    }
}
