using Microsoft.EntityFrameworkCore;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Storage.Writing;

namespace Observatory.Core.Retention;

/// <summary>A text and the time of the row that it belongs to.</summary>
internal sealed class TextOfRow
{
    public int TextId { get; init; }

    public long At { get; init; }
}

/// <summary>Which texts belong to rows that are meant: prompts, what tools were asked and answered, messages of errors.</summary>
internal static class RetentionTexts
{
    /// <summary>Prompts, targets, outputs, errors: one query each.</summary>
    public const int Kinds = 4;

    public static IReadOnlyList<IQueryable<TextOfRow>> Rows(ObservatoryContext db, RowFilter filter, RowMarks marks) =>
    [
        db.Prompts.IgnoreQueryFilters().Where(filter.Of<PromptEntity>(marks.Prompts)).Where(x => x.TextId != null)
            .Select(x => new TextOfRow { TextId = x.TextId!.Value, At = x.At }),
        db.ToolCalls.IgnoreQueryFilters().Where(filter.Of<ToolCallEntity>(marks.ToolCalls)).Where(x => x.TargetId != null)
            .Select(x => new TextOfRow { TextId = x.TargetId!.Value, At = x.At }),
        db.ToolCalls.IgnoreQueryFilters().Where(filter.Of<ToolCallEntity>(marks.ToolCalls)).Where(x => x.OutputId != null)
            .Select(x => new TextOfRow { TextId = x.OutputId!.Value, At = x.At }),
        db.ApiErrors.IgnoreQueryFilters().Where(filter.Of<ApiErrorEntity>(marks.ApiErrors)).Where(x => x.TextId != null)
            .Select(x => new TextOfRow { TextId = x.TextId!.Value, At = x.At }),
    ];
}
