using System.IO.Hashing;
using System.Text;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Storage.Series;

namespace Observatory.Core.Storage.Sqlite;

/// <summary>Metrics that were sent, as prepared statements on the writer's connection. Writer only.</summary>
internal sealed class SeriesTables(StatementCache statements) : ISeriesRows
{
    private const string Run = "SELECT At, Key, StartAt, Value, Gain, IdentityId FROM points WHERE SeriesId = ? AND IdentityId = ? AND StartAt = ? ";

    public IEnumerable<SeriesEntity> Series()
    {
        var select = Sql("SELECT Id, MetricId, Source, UserId, Tags, Identities, IsSummed FROM series");
        while (select.Read())
        {
            yield return new SeriesEntity
            {
                Id = select.Int(0), MetricId = select.Int(1), Source = select.Int(2), UserId = select.Int(3), Tags = select.Text(4)!,
                Identities = select.Text(5)!, IsSummed = select.Bool(6),
            };
        }
    }

    public void Write(SeriesEntity x) => Sql("INSERT INTO series (Id, MetricId, Source, UserId, Tags, Identities, IsSummed) VALUES (?, ?, ?, ?, ?, ?, ?)")
        .Bind(x.Id).Bind(x.MetricId).Bind(x.Source).Bind(x.UserId).Bind(x.Tags).Bind(x.Identities).Bind(x.IsSummed).Run();

    public void WriteIdentities(int series, string names) => Sql("UPDATE series SET Identities = ? WHERE Id = ?").Bind(names).Bind(series).Run();

    public void RemoveSeries(int series) => Sql("DELETE FROM series WHERE Id = ?").Bind(series).Run();

    public int LastIdentity()
    {
        var (select, last) = (Sql("SELECT COALESCE(MAX(Id), 0) FROM identities"), 0);
        while (select.Read()) last = select.Int(0);
        return last;
    }

    public int? FindIdentity(string tags)
    {
        int? found = null;
        var select = Sql("SELECT Id, Tags FROM identities WHERE Hash = ?").Bind(HashOf(tags));
        while (select.Read())
        {
            if (select.Text(1) == tags) found ??= select.Int(0);
        }
        return found;
    }

    public void WriteIdentity(int id, string tags) =>
        Sql("INSERT INTO identities (Id, Hash, Tags) VALUES (?, ?, ?)").Bind(id).Bind(HashOf(tags)).Bind(tags).Run();

    public bool Insert(int series, StoredPoint x) =>
        Sql("INSERT OR IGNORE INTO points (SeriesId, At, Key, StartAt, Value, Gain, IdentityId) VALUES (?, ?, ?, ?, ?, ?, ?)")
            .Bind(series).Bind(x.At).Bind(x.Key).Bind(x.StartAt).Bind(x.Value).Bind(x.Gain).Bind(x.Identity).RunAndCount() > 0;

    public StoredPoint? Neighbour(int series, StoredPoint x, bool isBefore)
    {
        var select = Sql(isBefore ? Run + "AND (At, Key) < (?, ?) ORDER BY At DESC, Key DESC LIMIT 1" : Run + "AND (At, Key) > (?, ?) ORDER BY At, Key LIMIT 1")
            .Bind(series).Bind(x.Identity).Bind(x.StartAt).Bind(x.At).Bind(x.Key);
        StoredPoint? found = null;
        while (select.Read()) found = Read(select);
        return found;
    }

    public void SetGain(int series, StoredPoint x, double gain) =>
        Sql("UPDATE points SET Gain = ? WHERE SeriesId = ? AND At = ? AND Key = ?").Bind(gain).Bind(series).Bind(x.At).Bind(x.Key).Run();

    public (double Min, double Max)? GainsIn(int series, long start, long end)
    {
        (double, double)? ends = null;
        var select = Sql("SELECT MIN(Gain), MAX(Gain) FROM points WHERE SeriesId = ? AND At >= ? AND At < ?").Bind(series).Bind(start).Bind(end);
        while (select.Read())
        {
            if (!select.IsNull(0)) ends = (select.Double(0), select.Double(1));
        }
        return ends;
    }

    public TierCell? LoadCell(TierKey key)
    {
        TierCell? cell = null;
        var select = Sql("SELECT Count, Sum, Min, Max, Bins FROM series_tiers WHERE SeriesId = ? AND Tier = ? AND Bucket = ?")
            .Bind(key.Series).Bind(key.Tier).Bind(key.Bucket);
        while (select.Read())
        {
            cell = new TierCell { Count = select.Long(0), Sum = select.Double(1), Min = select.Double(2), Max = select.Double(3) };
            cell.ReadValues(select.Blob(4));
        }
        return cell;
    }

    public void Write(TierKey key, TierCell cell) =>
        Sql("INSERT OR REPLACE INTO series_tiers (SeriesId, Tier, Bucket, Count, Sum, Min, Max, Bins) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
            .Bind(key.Series).Bind(key.Tier).Bind(key.Bucket).Bind(cell.Count).Bind(cell.Sum).Bind(cell.Min).Bind(cell.Max).Bind(cell.WriteValues()).Run();

    public List<StoredPoint> Take(int series, int most)
    {
        var points = new List<StoredPoint>();
        var select = Sql("SELECT At, Key, StartAt, Value, Gain, IdentityId FROM points WHERE SeriesId = ? ORDER BY At, Key LIMIT ?").Bind(series).Bind(most);
        while (select.Read()) points.Add(Read(select));
        if (points.Count > 0)
        {
            Sql("DELETE FROM points WHERE SeriesId = ? AND (At, Key) <= (?, ?)").Bind(series).Bind(points[^1].At).Bind(points[^1].Key).Run();
        }
        return points;
    }

    private static StoredPoint Read(Statement row) => new(row.Long(0), row.Long(1), row.Long(2), row.Double(3), row.Double(4), row.Int(5));

    private static long HashOf(string tags) => (long)XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(tags));

    private Statement Sql(string sql) => statements.Get(sql);
}
