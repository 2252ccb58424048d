using System.Runtime.InteropServices;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Writing;

/// <summary>A line among those of one response: by time, and at one instant by the order of its uuid.</summary>
internal readonly record struct LinePlace(long At, UInt128 Line) : IComparable<LinePlace>
{
    public int CompareTo(LinePlace other) => At != other.At ? At.CompareTo(other.At) : Line.CompareTo(other.Line);
}

/// <summary>A name (0 = none) and the line that gave it.</summary>
internal record struct Word(LinePlace Place, int Name)
{
    /// <summary>Takes what the later of the two lines says.</summary>
    public void Take(in Word other)
    {
        if (other.Name != 0 && (Name == 0 || other.Place.CompareTo(Place) > 0)) this = other;
    }
}

/// <summary>
/// Which line of a row gave each of the words that lines may disagree on. Of the rows that were written to last: rows hold the words alone. What is
/// older counts as said by the row's last line, so that reading lines again changes nothing. Writer only.
/// </summary>
internal sealed class LineWords(NameTable names)
{
    /// <summary>Rows of one generation, about 400 bytes each; two are kept.</summary>
    private const int Limit = 4_096;

    private Dictionary<int, Words> _young = [];
    private Dictionary<int, Words> _old = [];

    internal struct Words
    {
        /// <summary>The earliest line, which gives folder and branch.</summary>
        public LinePlace First;
        public int Folder;
        public int Branch;
        public long LastAt;
        public Word Model;
        public Word Version;
        public Word Speed;
        public TermWords Terms;
        public Word Region;

        /// <summary>Takes what the lines of a part say.</summary>
        public void Take(in Words part, bool isEmpty, NameTable names)
        {
            if (part.First.CompareTo(First) < 0) (First, Folder, Branch) = (part.First, part.Folder, part.Branch);
            if (!isEmpty) LastAt = Math.Max(LastAt, part.LastAt);
            Model.Take(part.Model);
            Version.Take(part.Version);
            Speed.Take(part.Speed);
            Terms.Take(part.Terms, names);
            Region.Take(part.Region);
        }

        public readonly void SetOn(ResponseEntity row, NameTable names)
        {
            // Which project that is follows when all is known.
            if (ProjectRule.FolderOf(row) != Folder) (row.ProjectId, row.FolderId) = (0, Folder);
            (row.At, row.BranchId, row.LastAt) = (First.At, Branch, LastAt);
            (row.OwnModelId, row.VersionId, row.OwnSpeedId, row.RegionId) = (Model.Name, Version.Name, Speed.Name, Region.Name);
            row.TierId = Terms.Name(names);
        }
    }

    /// <summary>Valid until the next call.</summary>
    public ref Words Of(ResponseEntity row)
    {
        MakeRoom();
        ref var words = ref CollectionsMarshal.GetValueRefOrAddDefault(_young, row.Id, out var isKnown);
        if (!isKnown && !_old.Remove(row.Id, out words))
        {
            var last = new LinePlace(row.LastAt, UInt128.MaxValue);
            words = Said(row, new LinePlace(row.At, UInt128.Zero), last, TermWords.Said(names.Text(row.TierId), row.TierId, isEnded: true, last, names));
        }
        return ref words;
    }

    /// <summary>Of a new row: all that its one line says is said by it.</summary>
    /// <param name="tier">Text of the row's terms.</param>
    /// <param name="isEnded">The line says how the response ended.</param>
    public void Begin(ResponseEntity row, LinePlace line, string? tier, bool isEnded)
    {
        MakeRoom();
        _young[row.Id] = Said(row, line, line, TermWords.Said(tier, row.TierId, isEnded, line, names));
    }

    private void MakeRoom()
    {
        if (_young.Count < Limit) return;
        (_old, _young) = (_young, _old);
        _young.Clear();
    }

    private static Words Said(ResponseEntity row, LinePlace first, LinePlace last, in TermWords terms) => new()
    {
        First = first, Folder = ProjectRule.FolderOf(row), Branch = row.BranchId, LastAt = row.LastAt,
        Model = new(last, row.OwnModelId), Version = new(last, row.VersionId), Speed = new(last, row.OwnSpeedId),
        Terms = terms, Region = new(last, row.RegionId),
    };
}
