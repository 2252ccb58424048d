using System.Text.Json;
using System.Text.Json.Serialization;

namespace Observatory.Web.Api;

/// <summary>Instants leave as UTC with a <c>Z</c>, whatever offset they were made with.</summary>
internal sealed class UtcInstantConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(value.UtcDateTime);
}
