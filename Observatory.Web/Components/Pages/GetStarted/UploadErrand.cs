namespace Observatory.Web.Components.Pages.GetStarted;

/// <summary>What the browser needs to send files: they go over HTTP, never through the circuit.</summary>
/// <param name="Address">On this server.</param>
/// <param name="Key">Sent in a header; ends with the errand.</param>
public sealed record UploadErrand(string Address, string Key);
