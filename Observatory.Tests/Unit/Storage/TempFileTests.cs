using System.Runtime.InteropServices;
using System.Text;
using Observatory.Core.Storage.Sqlite;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Storage;

public sealed class TempFileTests
{
    [Fact]
    public async Task What_sqlite_keeps_for_a_moment_lies_in_the_data_folder()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has a folder of the account for it.");
        await using var core = await CoreHost.StartAsync();
        // The library's own view. Of several programs in one process (tests) the first one has its way.
        Assert.NotNull(Marshal.PtrToStringUTF8(Get(Encoding.UTF8.GetBytes(TempFiles.Variable + '\0'))));
    }

    [DllImport("libc", EntryPoint = "getenv"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Get(byte[] name);
}
