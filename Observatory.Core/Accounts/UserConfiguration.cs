using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Observatory.Core.Accounts;

internal sealed class UserConfiguration : IEntityTypeConfiguration<User>
{
    public void Configure(EntityTypeBuilder<User> builder)
    {
        builder.ToTable("accounts");
        builder.HasKey(u => u.Id);
        builder.Property(u => u.Email).HasMaxLength(256);
        builder.Property(u => u.NormalizedEmail).HasMaxLength(256);
        builder.Property(u => u.Name).HasMaxLength(256);
        builder.Property(u => u.PasswordHash).HasMaxLength(512);
        builder.Property(u => u.SecurityStamp).HasMaxLength(64);
        builder.Property(u => u.ExternalIssuer).HasMaxLength(256);
        builder.Property(u => u.ExternalSubject).HasMaxLength(256);
        builder.Property(u => u.UserId).HasMaxLength(256);
        builder.Property(u => u.InviteHash).HasMaxLength(32);
        builder.Property(u => u.LastSignInBy).HasMaxLength(16);
        builder.Property(u => u.AuthenticatorKey).HasMaxLength(512);
        builder.Property(u => u.Zone).HasMaxLength(64);
        builder.Property(u => u.Theme).HasMaxLength(16);
        builder.Ignore(u => u.OwnUser);
        builder.HasIndex(u => u.NormalizedEmail).IsUnique();
        builder.HasIndex(u => new { u.ExternalIssuer, u.ExternalSubject }).IsUnique();
    }
}
