using Observatory.Core.Deliveries;

namespace Observatory.Core.Mail;

/// <summary>Writes each message to a file that appears whole. A file that is there already says that it was sent.</summary>
public sealed class FolderTransport(string folder, MailComposer composer) : IMailTransport
{
    public const string Name = "folder";

    private const string Ending = ".eml";

    public string Channel => Name;

    public string Place => folder;

    public async Task<SendResult> SendAsync(OutgoingMail mail, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(mail);
        var path = PathOf(mail.MessageId);
        try
        {
            Directory.CreateDirectory(folder);
            if (File.Exists(path)) return new SendResult(SendVerdict.Sent);
            var bytes = MailComposer.Write(composer.Compose(mail));
            var unfinished = path + ".tmp";
            var stream = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None, 4_096, FileOptions.Asynchronous);
            await using (stream.ConfigureAwait(false))
            {
                await stream.WriteAsync(bytes, cancel).ConfigureAwait(false);
                stream.Flush(flushToDisk: true);
            }
            File.Move(unfinished, path, overwrite: true);
            return new SendResult(SendVerdict.Sent);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The rename is the last step, so it was not done.
            return new SendResult(SendVerdict.Later, $"The folder {folder} takes nothing: {e.Message}");
        }
    }

    public Found Find(string messageId) => File.Exists(PathOf(messageId)) ? Found.There : Found.NotThere;

    private string PathOf(string messageId) => Path.Combine(folder, messageId.Replace('@', '_') + Ending);
}
