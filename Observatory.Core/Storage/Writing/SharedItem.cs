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
    private readonly List<Holder> _holders = [];
    private string? _block;

    public ItemKind Kind { get; } = kind;

    public int Id { get; } = id;

    public long At { get; set; }

    public ulong RequestRef { get; set; }

    /// <summary>The result of a call, in a row of its own: it comes when it comes, and says nothing of when the block was made.</summary>
    public bool IsResult { get; set; }

    public int Owner { get; set; }

    public IReadOnlyList<Holder> Holders => _holders;

    /// <summary>Equal for things that were copied together: the same sessions hold them, and say the same of where they come from.</summary>
    public string Block => _block ??= string.Join(' ', _holders.OrderBy(h => h.Session).Select(Text));

    public Holder? Find(int session)
    {
        foreach (var holder in _holders)
        {
            if (holder.Session == session) return holder;
        }
        return null;
    }

    private static string Text(Holder holder) => string.Create(CultureInfo.InvariantCulture, $"{holder.Session}<{holder.CopiedFrom}");

    /// <summary>Adds the holder, or changes what it says.</summary>
    public void Hold(int session, int copiedFrom)
    {
        _holders.RemoveAll(h => h.Session == session);
        _holders.Add(new Holder(session, copiedFrom));
        _block = null;
    }
}
