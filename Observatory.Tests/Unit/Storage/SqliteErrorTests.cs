using Microsoft.Data.Sqlite;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Sqlite;
using Xunit;

namespace Observatory.Tests.Unit.Storage;

public sealed class SqliteErrorTests
{
    [Theory]
    [InlineData(1, StoreErrorKind.NeedsHelp, false)]
    [InlineData(5, StoreErrorKind.Passing, true)]
    [InlineData(6, StoreErrorKind.Passing, true)]
    [InlineData(8, StoreErrorKind.NeedsHelp, true)]
    [InlineData(10, StoreErrorKind.Passing, true)]
    [InlineData(11, StoreErrorKind.Damage, true)]
    [InlineData(13, StoreErrorKind.Passing, true)]
    [InlineData(14, StoreErrorKind.NeedsHelp, true)]
    [InlineData(18, StoreErrorKind.Refused, false)]
    [InlineData(19, StoreErrorKind.Refused, false)]
    [InlineData(20, StoreErrorKind.Refused, false)]
    [InlineData(21, StoreErrorKind.Refused, false)]
    [InlineData(23, StoreErrorKind.NeedsHelp, false)]
    [InlineData(25, StoreErrorKind.Refused, false)]
    [InlineData(26, StoreErrorKind.Damage, true)]
    public void Each_code_says_what_helps_and_whether_the_caller_may_come_again(int code, StoreErrorKind kind, bool isUnavailable)
    {
        var error = new SqliteException("made up by the test", code);
        Assert.Equal((kind, code), (SqliteErrors.Instance.KindOf(error), SqliteErrors.Instance.CodeOf(error)));
        Assert.Equal(isUnavailable, SqliteErrors.Instance.IsUnavailable(new InvalidOperationException("outer", error)));
        Assert.Same(error, StoreErrors.Find(new InvalidOperationException("outer", error)));
    }

    [Fact]
    public void What_is_no_error_of_the_database_says_nothing_of_it()
    {
        Assert.Equal(StoreErrorKind.None, SqliteErrors.Instance.KindOf(new InvalidOperationException()));
        Assert.Equal(StoreErrorKind.Damage, SqliteErrors.Instance.KindOf(new InvalidDataException()));
        Assert.True(SqliteErrors.Instance.IsUnavailable(new StoreLostException("gone")));
        Assert.False(SqliteErrors.Instance.IsUnavailable(new InvalidOperationException()));
    }
}
