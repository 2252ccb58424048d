namespace Observatory.Web.Hosting;

/// <summary>The address that readers use, as <c>Observatory:PublicUrl</c> says it; of a server without a proxy in front nothing is set.</summary>
/// <param name="Origin">Scheme, host and port as browsers write them, or null.</param>
/// <param name="Host">Host and port.</param>
/// <param name="Path">What stands before the path of every page; empty = nothing.</param>
internal sealed record PublicAddress(string? Origin, HostString Host, PathString Path)
{
    public const string Key = "PublicUrl";

    public static PublicAddress None { get; } = new(null, default, default);

    public bool IsHttps => Origin?.StartsWith(Uri.UriSchemeHttps + Uri.SchemeDelimiter, StringComparison.Ordinal) == true;

    /// <param name="url">Empty = none.</param>
    /// <exception cref="Core.StartRefusedException">It is no http or https address, or has more than a path.</exception>
    public static PublicAddress Parse(string url)
    {
        if (string.IsNullOrWhiteSpace(url)) return None;
        if (!Uri.TryCreate(url.Trim(), UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0)
            throw SettingsReader.Wrong(Key, $"\"{SettingsReader.Shown(url)}\" is not an address such as https://example.com/observatory.");
        if (uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0)
            throw SettingsReader.Wrong(Key, "it has a user, a query or a fragment. Name scheme, host, port and path only.");
        var host = uri.IsDefaultPort ? new HostString(uri.IdnHost) : new HostString(uri.IdnHost, uri.Port);
        return new PublicAddress($"{uri.Scheme}://{host.ToUriComponent()}", host, PathString.FromUriComponent(uri.AbsolutePath.TrimEnd('/')));
    }
}
