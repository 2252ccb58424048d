using System.Globalization;
using Observatory.Core.Events;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Storage.Sqlite.Blocks;
using Observatory.Core.Storage.Writing;
using SQLitePCL;

namespace Observatory.Core.Storage.Sqlite;

/// <summary>Insert, update and load of one kind of item over prepared statements, as rows or, where many come at once, as blocks. Writer only.</summary>
internal sealed class ItemTable<T> : IItemRows<T>, IDisposable where T : ItemEntity, new()
{
    private readonly ItemColumns<T> _columns;
    private readonly BlockTable<T>? _blocks;
    private readonly Statement _insert;
    private readonly Statement _change;
    private readonly Statement _replace;
    private readonly Statement _load;
    private readonly Statement _byConversation;
    private readonly Statement _keys;
    private readonly Statement _last;
    private readonly sqlite3 _connection;
    private readonly TransactionGate _gate;
    private readonly Statement _delete;
    private readonly List<T> _forBlocks = [];
    private readonly RowBuffer _before;
    private readonly RowBuffer _after;

    /// <param name="blocks">Null = every item is a row.</param>
    public ItemTable(sqlite3 connection, TransactionGate gate, ItemColumns<T> columns, BlockTable<T>? blocks = null)
    {
        (_connection, _gate, _columns, _blocks) = (connection, gate, columns, blocks);
        (_before, _after) = (new RowBuffer(columns.Names.Count), new RowBuffer(columns.Names.Count));
        var (table, all) = (columns.Table, string.Join(", ", columns.Names));
        var marks = string.Join(", ", Enumerable.Repeat("?", columns.Names.Count));
        // A row is always written whole. REPLACE copies each page that it changes into a journal of its own, in case it must be undone: not for new rows.
        _insert = new Statement(connection, $"INSERT INTO {table} ({all}) VALUES ({marks})", gate);
        // What indexes hold seldom changes; a statement that does not name it does not touch them.
        _change = new Statement(connection,
            $"UPDATE {table} SET {string.Join(", ", columns.Names.Where((_, i) => !ItemColumns.IsIndexed(i)).Select(c => c + " = ?"))} WHERE Id = ?", gate);
        _replace = new Statement(connection, $"INSERT OR REPLACE INTO {table} ({all}) VALUES ({marks})", gate);
        _load = new Statement(connection, $"SELECT {all} FROM {table} WHERE Id = ?", gate);
        _byConversation = new Statement(connection, $"SELECT {all} FROM {table} WHERE ConversationId = ?", gate);
        _keys = new Statement(connection, $"SELECT Id, KeyHigh, KeyLow FROM {columns.View} WHERE Id > ? AND Id <= ? ORDER BY Id", gate);
        _last = new Statement(connection, $"SELECT COALESCE(MAX(Id), 0) FROM {table}", gate);
        _delete = new Statement(connection, $"DELETE FROM {table} WHERE Id = ?", gate);
    }

    public List<T> Matching(RowFilter filter, int lastId, int most)
    {
        var rows = new List<T>();
        var where = (filter.Project is { } project ? string.Create(CultureInfo.InvariantCulture, $" AND ProjectId = {project}") : "")
            + NotIn("ProjectId", filter.ExceptProjects) + NotIn("UserId", filter.ExceptUsers);
        // Asked once for thousands of rows: not worth keeping.
        using var statement = new Statement(
            _connection, $"SELECT {string.Join(", ", _columns.Names)} FROM {_columns.View} WHERE At < ? AND Id <= ?{where} LIMIT ?", _gate);
        statement.Bind(filter.Before).Bind(lastId).Bind(most);
        while (statement.Read()) rows.Add(_columns.Read(statement));
        return rows;
    }

    private static string NotIn(string column, IReadOnlyList<int> values) =>
        values.Count == 0 ? "" : $" AND {column} NOT IN ({string.Join(", ", values.Select(v => v.ToString(CultureInfo.InvariantCulture)))})";

    public void Remove(IReadOnlyList<int> ids)
    {
        var inBlocks = new List<int>();
        foreach (var id in ids)
        {
            if (_delete.Bind(id).RunAndCount() == 0) inBlocks.Add(id);
        }
        _blocks?.Remove(inBlocks);
    }

    public IEnumerable<(int Id, ulong High, ulong Low)> Keys(int after, int last)
    {
        _keys.Bind(after).Bind(last);
        while (_keys.Read()) yield return (_keys.Int(0), (ulong)_keys.Long(1), (ulong)_keys.Long(2));
    }

    public int LastId()
    {
        var last = _blocks?.LastId() ?? 0;
        while (_last.Read()) last = Math.Max(last, _last.Int(0));
        return last;
    }

    public void Add(IReadOnlyList<Change<T>> rows)
    {
        if (_blocks is null)
        {
            for (var i = 0; i < rows.Count; i++) Insert(rows[i].After);
            return;
        }
        _forBlocks.Clear();
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i].After;
            // Lines are told again and again while their file grows, and change with it: theirs are rows.
            if (SourceRank.IsLines((EventSource)row.Origin)) Insert(row);
            else _forBlocks.Add(row);
        }
        var written = _blocks.Add(_forBlocks);
        for (var i = written; i < _forBlocks.Count; i++) Insert(_forBlocks[i]);
    }

    public void Replace(T before, T after)
    {
        _columns.Write(_before, before);
        _columns.Write(_after, after);
        if (_before.Equals(_after)) return;
        if (_blocks?.Leave(after.Id) == true) _insert.Bind(_after).Run();
        else if (before.ConversationId == after.ConversationId && before.At == after.At && before.AgentId == after.AgentId) Change(after.Id);
        else _replace.Bind(_after).Run();
    }

    private void Change(int id)
    {
        for (var i = 0; i < _columns.Names.Count; i++)
        {
            if (!ItemColumns.IsIndexed(i)) _change.Bind(_after, i);
        }
        _change.Bind(id).Run();
    }

    private void Insert(T row)
    {
        _columns.Write(_after, row);
        _insert.Bind(_after).Run();
    }

    public T Load(int id)
    {
        _load.Bind(id);
        if (!_load.Read()) return _blocks?.Load(id) ?? throw new InvalidOperationException($"{typeof(T).Name} {id} is in the index but not in the table.");
        var row = _columns.Read(_load);
        _load.Reset();
        return row;
    }

    public T? Find(int id)
    {
        _load.Bind(id);
        if (!_load.Read()) return _blocks?.Find(id);
        var row = _columns.Read(_load);
        _load.Reset();
        return row;
    }

    public IEnumerable<T> OfConversation(int conversation)
    {
        _byConversation.Bind(conversation);
        while (_byConversation.Read()) yield return _columns.Read(_byConversation);
        if (_blocks is null) yield break;
        foreach (var row in _blocks.OfConversation(conversation)) yield return row;
    }

    public void Dispose()
    {
        _blocks?.Dispose();
        _insert.Dispose();
        _change.Dispose();
        _replace.Dispose();
        _load.Dispose();
        _byConversation.Dispose();
        _keys.Dispose();
        _last.Dispose();
        _delete.Dispose();
    }
}
