using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace Observatory.Core.Mail;

/// <summary>
/// Pairs of bars as a PNG without a letter in it: numbers and days stand below it as text, so that a reader with pictures off, in the dark or with a screen
/// reader has them all. Mid tones, which stand out on white and on near-black.
/// </summary>
public static class BarImage
{
    /// <summary>Shown at half of it.</summary>
    public const int Width = 1_104;
    public const int Height = 300;

    private const byte Before = 1;
    private const byte Now = 2;
    private const byte Missing = 3;

    /// <summary>Clear, the time before, this time.</summary>
    private static readonly (byte R, byte G, byte B, byte A)[] s_colors =
        [(0, 0, 0, 0), (0x7C, 0x8A, 0x9E, 255), (0x3B, 0x82, 0xF6, 255), (0x7C, 0x8A, 0x9E, 120)];

    /// <param name="now">One a group; null = nothing is known.</param>
    /// <param name="before">As many, or none.</param>
    public static byte[] Draw(IReadOnlyList<double?> now, IReadOnlyList<double?> before)
    {
        ArgumentNullException.ThrowIfNull(now);
        ArgumentNullException.ThrowIfNull(before);
        var pixels = new byte[Width * Height];
        var most = now.Concat(before).Max(v => v ?? 0);
        var slot = Width / (double)Math.Max(1, now.Count);
        var bars = before.Count > 0 ? 2 : 1;
        var bar = Math.Clamp((int)(slot * 0.72 / bars) - 2, 1, 96);
        for (var i = 0; i < now.Count; i++)
        {
            var left = (int)(slot * i + (slot - bars * bar - (bars - 1) * 4) / 2);
            if (bars == 2 && i < before.Count) Fill(pixels, left, bar, before[i], most, Before);
            Fill(pixels, left + (bars - 1) * (bar + 4), bar, now[i], most, Now);
        }
        // The line that all of them stand on.
        for (var x = 0; x < Width; x++) pixels[(Height - 1) * Width + x] = Missing;
        return Encode(pixels);
    }

    private static void Fill(byte[] pixels, int left, int width, double? value, double most, byte color)
    {
        if (value is not > 0 || most <= 0) return;
        var height = Math.Clamp((int)Math.Round(value.Value / most * (Height - 22)), 2, Height - 1);
        for (var y = Height - height; y < Height; y++)
        {
            for (var x = Math.Max(0, left); x < Math.Min(Width, left + width); x++) pixels[y * Width + x] = color;
        }
    }

    private static byte[] Encode(byte[] pixels)
    {
        using var png = new MemoryStream();
        png.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        var head = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(head, Width);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), Height);
        // Eight bits, colours from a table.
        (head[8], head[9]) = (8, 3);
        Chunk(png, "IHDR", head);
        Chunk(png, "PLTE", [.. s_colors.SelectMany(c => new[] { c.R, c.G, c.B })]);
        Chunk(png, "tRNS", [.. s_colors.Select(c => c.A)]);
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            for (var y = 0; y < Height; y++)
            {
                zlib.WriteByte(0);
                zlib.Write(pixels, y * Width, Width);
            }
        }
        Chunk(png, "IDAT", packed.ToArray());
        Chunk(png, "IEND", []);
        return png.ToArray();
    }

    private static void Chunk(MemoryStream png, string type, byte[] data)
    {
        var bytes = new byte[data.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(bytes, data.Length);
        for (var i = 0; i < 4; i++) bytes[4 + i] = (byte)type[i];
        data.CopyTo(bytes, 8);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(data.Length + 8), Crc32.HashToUInt32(bytes.AsSpan(4, data.Length + 4)));
        png.Write(bytes);
    }
}
