using System.Buffers.Binary;
using System.IO.Compression;
using System.Text.Json;
using Observatory.Core.Ingestion.Otlp;

namespace Observatory.Tests.Support;

/// <summary>Bodies that the real client sent (<c>otlp</c> of a folder of fixtures).</summary>
/// <param name="Protocol"><c>http/json</c>, <c>http/protobuf</c> or <c>grpc</c>.</param>
/// <param name="Bytes">As sent: gzip where <paramref name="IsGzip"/>, framed where gRPC.</param>
internal sealed record OtlpFixture(string File, string Run, string Version, string Protocol, OtlpSignal Signal, bool IsGzip, byte[] Bytes)
{
    public static string Folder { get; } = Path.Combine(Fixture.Root, "otlp");

    public OtlpEncoding Encoding => Protocol == "http/json" ? OtlpEncoding.Json : OtlpEncoding.Protobuf;

    /// <summary>Requests in it, decompressed and out of their frames.</summary>
    public IEnumerable<byte[]> Requests
    {
        get
        {
            if (Protocol != "grpc")
            {
                yield return IsGzip ? Unzip(Bytes) : Bytes;
                yield break;
            }
            for (var at = 0; at < Bytes.Length;)
            {
                var length = BinaryPrimitives.ReadInt32BigEndian(Bytes.AsSpan(at + 1));
                yield return Bytes[(at + 5)..(at + 5 + length)];
                at += 5 + length;
            }
        }
    }

    /// <summary>Those of Fixtures/claude-code.</summary>
    public static IReadOnlyList<OtlpFixture> All { get; } = Load(Folder);

    public IEnumerable<OtlpRequest> Read() => Requests.Select(body => OtlpRequest.Read(Signal, Encoding, body));

    public static byte[] Zip(byte[] plain)
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(plain);
        return zipped.ToArray();
    }

    private static byte[] Unzip(byte[] zipped)
    {
        using var plain = new MemoryStream();
        using var gzip = new GZipStream(new MemoryStream(zipped), CompressionMode.Decompress);
        gzip.CopyTo(plain);
        return plain.ToArray();
    }

    public static List<OtlpFixture> Load(string folder)
    {
        using var index = JsonDocument.Parse(System.IO.File.ReadAllBytes(Path.Combine(folder, "index.json")));
        return [.. index.RootElement.EnumerateArray().Select(e => new OtlpFixture(
            e.GetProperty("file").GetString()!, e.GetProperty("run").GetString()!, e.GetProperty("client_version").GetString()!, e.GetProperty("protocol")
                .GetString()!,
            Enum.Parse<OtlpSignal>(e.GetProperty("signal").GetString()!, ignoreCase: true), e.GetProperty("headers").TryGetProperty("content-encoding", out _),
            System.IO.File.ReadAllBytes(Path.Combine(folder, e.GetProperty("file").GetString()!))))];
    }
}
