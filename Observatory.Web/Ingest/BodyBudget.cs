namespace Observatory.Web.Ingest;

/// <summary>Bytes that the bodies of all requests in flight may hold together. Whoever finds it used up is asked to come again.</summary>
internal sealed class BodyBudget(long limit = BodyBudget.Default)
{
    public const long Default = 48 * 1024 * 1024;

    private long _free = limit;

    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _free, -bytes) >= 0) return true;
        Interlocked.Add(ref _free, bytes);
        return false;
    }

    public void Give(long bytes) => Interlocked.Add(ref _free, bytes);
}
