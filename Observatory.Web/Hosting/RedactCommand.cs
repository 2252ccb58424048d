using System.Text;
using Observatory.Core;
using Observatory.Core.Privacy;

namespace Observatory.Web.Hosting;

/// <summary><c>redact</c>: reads a text from standard input and prints what would be kept of it. It needs no server and touches no data.</summary>
internal static class RedactCommand
{
    public const string Help =
        """
        Prints what the Observatory would keep of a text, by its content setting (Observatory__Privacy__Content).

            dotnet run --project Observatory.Web -- redact < notes.txt
            echo 'export DB_PASSWORD=hunter2' | dotnet run --project Observatory.Web -- redact
            dotnet run --project Observatory.Web -- redact --Observatory:Privacy:Content=Counts < notes.txt

        It reads standard input to its end, as UTF-8, of any length. What is taken out leaves a mark: [redacted:github].
        Stored texts are cut besides: a prompt at 8,000 characters, a command at 500, an error output at its last 2,000.

        Exit codes: 0 = done; 1 = it could not be read or written, a setting is wrong, or a part could not be checked
        and is left out ([redacted:unchecked]).
        """;

    /// <param name="notes">Where people are told what is not part of the text.</param>
    /// <param name="isTyped">Somebody sits at the other end and is to be told what is waited for.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(ContentMode mode, Stream input, Stream output, TextWriter notes, bool isTyped, CancellationToken cancel = default)
    {
        if (mode == ContentMode.Counts)
        {
            await notes.WriteLineAsync("Content is Counts: no text is kept, only its length.");
            return 0;
        }
        if (mode == ContentMode.Full) await notes.WriteLineAsync("Content is Full: texts are kept as they are.");
        if (isTyped) await notes.WriteLineAsync("Paste a text, then press Ctrl+D (Windows: Ctrl+Z, Enter). --help says more.");
        try
        {
            if (mode == ContentMode.Full)
            {
                await input.CopyToAsync(output, cancel);
                return 0;
            }
            using var reader = new StreamReader(input, new UTF8Encoding(false), leaveOpen: true);
            await using var writer = new StreamWriter(output, new UTF8Encoding(false), leaveOpen: true);
            if (await new TextStreamRedactor(new Redactor()).CopyAsync(reader, writer, cancel)) return 0;
            await notes.WriteLineAsync($"A part could not be checked and is left out: {TextStreamRedactor.Unchecked} stands in its place.");
        }
        catch (IOException e)
        {
            await notes.WriteLineAsync($"The text could not be read or written: {e.Message}");
        }
        return 1;
    }
}
