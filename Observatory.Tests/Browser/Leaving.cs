using Microsoft.Playwright;

namespace Observatory.Tests.Browser;

/// <summary>
/// Closes a context at the end of a block. The browser now and then never answers that it is closed, where a page of the context was being led elsewhere at
/// that moment: a test whose work is done must not wait for it for ever, and take the whole run with it.
/// </summary>
internal sealed class Leaving(IBrowserContext context) : IAsyncDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    public ValueTask DisposeAsync() => CloseAsync(context.CloseAsync());

    /// <summary>What does not close within the limit ends with the browser, and the browser with the run.</summary>
    public static async ValueTask CloseAsync(Task closing)
    {
        try
        {
            await closing.WaitAsync(s_limit);
        }
        catch (TimeoutException)
        {
            await Console.Error.WriteLineAsync("A context of the browser did not close; it is left behind.");
        }
    }
}
