using System.Globalization;
using Observatory.Core.Events;

namespace Observatory.Core.Ingestion.Otlp;

/// <summary>
/// Makes events of what the readers report, one a request. An item that cannot be right is set aside with its reason; the others go on.
/// This file has what all items share; logs, metrics and spans have one each.
/// </summary>
internal sealed partial class OtlpInterpreter : IOtlpHandler
{
    /// <summary>Of the client's own scopes (<c>….events</c>, <c>….tracing</c>). The name of the service is no sign: anybody may set it.</summary>
    private const string ClientScope = "com.anthropic.claude_code";
    private const string ClientPrefix = "claude_code.";

    private const int ReasonsNamed = 3;

    private readonly Dictionary<(string? User, int Rank), EventBatch> _batches = [];
    private EventBatch? _last;
    private readonly List<string> _reasons = [];
    private int _taken;
    private int _rejected;

    /// <summary>Why the item that is read now cannot be taken, or null.</summary>
    private string? _fault;

    /// <summary>Gives the batches away; counts and reasons go on.</summary>
    public OtlpRequest Finish()
    {
        var message = _rejected == 0 ? null : string.Create(CultureInfo.InvariantCulture,
            $"{_rejected} of {_rejected + _taken} were refused: {string.Join(' ', _reasons)}");
        EventBatch[] batches = [.. _batches.Values];
        _batches.Clear();
        _last = null;
        return new OtlpRequest(batches, _taken, _rejected, message);
    }

    private static bool IsClient(OtlpScope scope) => scope.Name.StartsWith(ClientScope, StringComparison.Ordinal);

    private EventBatch BatchOf(OtlpAttributes item, OtlpScope scope)
    {
        var (user, rank) = OtlpUser.Of(item, scope.Resource);
        if (user?.Length > OtlpLimits.Name) Fail("The user's name is longer than 256 characters.");
        if (_fault is not null) (user, rank) = (null, UserRank.None);
        // Records of one user follow each other, and their names are mostly one string.
        if (_last is not null && _last.UserRank == rank && ReferenceEquals(_last.User, user)) return _last;
        if (!_batches.TryGetValue((user, rank), out var batch))
            _batches[(user, rank)] = batch = new EventBatch { Source = EventSource.Otlp, User = user, UserRank = rank };
        _last = batch;
        return batch;
    }

    private void Reject(OtlpAttributes item, OtlpScope scope, string? name, ulong time)
    {
        _rejected++;
        var reason = _fault!;
        if (_reasons.Count < ReasonsNamed && !_reasons.Contains(reason)) _reasons.Add(reason);
        List<KeyValuePair<string, OtlpValue>> text = [new("scope", OtlpValue.Of(scope.Name)), new("name", OtlpValue.Of(name ?? "")),
            new("time", OtlpValue.Of(time.ToString(CultureInfo.InvariantCulture))), .. item.Items];
        var id = item.Text(OtlpName.RequestId);
        BatchOf(item, scope).DeadLetters.Add(new DeadLetter(EventSource.Otlp, id?.Length > OtlpLimits.Name ? null : id, reason, AttributeJson.Write(text)));
    }

    private void Fail(string reason) => _fault ??= reason;

    /// <summary>Milliseconds; a fault where it claims none. Whatever it claims is a <see cref="Time.ClaimedTime"/>: the numbers end in 2554.</summary>
    private long Instant(ulong nanoseconds)
    {
        if (nanoseconds == 0) Fail("It has no time.");
        return (long)(nanoseconds / 1_000_000);
    }

    private string? Name(OtlpAttributes item, OtlpName attribute)
    {
        var text = item.Text(attribute);
        if (text?.Length > OtlpLimits.Name) Fail($"{OtlpNames.Text(attribute)} is longer than {OtlpLimits.Name} characters.");
        return text;
    }

    private string NameOrUnknown(string? name, string what)
    {
        if (name?.Length > OtlpLimits.Name) Fail($"{what} is longer than {OtlpLimits.Name} characters.");
        return name is { Length: > 0 } ? name : "unknown";
    }

    /// <summary>Null where there is none; some clients write that as "undefined".</summary>
    private long? Number(OtlpAttributes item, OtlpName attribute)
    {
        var value = item[attribute];
        if (!value.Exists || value.TextOnly is "" or "undefined" or "null") return null;
        if (value.TryLong(out var number) && number is >= 0 and <= TokenUsage.Limit) return number;
        Fail($"{OtlpNames.Text(attribute)} is not a whole number from 0 to 10^12.");
        return null;
    }

    /// <summary>The same where it is only told, not counted: what cannot be read is left out.</summary>
    private static long? Duration(OtlpAttributes item, OtlpName attribute) =>
        item[attribute].TryDouble(out var value) && value is >= 0 and <= 1e12 ? (long)Math.Round(value) : null;

    private static string? Version(OtlpAttributes item, OtlpScope scope)
    {
        var version = item.Text(OtlpName.AppVersion) ?? scope.Resource.Text(OtlpName.ServiceVersion);
        return version?.Length > OtlpLimits.Name ? null : version;
    }

    private static string? Short(string? text, int longest) => text is null ? null : AttributeJson.Cut(text, longest);
}
