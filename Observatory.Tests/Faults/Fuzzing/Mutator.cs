using System.Text;

namespace Observatory.Tests.Faults.Fuzzing;

/// <summary>Changes bytes the way networks, disks and other people's programs do. Reproducible from the generator it is given.</summary>
internal static class Mutator
{
    private const int MostSteps = 5;
    private const int LongestInput = 64 * 1024;
    private const int DeepestNesting = 2_000;

    private static readonly string[] s_numbers =
    [
        "0", "-0", "-1", "1e400", "-1e400", "1e-400", "1.5", "12.0", "1E+2", "9223372036854775807", "9223372036854775808", "-9223372036854775809",
            "18446744073709551616", "1000000000000", "1000000000001",
        "99999999999999999999999999999999999999999999", "0.1e-9999999999", "1e9999999999999999999", "01", "NaN", "Infinity", "+1", "1.", ".5", "true",
            "null", "\"12\"", "{}", "[1]",
    ];

    private static readonly string[] s_strings =
    [
        "\"\"", "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\ud83d\\ude00\"", "\"\\x\"", "\"\\\"", "\"\u0001\"", "null", "0", "true", "[]", "{}",
            "\"2026-02-30T25:61:61Z\"",
        "\"9999-12-31T23:59:59.9999999+14:00\"", "\"0001-01-01T00:00:00-14:00\"", "\"2026-11-01T12:00:60Z\"", "\"1762000000\"", "\"\uFEFF\"",
            "\"\u202Etxt\"", "\"<script>alert(1)</script>\"", "\"message_sent\"",
        "\"token_usage\"", "\"tool_use\"", "\"assistant\"", "\"user\"", "\"../../etc/passwd\"", "\"" + new string('a', 300) + "\"", "\""
            + new string('\\', 64) + "\"",
    ];

    private static readonly int[] s_all = [.. Enumerable.Range(0, 15)];
    private static readonly int[] s_values = [7, 8, 10];

    private static readonly byte[][] s_invalid = [[0x80], [0xC0, 0xAF], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF, 0xFE], [0],
        [0xEF, 0xBB, 0xBF], [0xF0, 0x9F]];

    /// <param name="other">Something of the same kind, to be spliced in.</param>
    public static byte[] Mutate(byte[] input, byte[] other, Random random)
    {
        var bytes = new List<byte>(input);
        // Half of them stay what they are in form (mostly JSON), so that what lies behind the form is met too.
        var kinds = random.Next(2) == 0 ? s_values : s_all;
        for (var steps = random.Next(1, MostSteps + 1); steps > 0; steps--) Step(bytes, other, kinds[random.Next(kinds.Length)], random);
        return bytes.Count <= LongestInput ? [.. bytes] : [.. bytes[..LongestInput]];
    }

    private static void Step(List<byte> bytes, byte[] other, int kind, Random random)
    {
        if (bytes.Count == 0)
        {
            bytes.AddRange(other);
            return;
        }
        var at = random.Next(bytes.Count);
        var length = Math.Min(bytes.Count - at, random.Next(2) == 0 ? random.Next(1, 9) : random.Next(1, 200));
        switch (kind)
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                bytes.RemoveRange(at, length);
                break;
            case 3:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 4:
                bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, length));
                break;
            case 5 when other.Length > 0:
                var from = random.Next(other.Length);
                bytes.InsertRange(at, other.AsSpan(from, Math.Min(other.Length - from, length)).ToArray());
                break;
            case 6 when other.Length > 0:
                // The first half of one, the second of the other.
                bytes.RemoveRange(at, bytes.Count - at);
                bytes.AddRange(other.AsSpan(random.Next(other.Length)).ToArray());
                break;
            case 7:
                Replace(bytes, at, b => b is >= (byte)'0' and <= (byte)'9' or (byte)'-' or (byte)'.' or (byte)'e' or (byte)'E' or (byte)'+', (byte)'0',
                    (byte)'9', Encoding.UTF8.GetBytes(s_numbers[random.Next(s_numbers.Length)]));
                break;
            case 8:
                String(bytes, at, Encoding.UTF8.GetBytes(s_strings[random.Next(s_strings.Length)]));
                break;
            case 9:
                bytes.InsertRange(at, s_invalid[random.Next(s_invalid.Length)]);
                break;
            case 10:
                Nest(bytes, at, random);
                break;
            case 11:
                Varint(bytes, at, random);
                break;
            case 12:
                bytes.Insert(at, "{}[],:\"\\\n\r\t 0-"u8[random.Next(14)]);
                break;
            case 13:
                // A length of the binary form, or any other small number, a little wrong.
                bytes[at] = (byte)(bytes[at] + random.Next(-3, 4));
                break;
            default:
                var swap = random.Next(bytes.Count);
                (bytes[at], bytes[swap]) = (bytes[swap], bytes[at]);
                break;
        }
    }

    /// <summary>The first number from a place on becomes another.</summary>
    private static void Replace(List<byte> bytes, int at, Func<byte, bool> part, byte first, byte last, byte[] by)
    {
        var start = bytes.FindIndex(at, b => b >= first && b <= last);
        if (start < 0) return;
        var end = start;
        while (end < bytes.Count && part(bytes[end])) end++;
        bytes.RemoveRange(start, end - start);
        bytes.InsertRange(start, by);
    }

    /// <summary>The first string from a place on becomes another value.</summary>
    private static void String(List<byte> bytes, int at, byte[] by)
    {
        var start = bytes.IndexOf((byte)'"', at);
        if (start < 0) return;
        var end = bytes.IndexOf((byte)'"', start + 1);
        if (end < 0) return;
        bytes.RemoveRange(start, end - start + 1);
        bytes.InsertRange(start, by);
    }

    private static void Nest(List<byte> bytes, int at, Random random)
    {
        var depth = random.Next(3) switch { 0 => random.Next(1, 5), 1 => random.Next(60, 70), _ => random.Next(1, DeepestNesting) };
        var colon = bytes.IndexOf((byte)':', at);
        if (colon < 0) return;
        var (open, close) = random.Next(2) == 0 ? ("["u8.ToArray(), "]"u8.ToArray()) : ("{\"x\":"u8.ToArray(), "}"u8.ToArray());
        var text = Enumerable.Repeat(open, depth).SelectMany(b => b).Append((byte)'1');
        // Mostly closed again.
        if (random.Next(4) != 0) text = text.Concat(Enumerable.Repeat(close, depth).SelectMany(b => b));
        bytes.InsertRange(colon + 1, text.Append((byte)',').Concat("\"y\":"u8.ToArray()));
    }

    /// <summary>Lengths and numbers of the binary form: huge, overlong, negative, or cut.</summary>
    private static void Varint(List<byte> bytes, int at, Random random)
    {
        byte[] value = random.Next(6) switch
        {
            0 => [0xFF, 0xFF, 0xFF, 0xFF, 0x0F],
            1 => [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
            2 => [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
            3 => [0xFF, 0xFF, 0xFF, 0xFF, 0x07],
            4 => [0x80],
            _ => [(byte)(0x80 | random.Next(128)), (byte)random.Next(128)],
        };
        bytes.RemoveAt(at);
        bytes.InsertRange(at, value);
    }
}
