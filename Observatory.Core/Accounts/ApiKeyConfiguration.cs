using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Observatory.Core.Accounts;

internal sealed class ApiKeyConfiguration : IEntityTypeConfiguration<ApiKey>
{
    public void Configure(EntityTypeBuilder<ApiKey> builder)
    {
        builder.ToTable("api_keys");
        builder.HasKey(k => k.Id);
        builder.Property(k => k.Name).HasMaxLength(256);
        builder.Property(k => k.Hash).HasMaxLength(32);
        builder.Property(k => k.UserId).HasMaxLength(256);
        builder.HasIndex(k => k.Hash).IsUnique();
    }
}
