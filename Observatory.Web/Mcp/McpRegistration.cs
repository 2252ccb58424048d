using System.Diagnostics;
using System.Text.Json;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Observatory.Core;
using Observatory.Core.Accounts;
using Observatory.Core.Reports;
using Observatory.Web.Identity;
using Observatory.Web.Operations;

namespace Observatory.Web.Mcp;

/// <summary>Figures for Claude Code itself and other programs that speak the Model Context Protocol: one stateless address, read-only tools.</summary>
internal static class McpRegistration
{
    public const string Path = "/mcp";

    private static readonly ListToolsResult s_list = new() { Tools = [.. McpTools.All.Select(ToTool)] };

    public static void AddObservatoryMcp(this IServiceCollection services) => services.AddMcpServer(options =>
        {
            options.ServerInfo = new Implementation { Name = "claude-code-observatory", Version = ProgramVersion.Number };
            options.ServerInstructions = McpTools.Instructions;
        })
        .WithHttpTransport(http => http.Stateless = true)
        .WithListToolsHandler((_, _) => ValueTask.FromResult(s_list))
        .WithCallToolHandler(CallAsync);

    public static void MapObservatoryMcp(this WebApplication app) => app.MapMcp(Path).RequireAuthorization(Policies.Read);

    private static async ValueTask<CallToolResult> CallAsync(RequestContext<CallToolRequestParams> request, CancellationToken cancel)
    {
        if (McpTools.All.FirstOrDefault(t => t.Name == request.Params?.Name) is not { } tool)
            return Error($"There is no such tool. Known: {string.Join(", ", McpTools.All.Select(t => t.Name))}.");
        try
        {
            var services = request.Services ?? throw new UnreachableException("A call comes with its services.");
            var call = new McpCall(
                new McpArguments(request.Params!.Arguments, tool.Arguments), services.GetRequiredService<AnalyticsEngine>(),
                services.GetRequiredService<IReportLinks>(), services.GetRequiredService<TimeProvider>().GetUtcNow(),
                services.GetRequiredService<IAskerSource>().Current.OwnUser);
            return new CallToolResult { Content = [new TextContentBlock { Text = await tool.Answer(call, cancel) }] };
        }
        catch (BadArgumentException bad)
        {
            return Error(bad.Message);
        }
        catch (WithheldException)
        {
            return Error("Too few people are behind this for you to see it. Ask for a longer range or without filters.");
        }
        catch (UnknownUserException)
        {
            return Error("There is no user of this id that you may see.");
        }
    }

    private static CallToolResult Error(string text) => new() { IsError = true, Content = [new TextContentBlock { Text = text }] };

    private static Tool ToTool(McpToolPlan plan) => new()
    {
        Name = plan.Name, Title = plan.Title, Description = plan.Description,
        Annotations = new ToolAnnotations { ReadOnlyHint = true, OpenWorldHint = false },
        InputSchema = JsonSerializer.SerializeToElement(new
        {
            type = "object",
            properties = plan.Arguments.ToDictionary(a => a.Name, a => new { type = "string", description = a.Description }),
            required = plan.Arguments.Where(a => a.IsNeeded).Select(a => a.Name).ToArray(),
            additionalProperties = false,
        }),
    };
}
