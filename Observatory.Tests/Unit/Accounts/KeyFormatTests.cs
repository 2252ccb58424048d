using Observatory.Core.Accounts;
using Xunit;

namespace Observatory.Tests.Unit.Accounts;

public sealed class KeyFormatTests
{
    private const long Now = 1_790_000_000_000;

    [Theory]
    [InlineData(KeyScopes.Ingest, 'i')]
    [InlineData(KeyScopes.Read, 'r')]
    [InlineData(KeyScopes.Ingest | KeyScopes.Read, 'r')]
    [InlineData(KeyScopes.Admin, 'a')]
    public void AKeySaysWhatItMay(KeyScopes scopes, char kind) =>
        Assert.Matches($"^cco_{kind}_[0-9A-Za-z]{{8}}_[0-9A-Za-z]{{36}}$", KeyFormat.Make(scopes, Now));

    [Fact]
    public void EveryKeyIsAnother() => Assert.Equal(1_000, Enumerable.Range(0, 1_000).Select(_ => KeyFormat.Make(KeyScopes.Ingest, Now)).Distinct().Count());

    [Fact]
    public void ThePublicPartIsItsBeginning() => Assert.StartsWith(KeyFormat.PublicPart(KeyScopes.Read, Now) + "_", KeyFormat.Make(KeyScopes.Read, Now),
        StringComparison.Ordinal);

    [Fact]
    public void AMistypedKeyIsTold()
    {
        var key = KeyFormat.Make(KeyScopes.Ingest, Now);
        Assert.True(KeyFormat.IsPlausible(key));
        for (var i = 15; i < key.Length; i++)
        {
            var wrong = key.ToCharArray();
            wrong[i] = wrong[i] == 'x' ? 'y' : 'x';
            Assert.False(KeyFormat.IsPlausible(new string(wrong)));
        }
    }

    [Theory]
    [InlineData("a key for tests only, long enough to pass")]
    [InlineData("cco_")]
    [InlineData("cco_i_short_thing")]
    public void KeysOfAnotherShapeAreNoneOfOurBusiness(string key) => Assert.True(KeyFormat.IsPlausible(key));
}
