using System.Globalization;
using Observatory.Core.Presentation;
using Xunit;

namespace Observatory.Tests.Components;

public sealed class FormatsShareTests
{
    [Theory]
    [InlineData(null, "—")]
    [InlineData(0.0, "0.0\u202F%")]
    [InlineData(0.0002, "<0.1\u202F%")]
    [InlineData(0.0005, "0.1\u202F%")]
    [InlineData(0.9994, "99.9\u202F%")]
    [InlineData(0.9999, ">99.9\u202F%")]
    [InlineData(1.0, "100.0\u202F%")]
    public void What_is_there_is_never_nothing(double? share, string text) => Assert.Equal(text, new Formats(CultureInfo.GetCultureInfo("en-GB")).Share(share));
}
