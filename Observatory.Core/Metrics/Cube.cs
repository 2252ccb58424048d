using Observatory.Core.Storage;
using Observatory.Core.Storage.DaySums;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics;

/// <summary>Figures of one conversation, one model and one moment. <paramref name="At"/> is an instant inside the bucket, Unix ms.</summary>
internal readonly record struct CubeRow(long At, int Conversation, int User, int Project, int Model, int Sources, Measures Figures);

internal delegate void CubeVisitor(in CubeRow row);

/// <summary>
/// What a range holds after filtering: whole days as they are stored, seen through the range and the filter, and the ends as rows. The days are read each time
/// that they are looked at, in the snapshot that it was made in.
/// </summary>
internal sealed class Cube(DayReader days, ObservatoryContext db, RangePlan plan, IdFilter filter, List<CubeRow> ends, CancellationToken cancel)
{
    public RangePlan Plan => plan;

    public IdFilter Filter => filter;

    /// <summary>Rows of the raw ends of the range.</summary>
    public IReadOnlyList<CubeRow> Ends => ends;

    /// <summary>Whole days; the visitor leaves out the quarters outside of the plan and what the filter does not let through.</summary>
    public void VisitDays(DayVisitor visit) => days.Visit(db, DaySumPart.Usage, plan.Quarters, filter.Mask is null ? visit : (day, block) =>
    {
        if (filter.ShowsDay(day, plan.Quarters)) visit(day, block);
    }, cancel);

    /// <summary>Each row that the filter lets through, in no order. Nothing else is asked of the context meanwhile.</summary>
    public void Each(CubeVisitor visit)
    {
        VisitDays((day, block) =>
        {
            var first = DayReader.FirstQuarter(day);
            var reader = new UsageReader(block);
            while (reader.NextRun())
            {
                if (!filter.Matches(reader.User, reader.Project, reader.Model, reader.Sources)) continue;
                var person = filter.Person(reader.User);
                while (reader.NextCell())
                {
                    reader.ReadFigures(out var figures);
                    var quarter = first + reader.Quarter;
                    if (quarter < plan.Quarters.Start || quarter >= plan.Quarters.End) continue;
                    visit(new CubeRow(quarter * BucketClock.Quarter, reader.Conversation, person, reader.Project, reader.Model, reader.Sources, figures));
                }
            }
        });
        foreach (var row in ends) visit(row);
    }

    /// <summary>Conversations with a message.</summary>
    public HashSet<int> Conversations()
    {
        var found = new HashSet<int>();
        VisitDays((day, block) =>
        {
            var first = DayReader.FirstQuarter(day);
            var isWhole = first >= plan.Quarters.Start && first + DayBlock.Quarters <= plan.Quarters.End;
            var reader = new UsageReader(block);
            while (reader.NextRun())
            {
                if (!reader.HasMessages || reader.Conversation == 0 || !filter.Matches(reader.User, reader.Project, reader.Model, reader.Sources)) continue;
                if (isWhole) found.Add(reader.Conversation);
                else if (!found.Contains(reader.Conversation) && HasMessagesWithin(ref reader, first)) found.Add(reader.Conversation);
            }
        });
        foreach (var row in ends)
        {
            if (row.Conversation != 0 && row.Figures.Messages > 0) found.Add(row.Conversation);
        }
        return found;
    }

    private bool HasMessagesWithin(ref UsageReader reader, int first)
    {
        while (reader.NextCell())
        {
            var quarter = first + reader.Quarter;
            if (reader.CellHasMessages && quarter >= plan.Quarters.Start && quarter < plan.Quarters.End) return true;
            reader.SkipFigures();
        }
        return false;
    }
}
