using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Observatory.Core.Pricing;

namespace Observatory.Web.Api;

/// <summary>A row of prices as somebody sent it, with everything that is wrong with it.</summary>
internal sealed class PriceBody
{
    /// <summary>USD for a million tokens; dearer ones would leave the range of sums.</summary>
    private const decimal Highest = 1_000;

    private const int LongestModel = 200, LongestWord = 60, LongestSource = 300;

    private static readonly string[] s_known =
        ["model", "validFrom", "validTo", "input", "output", "cacheWrite5m", "cacheWrite1h", "cacheRead", "webSearch", "speed", "tier", "region", "source"];

    private readonly FieldReader _body;

    private PriceBody(FieldReader body) => _body = body;

    /// <summary>Null = it is wrong, or nothing was sent where that is allowed.</summary>
    public PriceRow? Row { get; private init; }

    /// <summary>Of the row that it is to stand for, in a preview.</summary>
    public string? Id { get; private init; }

    public bool IsGood => _body.IsGood;

    public ProblemHttpResult Problem() => _body.Problem();

    public static async Task<PriceBody> ReadAsync(HttpRequest request, CancellationToken cancel, bool isOptional = false)
    {
        var body = await FieldReader.ReadAsync(request, [.. s_known, .. isOptional ? ["id"] : Array.Empty<string>()],
            isOptional ? ["own", "minPrompt"] : ["id", "own", "minPrompt"], cancel);
        if (!body.IsGood || isOptional && !body.Has("model")) return new PriceBody(body);
        var row = Read(body);
        return new PriceBody(body) { Row = body.IsGood ? row : null, Id = isOptional && body.Has("id") ? body.Text("id", LongestModel) : null };
    }

    private static PriceRow Read(FieldReader body)
    {
        var model = body.Text("model", LongestModel)?.Trim();
        if (model is { Length: 0 }) body.Wrong("model", "is empty");
        var (input, output) = (Price(body, "input"), Price(body, "output"));
        var row = new PriceRow(
            ModelId.Normalize(model ?? ""), At(body, "validFrom") ?? long.MinValue, At(body, "validTo") ?? long.MaxValue, 0, Speed(body), input ?? 0,
            // What an issuer does not price apart costs what it costs as input, by the rules of the list.
            Price(body, "cacheWrite5m", isNeeded: false) ?? (input ?? 0) * 1.25m, Price(body, "cacheWrite1h", isNeeded: false) ?? (input ?? 0) * 2,
            Price(body, "cacheRead", isNeeded: false) ?? (input ?? 0) * 0.1m, output ?? 0, false, false, body.Text("source", LongestSource, isNeeded: false)
                ?? "")
        {
            Tier = Word(body, "tier"), Region = Word(body, "region"), WebSearch = Price(body, "webSearch", isNeeded: false),
        };
        if (row.ValidFrom >= row.ValidTo) body.Wrong("validTo", "is not later than validFrom");
        return row;
    }

    private static decimal? Price(FieldReader body, string field, bool isNeeded = true)
    {
        if (body.Value(field) is not { } value)
        {
            if (isNeeded) body.Wrong(field, "is missing");
            return null;
        }
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var price) && price is >= 0 and <= Highest) return price;
        body.Wrong(field, $"is no number from 0 to {Highest}");
        return null;
    }

    private static long? At(FieldReader body, string field)
    {
        if (body.Value(field) is not { } value) return null;
        try
        {
            if (value.ValueKind == JsonValueKind.String) return Instants.Parse(field, value.GetString()!).ToUnixTimeMilliseconds();
            body.Wrong(field, "is no text");
        }
        catch (BadParameterException bad)
        {
            body.Wrong(field, bad.Message[(field.Length + 1)..^1]);
        }
        return null;
    }

    private static bool Speed(FieldReader body)
    {
        var speed = body.Text("speed", LongestWord, isNeeded: false);
        if (speed is not (null or "fast")) body.Wrong("speed", "is neither fast nor left out");
        return speed == "fast";
    }

    private static string? Word(FieldReader body, string field) => body.Text(field, LongestWord, isNeeded: false)?.Trim() is { Length: > 0 } word ? word : null;
}
