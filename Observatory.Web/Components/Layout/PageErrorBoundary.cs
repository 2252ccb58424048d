using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Observatory.Web.Components.Shared;
using Observatory.Web.Live;

namespace Observatory.Web.Components.Layout;

/// <summary>Keeps a fault of a page inside the page: the navigation goes on working, and the log has the id that the reader sees.</summary>
public sealed class PageErrorBoundary : ErrorBoundaryBase
{
    private string _id = "";

    [Inject] private ILogger<PageErrorBoundary> Logger { get; set; } = null!;

    [Inject] private NavigationManager Navigation { get; set; } = null!;

    protected override Task OnErrorAsync(Exception exception)
    {
        _id = ErrorIds.Log(Logger, exception, new Uri(Navigation.Uri).AbsolutePath);
        return Task.CompletedTask;
    }

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        if (CurrentException is null)
        {
            builder.AddContent(0, ChildContent);
            return;
        }
        builder.OpenComponent<ErrorState>(1);
        builder.AddComponentParameter(2, nameof(ErrorState.Title), "This page could not be shown");
        builder.AddComponentParameter(3, nameof(ErrorState.Id), _id);
        builder.AddComponentParameter(4, nameof(ErrorState.Page), true);
        builder.AddComponentParameter(5, nameof(ErrorState.OnRetry), EventCallback.Factory.Create(this, Recover));
        builder.CloseComponent();
    }
}
