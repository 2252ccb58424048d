using System.Reflection;
using Observatory.Core.Storage.Entities;
using Xunit;

namespace Observatory.Tests.Unit.Storage;

public sealed class ItemEntityTests
{
    public static TheoryData<Type> Kinds => [.. typeof(ItemEntity).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(ItemEntity)))];

    [Theory, MemberData(nameof(Kinds))]
    public void A_cleared_row_is_as_a_new_one(Type kind)
    {
        var (row, blank) = ((ItemEntity)Activator.CreateInstance(kind)!, Activator.CreateInstance(kind)!);
        var properties = kind.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite).ToList();
        Assert.True(properties.Count >= 16);
        foreach (var property in properties) property.SetValue(row, Some(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType));
        Assert.All(properties, p => Assert.NotEqual(p.GetValue(blank), p.GetValue(row)));
        row.Clear();
        Assert.All(properties, p => Assert.Equal(p.GetValue(blank), p.GetValue(row)));

        static object Some(Type type) => type == typeof(bool) ? true : type == typeof(string) ? "text" : Convert.ChangeType(7, type, null);
    }
}
