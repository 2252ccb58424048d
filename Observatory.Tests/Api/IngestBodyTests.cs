using System.IO.Compression;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Observatory.Tests.Support;
using Observatory.Web.Ingest;
using Xunit;

namespace Observatory.Tests.Api;

/// <summary>What becomes of bodies: each encoding, each way to be broken, each limit.</summary>
public sealed class IngestBodyTests
{
    private const BodyEncodings Both = BodyEncodings.Gzip | BodyEncodings.Brotli;

    private static readonly byte[] s_text = [.. Enumerable.Range(0, 50_000).Select(i => (byte)"{\"id\":1234567890,\"type\":\"x\"}\n"[i * 7 % 29])];

    private readonly BodyBudget _budget = new();

    [Theory]
    [InlineData(null, 200)]
    [InlineData("", 200)]
    [InlineData("identity", 200)]
    [InlineData("gzip", 200)]
    [InlineData("GZIP", 200)]
    [InlineData("x-gzip", 200)]
    [InlineData("br", 200)]
    [InlineData("zstd", 415)]
    [InlineData("deflate", 415)]
    [InlineData("gzip, gzip", 415)]
    [InlineData("gzip,br", 415)]
    [InlineData("nonsense", 415)]
    public async Task Encodings(string? encoding, int status)
    {
        var bytes = encoding?.ToLowerInvariant() switch { "gzip" or "x-gzip" => Gzip(s_text), "br" => Brotli(s_text), _ => s_text };
        foreach (var piece in new[] { 1, 7, 4_096, int.MaxValue })
        {
            var (given, body) = await ReadAsync(bytes, encoding, piece: piece);
            Assert.Equal(status, given);
            if (status == 200) Assert.Equal(s_text, body);
        }
        Assert.True(_budget.TryTake(BodyBudget.Default));
    }

    [Fact]
    public async Task An_encoding_that_the_endpoint_does_not_want_is_refused()
    {
        Assert.Equal(415, (await ReadAsync(Brotli(s_text), "br", BodyEncodings.Gzip)).Status);
        Assert.Equal(415, (await ReadAsync(Gzip(s_text), "gzip", BodyEncodings.None)).Status);
    }

    [Fact]
    public async Task Several_encodings_in_several_headers_are_refused()
    {
        var context = new DefaultHttpContext();
        context.Request.Body = new MemoryStream(s_text);
        context.Request.Headers.ContentEncoding = new(["gzip", "br"]);
        Assert.Equal(415, (await new BodyReader(_budget).ReadAsync(context.Request, Both, CancellationToken.None)).Refusal!.Status);
    }

    [Fact]
    public async Task Several_gzip_members_are_one_body()
    {
        var (_, body) = await ReadAsync([.. Gzip(s_text), .. Gzip(s_text)], "gzip");
        Assert.Equal(s_text.Concat(s_text), body);
    }

    [Fact]
    public async Task Data_that_is_cut_anywhere_is_refused()
    {
        var small = s_text[..3_000];
        foreach (var (encoding, whole) in new[] { ("gzip", Gzip(small)), ("br", Brotli(small)) })
        {
            for (var length = 1; length < whole.Length; length++) Assert.Equal((encoding, length, 400),
                (encoding, length, (await ReadAsync(whole[..length], encoding)).Status));
            Assert.Equal(400, (await ReadAsync([.. whole, 1, 2, 3], encoding)).Status);
            Assert.Equal(200, (await ReadAsync([], encoding)).Status);
            Assert.Equal(400, (await ReadAsync(s_text, encoding)).Status);
        }
        Assert.True(_budget.TryTake(BodyBudget.Default));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task The_limit_is_exact_and_holds_after_decompression(string? encoding)
    {
        foreach (var (size, status) in new[] { (BodyReader.Limit, 200), (BodyReader.Limit + 1, 413), (BodyReader.Limit + 100, 413) })
        {
            var bytes = new byte[size];
            bytes = encoding switch { "gzip" => Gzip(bytes), "br" => Brotli(bytes), _ => bytes };
            var (given, body) = await ReadAsync(bytes, encoding);
            Assert.Equal((size, status), (size, given));
            if (status == 200) Assert.Equal(size, body!.Length);
        }
        Assert.True(_budget.TryTake(BodyBudget.Default));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task A_bomb_takes_no_more_than_the_limit(string encoding)
    {
        var bomb = encoding == "gzip" ? Gzip(new byte[200_000_000]) : Brotli(new byte[200_000_000]);
        Assert.True(bomb.Length < 1_000_000);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        Assert.Equal(413, (await ReadAsync(bomb, encoding)).Status);
        // Each growth doubles: all steps together are at most twice the limit. Other tests run beside this one.
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 3 * BodyReader.Limit);
        Assert.True(_budget.TryTake(BodyBudget.Default));
    }

    [Fact]
    public async Task A_body_that_never_ends_is_cut_off()
    {
        // Members without content: nothing comes out, whatever goes in.
        byte[] empty = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        var many = new byte[BodyReader.Limit / empty.Length * empty.Length + 10 * empty.Length];
        for (var i = 0; i < many.Length; i += empty.Length) empty.CopyTo(many, i);
        Assert.Equal(413, (await ReadAsync(many, "gzip", length: false)).Status);
    }

    /// <summary>Headers promise, bytes come: what does not come holds nothing that others need.</summary>
    [Fact]
    public async Task Promised_bodies_that_do_not_come_take_no_room()
    {
        using var over = new CancellationTokenSource();
        var reader = new BodyReader(_budget);
        var waiting = Enumerable.Range(0, 8).Select(_ =>
        {
            var context = new DefaultHttpContext();
            context.Request.Body = new Never(1_000);
            context.Request.ContentLength = BodyReader.Limit;
            return reader.ReadAsync(context.Request, Both, over.Token).AsTask();
        }).ToList();
        Assert.True(_budget.TryTake(BodyBudget.Share));
        _budget.Give(BodyBudget.Share);
        await over.CancelAsync();
        foreach (var body in waiting) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => body);
        Assert.True(_budget.TryTake(BodyBudget.Default));
    }

    [Fact]
    public void One_caller_leaves_room_for_the_others()
    {
        var (one, other) = (_budget.Of(Caller("key:1")), _budget.Of(Caller("key:2")));
        Assert.Same(one, _budget.Of(Caller("key:1")));
        Assert.True(one.TryTake(BodyReader.Limit));
        Assert.False(one.TryTake(BodyReader.Limit));
        Assert.True(other.TryTake(BodyBudget.Default - BodyBudget.Share));
        Assert.False(other.TryTake(BodyReader.Limit));
        one.Give(BodyReader.Limit);
        other.Give(BodyBudget.Default - BodyBudget.Share);
        Assert.True(_budget.TryTake(BodyBudget.Default));

        static ClaimsPrincipal Caller(string id) => new(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, id)], "test"));
    }

    [Fact]
    public async Task A_body_has_a_time_by_which_all_of_it_has_come()
    {
        var clock = new FakeTimeProvider();
        var context = new DefaultHttpContext();
        context.Request.Body = new Never(1_000);
        context.Request.ContentLength = BodyReader.Limit;
        var reading = new BodyReader(_budget, clock).ReadAsync(context.Request, Both, CancellationToken.None).AsTask();
        Assert.False(reading.IsCompleted);
        clock.Advance(BodyReader.Patience + TimeSpan.FromSeconds(1));
        Assert.Equal(408, (await reading.WaitAsync(Patience.Usual)).Refusal!.Status);
        Assert.True(_budget.TryTake(BodyBudget.Default));
    }

    /// <summary>Gives a few bytes and then no more.</summary>
    private sealed class Never(int few) : ForwardStream
    {
        private int _left = few;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_left == 0) await Task.Delay(Timeout.Infinite, cancellationToken);
            var read = Math.Min(_left, buffer.Length);
            _left -= read;
            return read;
        }
    }

    [Fact]
    public async Task A_used_up_budget_asks_to_come_again_and_is_given_back()
    {
        var reader = new BodyReader(new BodyBudget(2_000_000));
        var first = await ReadAsync(reader, new byte[600_000], null);
        Assert.NotNull(first.Body);
        var second = await ReadAsync(reader, new byte[600_000], null);
        Assert.Equal((429, 1), (second.Refusal!.Status, second.Refusal.RetryAfter));
        first.Body.Dispose();
        first.Body.Dispose();
        using var third = (await ReadAsync(reader, new byte[600_000], null)).Body;
        Assert.NotNull(third);
    }

    [Theory]
    [InlineData(1_500_000, 429)]
    [InlineData(600_000, 200)]
    public async Task A_released_body_keeps_its_share_of_the_budget_where_it_is_large(int size, int whileReleased)
    {
        var reader = new BodyReader(new BodyBudget(2_000_000));
        var first = (await ReadAsync(reader, new byte[size], null)).Body!;
        first.Release();
        Assert.Equal(0, first.Memory.Length);
        using (var second = await TryAsync()) Assert.Equal(whileReleased == 200, second is not null);
        first.Dispose();
        first.Dispose();
        using (var third = await TryAsync()) Assert.NotNull(third);
        // Given back once: twice would leave room for two.
        using var fourth = (await ReadAsync(reader, new byte[1_500_000], null)).Body;
        Assert.Equal(429, (await ReadAsync(reader, new byte[1_500_000], null)).Refusal?.Status);

        async Task<IngestBody?> TryAsync() => (await ReadAsync(reader, new byte[size], null)).Body;
    }

    private async Task<(int Status, byte[]? Body)> ReadAsync(byte[] bytes, string? encoding, BodyEncodings allowed = Both, int piece = int.MaxValue,
        bool length = true)
    {
        var reading = await ReadAsync(new BodyReader(_budget), bytes, encoding, allowed, piece, length);
        if (!reading.TryGet(out var body, out var refusal)) return (refusal.Status, null);
        using (body) return (200, body.Memory.ToArray());
    }

    private static ValueTask<BodyReading> ReadAsync(BodyReader reader, byte[] bytes, string? encoding, BodyEncodings allowed = Both,
        int piece = int.MaxValue, bool length = true)
    {
        var context = new DefaultHttpContext();
        context.Request.Body = new Pieces(bytes, piece);
        if (length) context.Request.ContentLength = bytes.Length;
        if (encoding is not null) context.Request.Headers.ContentEncoding = encoding;
        return reader.ReadAsync(context.Request, allowed, CancellationToken.None);
    }

    private static byte[] Gzip(byte[] bytes) => Compress(bytes, to => new GZipStream(to, CompressionLevel.Optimal));

    private static byte[] Brotli(byte[] bytes) => Compress(bytes, to => new BrotliStream(to, CompressionLevel.Fastest));

    private static byte[] Compress(byte[] bytes, Func<Stream, Stream> encoder)
    {
        var to = new MemoryStream();
        using (var stream = encoder(to)) stream.Write(bytes);
        return to.ToArray();
    }

    private sealed class Pieces(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }
}
