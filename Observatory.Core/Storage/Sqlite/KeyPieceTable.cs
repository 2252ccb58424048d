using Observatory.Core.Storage.Writing;

namespace Observatory.Core.Storage.Sqlite;

/// <summary>Pieces of keys, appended to one table. Writer only.</summary>
internal sealed class KeyPieceTable(StatementCache statements, string table) : IKeyPieces
{
    public void Read(KeyPieceReader each)
    {
        var select = statements.Get($"SELECT Id, Data FROM {table} ORDER BY Id");
        while (select.Read()) each(select.Int(0), select.Blob(1));
    }

    public byte[] Load(int id)
    {
        var select = statements.Get($"SELECT Data FROM {table} WHERE Id = ?").Bind(id);
        if (!select.Read()) throw new InvalidOperationException($"Keys {id} of {table} are known but not stored.");
        var data = select.Blob(0).ToArray();
        select.Reset();
        return data;
    }

    public void Write(int id, ReadOnlySpan<byte> data) => statements.Get($"INSERT INTO {table} (Id, Data) VALUES (?, ?)").Bind(id).Bind(data).Run();
}
