using System.Globalization;
using System.Text;
using System.Text.Json;
using Observatory.Core.Ingestion.Otlp;

namespace Observatory.Web.Api;

/// <summary>
/// Answers of the protocol in its two encodings: <c>Export…ServiceResponse</c>, whose three kinds differ in a name only, and
/// <c>google.rpc.Status</c> for errors.
/// </summary>
internal static class OtlpAnswers
{
    private const string RetryInfo = "type.googleapis.com/google.rpc.RetryInfo";

    public static byte[] Success(OtlpSignal signal, OtlpEncoding encoding, long rejected, string? message)
    {
        if (encoding == OtlpEncoding.Protobuf) return rejected == 0 ? [] : Bytes(1, [.. Number(1, (ulong)rejected), .. Text(2, message)]);
        if (rejected == 0) return "{}"u8.ToArray();
        return JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>
        {
            // 64-bit numbers are strings in this JSON.
            ["partialSuccess"] = new Dictionary<string, string> { [NameOf(signal)] = rejected.ToString(CultureInfo.InvariantCulture),
                ["errorMessage"] = message ?? "" },
        });
    }

    /// <param name="retryAfter">Seconds, or null.</param>
    public static byte[] Status(OtlpEncoding encoding, int code, string message, int? retryAfter = null)
    {
        if (encoding == OtlpEncoding.Json) return JsonSerializer.SerializeToUtf8Bytes(new { code, message });
        var details = retryAfter is { } seconds ? Bytes(3, [.. Text(1, RetryInfo), .. Bytes(2, Bytes(1, Number(1, (ulong)seconds)))]) : [];
        return [.. Number(1, (ulong)code), .. Text(2, message), .. details];
    }

    private static string NameOf(OtlpSignal signal) => signal switch
    {
        OtlpSignal.Logs => "rejectedLogRecords",
        OtlpSignal.Metrics => "rejectedDataPoints",
        _ => "rejectedSpans",
    };

    private static byte[] Text(int field, string? text) => string.IsNullOrEmpty(text) ? [] : Bytes(field, Encoding.UTF8.GetBytes(text));

    private static byte[] Bytes(int field, byte[] content) => [(byte)(field << 3 | 2), .. Varint((ulong)content.Length), .. content];

    private static byte[] Number(int field, ulong value) => value == 0 ? [] : [(byte)(field << 3), .. Varint(value)];

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>(10);
        for (; value >= 0x80; value >>= 7) bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return [.. bytes];
    }
}
