using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Observatory.Core;
using Observatory.Core.Storage;

namespace Observatory.Web.Hosting;

/// <summary>The failures of a start that have a plain cause, as one line. All others keep their stack trace.</summary>
internal static class StartFailure
{
    public static string? Explain(Exception error) => error switch
    {
        StartRefusedException refused => OneLine(refused.Message),
        IOException { InnerException: AddressInUseException } => InUse(error.Message),
        // An address that this machine does not have, or a port that this account may not open.
        SocketException => OneLine($"Urls: the server cannot listen there: {error.Message}."),
        InvalidOperationException when error.Message.StartsWith("Unable to configure HTTPS", StringComparison.Ordinal) =>
            "Urls: an https address needs a certificate. Set Kestrel:Certificates:Default:Path and Password.",
        // A level under Logging:LogLevel that is none; the message repeats the value.
        InvalidOperationException when error.Message.StartsWith("Configuration value", StringComparison.Ordinal)
            && error.StackTrace?.Contains("LoggerFilter", StringComparison.Ordinal) == true =>
            OneLine($"Logging:LogLevel: {error.Message} Use {string.Join(", ", Enum.GetNames<LogLevel>())}."),
        InvalidDataException when error.GetBaseException() is System.Text.Json.JsonException json => OneLine($"appsettings.json: {json.Message}"),
        // A signal while the server was about to listen.
        OperationCanceledException => "Stopped before it was ready.",
        AggregateException { InnerException: { } inner } => Explain(inner),
        // Whoever touches the store at the start meets what is wrong with it.
        _ when StoreErrors.Find(error) is { } store => OneLine($"The database cannot be used: {store.Message}"),
        IOException or UnauthorizedAccessException => OneLine(error.Message),
        _ => null,
    };

    private static string InUse(string message)
    {
        // Kestrel: "Failed to bind to address http://127.0.0.1:5080: address already in use."
        var address = message.Split(' ').FirstOrDefault(word => word.Contains("://", StringComparison.Ordinal))?.TrimEnd(':') ?? "The address";
        return $"{address} is in use by another program. Stop that one, or choose another address: --urls http://127.0.0.1:5081";
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
