namespace Observatory.Web.Identity;

/// <summary>One sign-in of one browser, as it is listed. Instants are Unix milliseconds, UTC.</summary>
/// <param name="Id">32 hexadecimal digits; also a claim of the cookie, which without this entry is worth nothing.</param>
/// <param name="Owner">Name identifier of who signed in: <see cref="Sessions.LocalId"/> or an account's.</param>
/// <param name="Way">How: <c>link</c>, <c>password</c>, <c>invite</c>, <c>passkey</c> or <c>provider</c>.</param>
/// <param name="Address">From where, or null where the server does not know it.</param>
/// <param name="Agent">What the browser called itself, cut.</param>
internal sealed record Session(string Id, string Owner, string Way, long CreatedAt, long ExpiresAt, long LastSeenAt, string? Address, string? Agent);
