using System.Globalization;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Writing;

/// <summary>A session whose file holds a line of the thing.</summary>
/// <param name="Session">Number of its conversation.</param>
/// <param name="CopiedFrom">The session that its copy says it comes from, 0 = it says nothing.</param>
internal readonly record struct Holder(int Session, int CopiedFrom);

/// <summary>A counted thing that files of several sessions hold, or whose line says that it comes from another session. Writer only.</summary>
internal sealed class SharedItem(ItemKind kind, int id)
{
    private readonly List<Holder> _own = [];
    private List<Holder>? _all;
    private string? _block;

    public ItemKind Kind { get; } = kind;

    public int Id { get; } = id;

    public long At { get; set; }

    public ulong RequestRef { get; set; }

    /// <summary>The result of a call, in a row of its own: it comes when it comes, and says nothing of when the block was made.</summary>
    public bool IsResult { get; set; }

    public int Owner { get; set; }

    /// <summary>Its row is deleted: it stays whose it is, and tells whose others are.</summary>
    public bool IsGone { get; set; }

    /// <summary>Those whose files hold lines of this row.</summary>
    public IReadOnlyList<Holder> OwnHolders => _own;

    /// <summary>Those whose files hold lines of this row or of one of its parts.</summary>
    public IReadOnlyList<Holder> Holders => _all ?? _own;

    /// <summary>Not so where all that made it one has turned out to be of another thing.</summary>
    public bool IsShared => Holders.Count > 1 || Holders[0].CopiedFrom != 0;

    /// <summary>The thing that this row is a part of, null where it is one itself. A part has no owner of its own.</summary>
    public SharedItem? Whole { get; set; }

    /// <summary>Rows whose lines are lines of this thing too.</summary>
    public IReadOnlyList<SharedItem> Parts { get; set; } = [];

    /// <summary>Equal for things that were copied together: the same sessions hold them, and say the same of where they come from.</summary>
    public string Block => _block ??= string.Join(' ', Holders.OrderBy(h => h.Session).Select(Text));

    /// <summary>What the session's lines say, of this row and its parts.</summary>
    public Holder? Find(int session) => Find(Holders, session);

    /// <summary>What the session's lines of this row say.</summary>
    public Holder? FindOwn(int session) => Find(_own, session);

    /// <summary>Adds the holder of this row, or changes what it says. <see cref="Merge"/> has to follow.</summary>
    public void Hold(int session, int copiedFrom)
    {
        Put(_own, new Holder(session, copiedFrom));
        _block = null;
    }

    /// <summary>Sums up who holds this row and its parts.</summary>
    /// <param name="isBetter">Whether the first session's id goes before the second's (0 = none).</param>
    public void Merge(Func<int, int, bool> isBetter)
    {
        _block = null;
        _all = null;
        if (Parts.Count == 0) return;
        _all = [.. _own];
        foreach (var (session, copiedFrom) in Parts.SelectMany(p => p._own))
        {
            if (Find(_all, session) is not { } known || isBetter(copiedFrom, known.CopiedFrom)) Put(_all, new Holder(session, copiedFrom));
        }
    }

    private static void Put(List<Holder> holders, Holder holder)
    {
        holders.RemoveAll(h => h.Session == holder.Session);
        holders.Add(holder);
    }

    private static Holder? Find(IReadOnlyList<Holder> holders, int session)
    {
        foreach (var holder in holders)
        {
            if (holder.Session == session) return holder;
        }
        return null;
    }

    private static string Text(Holder holder) => string.Create(CultureInfo.InvariantCulture, $"{holder.Session}<{holder.CopiedFrom}");
}
