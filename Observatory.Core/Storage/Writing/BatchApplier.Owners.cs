using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Writing;

/// <summary>Whose an event is: the session that its line says it comes from, and the user that it names itself.</summary>
internal sealed partial class BatchApplier
{
    /// <summary>The session that the event's line says it comes from.</summary>
    private int _origin;

    /// <summary>As <see cref="ItemEntity.OwnUserId"/>: of the event that is applied.</summary>
    private int _ownUser;

    private (string? Name, int Id) _lastUser;

    /// <summary>The conversation of the session that the line comes from. It may be known by copies of its lines alone.</summary>
    private int OriginOf(AnalyticsEvent x, int conversation, EventBatch batch)
    {
        // A copy says less of whose the session is than its own file.
        var id = ConversationOf(x.CopiedFrom!, batch.User, batch, long.MaxValue);
        if (id == conversation) return ConversationCache.None;
        Give(id, SourceRank.Of(x, batch.Source), 1 << (int)batch.Source);
        return id;
    }

    private void SetFirstLine(int conversation, SessionFacts facts)
    {
        var first = long.MaxValue;
        foreach (var line in facts.Lines) first = Math.Min(first, line.At);
        if (first == long.MaxValue || state.Conversations.Row(conversation).FirstLineAt <= first) return;
        state.Conversations.Touch(conversation).FirstLineAt = first;
        state.Owners.FactsChanged(conversation);
    }

    /// <summary>The file of a session holds a line of the row.</summary>
    private void Hold(ItemKind kind, ItemEntity row, AnalyticsEvent x, int conversation)
    {
        if (x.At == row.At && _ownUser != row.OwnUserId && IsBetterUser(_ownUser, row.OwnUserId)) row.OwnUserId = _ownUser;
        state.Owners.Seen(kind, row, conversation, _origin);
        if (_origin != ConversationCache.None && x.IsMadeThere) state.Owners.Seen(kind, row, _origin);
    }

    /// <summary>
    /// Who showed a line without a request first holds it too, whichever row it goes to: copies of one line may come into rows of several sessions, and
    /// that all of these hold what that session holds makes them one (<see cref="ResponseParts"/>).
    /// </summary>
    private void HoldShown(ResponseEntity row, ResponseEvent x, int conversation)
    {
        var shown = ShownBy(x, conversation);
        if (shown != conversation) state.Owners.Seen(ItemKind.Response, row, shown);
    }

    private static ItemKind? KindOf(ItemEntity row) => row switch
    {
        PromptEntity => ItemKind.Prompt,
        ResponseEntity => ItemKind.Response,
        ToolCallEntity => ItemKind.ToolCall,
        ApiErrorEntity => ItemKind.ApiError,
        MarkEntity => ItemKind.Mark,
        _ => null,
    };

    /// <summary>Lines name nobody: they are their root's owner's, as the whole conversation is.</summary>
    private int OwnUser(AnalyticsEvent x, EventBatch batch)
    {
        if (SourceRank.IsLines(batch.Source) || (x.User ?? batch.User) is not { Length: > 0 } user) return 0;
        if (!ReferenceEquals(_lastUser.Name, user)) _lastUser = (user, state.Names.Id(NameKind.User, user));
        return x.User is null && batch.UserRank == UserRank.Installation ? -_lastUser.Id : _lastUser.Id;
    }

    /// <summary>Of two events of one moment that tell of one thing: a person goes before an installation, then the smaller text before the larger.</summary>
    private bool IsBetterUser(int user, int known)
    {
        if (user == 0 || known == 0) return known == 0;
        if (user > 0 != known > 0) return user > 0;
        return string.CompareOrdinal(state.Names.Text(Math.Abs(user)), state.Names.Text(Math.Abs(known))) < 0;
    }
}
