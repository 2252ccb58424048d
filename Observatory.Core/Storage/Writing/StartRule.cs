using Observatory.Core.Events;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Writing;

/// <summary>
/// The folder that a conversation started in: that of its earliest line, or where it has no transcript, of the earliest event. Of several at one instant the
/// smaller text counts. So it does not matter what is read first. Writer only.
/// </summary>
internal static class StartRule
{
    private const int Unplaced = -1, Event = 1, Line = 2;

    /// <summary>Takes in what an event says.</summary>
    public static void See(WriterState state, int conversation, EventSource source, AnalyticsEvent item)
    {
        // A line that was copied from another session says where that one was.
        if (item.Project is null || item.CopiedFrom is not null || conversation == ConversationCache.None) return;
        See(state, conversation, SourceRank.IsLines(source) ? Line : Event, item.At, item.Project);
    }

    /// <summary>Takes in the earliest line of a part of a transcript.</summary>
    public static void See(WriterState state, int conversation, long at, string folder) => See(state, conversation, Line, at, folder);

    /// <summary>A conversation that an earlier version of this program stored started where its first message was.</summary>
    public static void Restore(WriterState state, int conversation)
    {
        var row = state.Conversations.Row(conversation);
        if (row.StartRank != Unplaced) return;
        row = state.Conversations.Touch(conversation);
        var isLines = ((Given)row.Given & Given.Lines) != 0;
        (row.StartRank, row.StartAt, row.StartFolderId) = (isLines ? Line : Event, row.CreatedAt, row.ProjectId);
        state.Projects.Changed.Add(conversation);
    }

    private static void See(WriterState state, int conversation, int rank, long at, string text)
    {
        var row = state.Conversations.Row(conversation);
        if (row.StartRank == Unplaced) Restore(state, conversation);
        if (rank < row.StartRank || rank == row.StartRank && at > row.StartAt) return;
        var folder = state.Projects.Folder(text);
        if (folder == 0) return;
        if (rank == row.StartRank && at == row.StartAt)
        {
            if (folder == row.StartFolderId || string.CompareOrdinal(state.Names.Text(folder), state.Names.Text(row.StartFolderId)) > 0) return;
        }
        row = state.Conversations.Touch(conversation);
        if (row.StartFolderId != folder) state.Projects.Changed.Add(conversation);
        (row.StartRank, row.StartAt, row.StartFolderId) = (rank, at, folder);
    }
}
