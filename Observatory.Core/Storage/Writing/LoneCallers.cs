using Observatory.Core.Events;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Writing;

/// <summary>
/// Users who send their calls without a session. Of one user the points of the token metric without a session and such calls are the same tokens
/// twice, so the points stand back: those of that user, and of nobody else. Writer only.
/// </summary>
internal sealed class LoneCallers(IWriterRows rows)
{
    /// <summary>Read when the first row without a session asks.</summary>
    private HashSet<int>? _users;

    public bool Contains(int user) => user != 0 && Users().Contains(user);

    /// <summary>Takes in who called in the running transaction, and tracks their stored points.</summary>
    public void Reach(ItemStore<ResponseEntity> responses)
    {
        HashSet<int>? added = null;
        foreach (var (_, row) in responses.Changes)
        {
            if (row.ConversationId != ConversationCache.None || !IsCall(row)) continue;
            if (Users().Add(row.UserId)) (added ??= []).Add(row.UserId);
        }
        if (added is null) return;
        foreach (var row in rows.Responses.OfConversation(ConversationCache.None))
        {
            if (IsPoint(row) && added.Contains(row.UserId)) responses.Get(row.Id);
        }
    }

    public static bool IsPoint(ResponseEntity row) => (CallKind)row.Kind is CallKind.Metric or CallKind.Total;

    private HashSet<int> Users() => _users ??= [.. rows.Responses.OfConversation(ConversationCache.None).Where(IsCall).Select(r => r.UserId)];

    private static bool IsCall(ResponseEntity row) => (CallKind)row.Kind == CallKind.Call && row.UserId != 0;
}
