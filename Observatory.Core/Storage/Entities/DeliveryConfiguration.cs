using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Observatory.Core.Storage.Entities;

internal sealed class OccurrenceConfiguration : IEntityTypeConfiguration<OccurrenceEntity>
{
    public void Configure(EntityTypeBuilder<OccurrenceEntity> builder)
    {
        builder.ToTable("occurrences");
        builder.HasIndex(o => new { o.Kind, o.SourceId, o.Occurrence }).IsUnique();
        builder.HasIndex(o => o.EndedAt);
    }
}

internal sealed class DeliveryConfiguration : IEntityTypeConfiguration<DeliveryEntity>
{
    public void Configure(EntityTypeBuilder<DeliveryEntity> builder)
    {
        builder.ToTable("deliveries");
        // What makes a second mail impossible, whoever tries.
        builder.HasIndex(d => new { d.Kind, d.SourceId, d.Occurrence, d.Recipient }).IsUnique();
        builder.HasIndex(d => d.OccurrenceId);
        builder.HasIndex(d => new { d.State, d.NextTryAt });
    }
}
