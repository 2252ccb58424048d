using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Observatory.Core.Exports;
using Observatory.Core.Exports.Csv;
using Observatory.Core.Exports.Tables;
using Observatory.Tests.Support;
using Observatory.Web.Exports;
using Xunit;

namespace Observatory.Tests.Unit.Exports;

/// <summary>An answer on its way: whole or broken, never waited for, and gone with its reader.</summary>
public sealed class SpoolTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1_000)]
    [InlineData(524_288)]
    [InlineData(3_000_001)]
    public async Task What_is_written_is_read_in_pieces_of_any_size(int length)
    {
        using var folder = new TempFolder();
        var bytes = RandomNumberGenerator.GetBytes(length);
        using var read = new MemoryStream();
        using (var spool = new Spool(folder.Path))
        {
            var reading = spool.CopyAsync(read, CancellationToken.None);
            var random = new Random(length);
            for (var at = 0; at < length;)
            {
                var piece = Math.Min(length - at, random.Next(1, 200_000));
                await spool.WriteAsync(bytes.AsMemory(at, piece));
                at += piece;
            }
            spool.Complete(null);
            await reading.WaitAsync(Patience.Usual);
        }
        Assert.Equal(bytes, read.ToArray());
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task The_store_is_let_go_of_while_a_slow_reader_still_reads()
    {
        using var folder = new TempFolder();
        var moment = new Moment();
        var body = new HeldStream();
        var answering = AnswerAsync(folder, moment, Rows(200_000), body, CancellationToken.None);
        await Patience.UntilAsync(() => moment.IsLetGo);
        Assert.False(answering.IsCompleted);
        body.Release();
        await answering.WaitAsync(Patience.Usual);
        Assert.Equal(200_000, body.Lines - 1);
    }

    [Fact]
    public async Task A_reader_that_goes_away_ends_the_work()
    {
        using var folder = new TempFolder();
        using var gone = new CancellationTokenSource();
        var moment = new Moment();
        var body = new HeldStream();
        var answering = AnswerAsync(folder, moment, Endless(), body, gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answering.WaitAsync(Patience.Usual));
        Assert.True(moment.IsLetGo);
        Assert.Empty(Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_fault_in_the_middle_breaks_the_answer()
    {
        using var folder = new TempFolder();
        var moment = new Moment();
        var body = new HeldStream();
        body.Release();
        var fault = await Assert.ThrowsAsync<IOException>(() => AnswerAsync(folder, moment, Failing(), body, CancellationToken.None).WaitAsync(Patience.Usual));
        Assert.IsType<InvalidDataException>(fault.InnerException);
        Assert.True(moment.IsLetGo);
    }

    private static Task AnswerAsync(TempFolder folder, Moment moment, IAsyncEnumerable<object?[]> rows, Stream body, CancellationToken gone)
    {
        var table = new ExportTable(Tables.Request(), [new("n", ColumnType.Whole, "N"), new("t", ColumnType.Text, "T")], rows, moment);
        var context = new DefaultHttpContext
        {
            RequestServices = new ServiceCollection().AddSingleton(new ExportFolder(folder.Path)).BuildServiceProvider(), RequestAborted = gone,
        };
        context.Response.Body = body;
        return new ExportAnswer(table, CsvFormat.Plain, "x.csv").ExecuteAsync(context);
    }

    private static IAsyncEnumerable<object?[]> Rows(int count) => Enumerable.Range(0, count).Select(i => new object?[] { (long)i,
        "some text" }).ToAsyncEnumerable();

    private static async IAsyncEnumerable<object?[]> Endless()
    {
        for (var i = 0L; ; i++)
        {
            yield return [i, "some text"];
            if (i % 1_000 == 0) await Task.Yield();
        }
    }

    private static async IAsyncEnumerable<object?[]> Failing()
    {
        await foreach (var row in Rows(50_000)) yield return row;
        throw new InvalidDataException("A part of the store is damaged.");
    }

    private sealed class Moment : IAsyncDisposable
    {
        private volatile bool _isLetGo;

        public bool IsLetGo => _isLetGo;

        public ValueTask DisposeAsync()
        {
            _isLetGo = true;
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>Takes nothing until it is released.</summary>
    private sealed class HeldStream : MemoryStream
    {
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Lines => System.Text.Encoding.UTF8.GetString(ToArray()).Count(c => c == '\n');

        public void Release() => _released.SetResult();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await _released.Task.WaitAsync(cancellationToken);
            await base.WriteAsync(buffer, cancellationToken);
        }
    }
}
