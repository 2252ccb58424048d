using Observatory.Core.Ingestion;

namespace Observatory.Web.Components.Pages.GetStarted;

/// <summary>Speed and time left of an import, from what was seen of it in the last seconds.</summary>
public sealed class ImportWatch
{
    private const double Window = 10;

    private readonly Queue<(long At, long Bytes)> _seen = [];

    /// <summary>Bytes a second; null until enough was seen.</summary>
    public double? Rate { get; private set; }

    /// <summary>Seconds; null while it cannot be told.</summary>
    public double? Left { get; private set; }

    /// <param name="now">Unix ms.</param>
    public void See(ImportSnapshot import, long now)
    {
        if (!import.Running)
        {
            _seen.Clear();
            (Rate, Left) = (null, null);
            return;
        }
        _seen.Enqueue((now, import.BytesDone));
        while (_seen.Count > 2 && (now - _seen.Peek().At) / 1000.0 > Window) _seen.Dequeue();
        var (at, bytes) = _seen.Peek();
        var seconds = (now - at) / 1000.0;
        Rate = seconds < 1 || import.BytesDone <= bytes ? null : (import.BytesDone - bytes) / seconds;
        Left = Rate is null ? null : Math.Max(1, (import.BytesTotal - import.BytesDone) / Rate.Value);
    }
}
