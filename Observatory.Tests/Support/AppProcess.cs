using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Observatory.Tests.Support;

/// <summary>The real program in a process of its own, on a free port, with its own data folder. Ended by its process id, always.</summary>
internal sealed class AppProcess : IAsyncDisposable
{
    public const string Key = "a-key-for-tests-that-is-long-enough-0001";

    public const int Hangup = 1, Terminate = 15;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);
    private static readonly string s_program = typeof(AppProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == "WebProgram")
        .Value!;

    private readonly Process _process;
    private readonly List<string> _output = [];
    private readonly TaskCompletionSource<Uri> _link = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private AppProcess(Process process) => _process = process;

    /// <summary>One-time sign-in link as the console printed it.</summary>
    public Uri Link { get; private set; } = null!;

    /// <summary>Signs in with <see cref="Key"/>.</summary>
    public HttpClient Http { get; private set; } = null!;

    /// <summary>From the start of the process to the first 200 of <c>/health/ready</c>.</summary>
    public TimeSpan ReadyAfter { get; private set; }

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    public string Output
    {
        get { lock (_output) return string.Join('\n', _output); }
    }

    /// <param name="dataDirectory">Kept when the process ends.</param>
    /// <param name="root">Configuration folder that holds <c>projects</c>.</param>
    /// <param name="settings">Further environment variables.</param>
    public static AppProcess Launch(string dataDirectory, string root, params (string Name, string Value)[] settings) => Launch(
        settings.Any(s => s.Name == "ASPNETCORE_URLS") ? [] : ["--urls", "http://127.0.0.1:0"], dataDirectory, root, settings);

    /// <param name="arguments">Behind the program's name.</param>
    /// <param name="dataDirectory">Kept when the process ends.</param>
    /// <param name="root">Configuration folder that holds <c>projects</c>.</param>
    /// <param name="settings">Further environment variables.</param>
    public static AppProcess Launch(string[] arguments, string dataDirectory, string root, params (string Name, string Value)[] settings) =>
        Launch(arguments, dataDirectory, root, settings, isRead: true);

    /// <summary>A console that nobody reads, as where a terminal is stopped. The settings name the address (ASPNETCORE_URLS).</summary>
    public static AppProcess LaunchUnread(string url, string dataDirectory, string root, params (string Name, string Value)[] settings)
    {
        var app = Launch([], dataDirectory, root, [("ASPNETCORE_URLS", url), .. settings], isRead: false);
        app.Http = new HttpClient { BaseAddress = new Uri(url) };
        app.Http.DefaultRequestHeaders.Add("x-api-key", Key);
        return app;
    }

    private static AppProcess Launch(string[] arguments, string dataDirectory, string root, (string Name, string Value)[] settings, bool isRead)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath() };
        start.ArgumentList.Add(s_program);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["Observatory__DataDirectory"] = dataDirectory;
        start.Environment["Observatory__Transcripts__Roots__0"] = root;
        start.Environment["Observatory__Transcripts__Owners__0"] = "tester";
        start.Environment["Observatory__Bootstrap__ApiKey"] = Key;
        // Ports that are the same for all: other tests may hold them.
        start.Environment["Observatory__Otlp__HttpUrl"] = "";
        start.Environment["Observatory__Otlp__GrpcUrl"] = "";
        foreach (var (name, value) in settings) start.Environment[name] = value;
        var app = new AppProcess(Process.Start(start)!);
        app._process.OutputDataReceived += (_, e) => app.Take(e.Data);
        app._process.ErrorDataReceived += (_, e) => app.Take(e.Data);
        if (isRead) app.Read();
        return app;
    }

    /// <summary>Begins to read what the program says, where nobody did.</summary>
    public void Read()
    {
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Launches and waits until it is ready to serve.</summary>
    public static async Task<AppProcess> StartAsync(string dataDirectory, string root, params (string Name, string Value)[] settings)
    {
        var clock = Stopwatch.StartNew();
        var app = Launch(dataDirectory, root, settings);
        try
        {
            app.Link = await app._link.Task.WaitAsync(s_patience);
            app.Http = new HttpClient { BaseAddress = new Uri(app.Link.GetLeftPart(UriPartial.Authority)) };
            app.Http.DefaultRequestHeaders.Add("x-api-key", Key);
            using var patience = new CancellationTokenSource(s_patience);
            while (!(await app.Http.GetAsync("/health/ready", patience.Token)).IsSuccessStatusCode) await Task.Delay(5, patience.Token);
            app.ReadyAfter = clock.Elapsed;
            return app;
        }
        catch (Exception e)
        {
            await app.DisposeAsync();
            throw new InvalidOperationException($"The program did not start. It said:\n{app.Output}", e);
        }
    }

    public Task<JsonElement> GetAsync(string path) => Http.GetFromJsonAsync<JsonElement>(path);

    public async Task<string> GetTextAsync(string path) => await Http.GetStringAsync(path);

    /// <summary>Waits until everything that was found is committed; gives the import's figures.</summary>
    public async Task<JsonElement> WaitIdleAsync(TimeSpan? patience = null)
    {
        var end = Stopwatch.StartNew();
        while (true)
        {
            var import = (await GetAsync("/api/analytics/pipeline")).GetProperty("import");
            if (import.GetProperty("state").GetString() == "idle" && import.GetProperty("finishedAt").ValueKind == JsonValueKind.String) return import;
            if (end.Elapsed > (patience ?? s_patience)) throw new TimeoutException($"The import did not end: {import}");
            await Task.Delay(50);
        }
    }

    /// <summary>Largest resident memory so far in bytes (VmHWM). Linux only.</summary>
    public long PeakMemory() => Memory("VmHWM");

    /// <summary>Resident memory in bytes. Linux only.</summary>
    public long Memory() => Memory("VmRSS");

    private long Memory(string kind)
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").First(l => l.StartsWith(kind, StringComparison.Ordinal));
        return long.Parse(line.Split(':')[1].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>Of all its threads since it started.</summary>
    public TimeSpan ProcessorTime()
    {
        _process.Refresh();
        return _process.TotalProcessorTime;
    }

    /// <summary>SIGKILL: what a power button does to a process.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM (on Windows, which has none, a kill), then waits; the exit code says whether it ended well.</summary>
    public Task<int> StopAsync() => StopAsync(Terminate);

    /// <summary>The same with another signal.</summary>
    public async Task<int> StopAsync(int signal)
    {
        if (!_process.HasExited && (OperatingSystem.IsWindows() || Send(_process.Id, signal) != 0)) _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(s_patience);
        return _process.ExitCode;
    }

    /// <summary>Waits for an end that the program chooses itself.</summary>
    public async Task<int> WaitForExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(s_patience);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }
        _process.Dispose();
        Http?.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null) return;
        lock (_output) _output.Add(line);
        if (line.Contains("/account/link?", StringComparison.Ordinal) && Uri.TryCreate(line.Trim(), UriKind.Absolute, out var link)) _link.TrySetResult(link);
    }

    [DllImport("libc", EntryPoint = "kill"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Send(int process, int signal);
}
