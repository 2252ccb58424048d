using Observatory.Core;
using Observatory.Web.Api;
using Observatory.Web.Auditing;
using Observatory.Web.Components;
using Observatory.Web.Hosting;
using Observatory.Web.Identity;
using Observatory.Web.Ingest;
using Observatory.Web.Jobs;
using Observatory.Web.Live;
using Observatory.Web.Mcp;
using Observatory.Web.Operations;
using Observatory.Web.Reports;

NativeMemory.KeepSmall();
FileModes.KeepForOwner();
try
{
    var (command, options) = ProgramArguments.Read(args);
    if (command == ProgramArguments.RedactHelp)
    {
        await Console.Out.WriteLineAsync(RedactCommand.Help);
        return 0;
    }
    var builder = HostConfiguration.CreateBuilder(options);
    var settings = SettingsReader.Read(builder.Configuration);
    if (command == ProgramArguments.Redact)
    {
        await using var input = Console.OpenStandardInput();
        await using var output = Console.OpenStandardOutput();
        return await RedactCommand.RunAsync(settings.Privacy.Content, input, output, Console.Error, isTyped: !Console.IsInputRedirected);
    }
    var data = DataDirectory.Resolve(settings.DataDirectory);
    if (command == ProgramArguments.Doctor) return await DoctorCommand.RunAsync(settings, data, TimeProvider.System, Console.Out);
    if (command is ProgramArguments.Link or ProgramArguments.Recover) return LinkCommand.Run(data, TimeProvider.System, Console.Out);

    data.Create();
    using var ownership = DataDirectoryLock.Acquire(data);
    if (command == ProgramArguments.Restore)
        return await RestoreCommand.RunAsync(data, ProgramArguments.FileOf(args)!, TimeProvider.System, Console.Out);
    var addresses = builder.AddListening(settings.Otlp);

    builder.Services.AddObservatoryHosting(builder.Configuration, settings, data, ownership, addresses);
    builder.Services.AddObservatoryCore(settings, data.Path);
    builder.Services.AddObservatoryIdentity(settings.Bootstrap, settings.Oidc, addresses, Instance.Of(data));
    builder.Services.AddObservatoryAudit();
    builder.Services.AddObservatoryApi();
    builder.Services.AddObservatoryLive();
    builder.Services.AddObservatoryIngest();
    builder.Services.AddOtlp();
    builder.Services.AddObservatoryJobs();
    builder.Services.AddObservatoryReports();
    builder.Services.AddOperations();
    builder.Services.AddObservatoryMcp();
    builder.Services.AddObservatoryComponents();

    await using var app = builder.Build();
    app.UseObservatoryPipeline();
    app.MapStaticAssets().AllowAnonymous();
    app.MapHealth();
    app.MapAccount();
    app.MapObservatoryApi();
    app.MapObservatoryLive();
    app.MapOtlp();
    app.MapMailLinks();
    app.MapMetrics();
    app.MapObservatoryMcp();
    app.MapObservatoryJobs();
    app.MapObservatoryComponents();

    await app.RunAsync();
    return 0;
}
catch (Exception error) when (StartFailure.Explain(error) is { } line)
{
    await Console.Error.WriteLineAsync(line);
    return 1;
}
