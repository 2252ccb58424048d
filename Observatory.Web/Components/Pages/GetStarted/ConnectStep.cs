using Microsoft.AspNetCore.Components;
using Observatory.Web.Components.Shared;

namespace Observatory.Web.Components.Pages.GetStarted;

/// <summary>What the steps that connect a source share.</summary>
public abstract class ConnectStep : ComponentBase
{
    [Inject] protected NavigationManager Navigation { get; set; } = null!;

    [Inject] protected ReaderState Reader { get; set; } = null!;

    /// <summary>Null = nothing came yet.</summary>
    [Parameter]
    public Arrived? Arrived { get; set; }

    /// <summary>Null = not made yet.</summary>
    [Parameter]
    public string? Key { get; set; }

    [Parameter, EditorRequired]
    public required UrlState Url { get; set; }

    [Parameter]
    public DateTimeOffset Now { get; set; }

    /// <summary>This instance as the reader reaches it.</summary>
    protected string Server => Navigation.BaseUri.TrimEnd('/');

    protected string? Count => Arrived is null ? null : Arrived.Events > 0
        ? $"{Reader.Format.Plural(Arrived.Events, "event")} since the start" : Reader.Format.Plural(Arrived.Conversations, "conversation");
}
