using Observatory.Core.Storage.Sqlite;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Storage;

public sealed class WriteTurnTests
{
    [Fact]
    public async Task The_writer_stands_back_for_who_asked_and_never_for_long()
    {
        var turns = new WriteTurns();
        turns.Give();
        var turn = turns.Take();
        var given = Task.Run(turns.Give, TestContext.Current.CancellationToken);
        turn.Dispose();
        turn.Dispose();
        await given.WaitAsync(Patience.Usual, TestContext.Current.CancellationToken);
        // One who never ends holds nobody up.
        using var forgotten = turns.Take();
        await Task.Run(turns.Give, TestContext.Current.CancellationToken).WaitAsync(Patience.Usual, TestContext.Current.CancellationToken);
    }
}
