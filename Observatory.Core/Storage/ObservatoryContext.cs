using Microsoft.EntityFrameworkCore;
using Observatory.Core.Accounts;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage;

/// <summary>
/// The model of the database. Schema, migrations and page queries go through it; the writer uses prepared commands on the same tables.
/// Each provider derives its own context, because migrations belong to a context type.
/// </summary>
public abstract class ObservatoryContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<NameEntity> Names => Set<NameEntity>();
    public DbSet<ConversationEntity> Conversations => Set<ConversationEntity>();
    public DbSet<AgentEntity> Agents => Set<AgentEntity>();
    public DbSet<PromptEntity> Prompts => Set<PromptEntity>();
    public DbSet<ResponseEntity> Responses => Set<ResponseEntity>();
    public DbSet<ToolCallEntity> ToolCalls => Set<ToolCallEntity>();
    public DbSet<ApiErrorEntity> ApiErrors => Set<ApiErrorEntity>();
    public DbSet<MarkEntity> Marks => Set<MarkEntity>();
    public DbSet<TextEntity> Texts => Set<TextEntity>();
    public DbSet<QuarterEntity> Quarters => Set<QuarterEntity>();
    public DbSet<HourEntity> Hours => Set<HourEntity>();
    public DbSet<ToolQuarterEntity> ToolQuarters => Set<ToolQuarterEntity>();
    public DbSet<SketchEntity> Sketches => Set<SketchEntity>();
    public DbSet<DayEntity> Days => Set<DayEntity>();
    public DbSet<DaySumEntity> DaySums => Set<DaySumEntity>();
    public DbSet<FileEntity> Files => Set<FileEntity>();
    public DbSet<FingerprintEntity> Fingerprints => Set<FingerprintEntity>();
    public DbSet<SharedLineEntity> SharedLines => Set<SharedLineEntity>();
    public DbSet<SharedItemEntity> SharedItems => Set<SharedItemEntity>();
    public DbSet<PendingSummaryEntity> PendingSummaries => Set<PendingSummaryEntity>();
    public DbSet<RejectedLineEntity> RejectedLines => Set<RejectedLineEntity>();
    public DbSet<DriftEntity> Drift => Set<DriftEntity>();
    public DbSet<WorktreeEntity> Worktrees => Set<WorktreeEntity>();
    public DbSet<RunEntity> Runs => Set<RunEntity>();
    public DbSet<User> Accounts => Set<User>();
    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();
    public DbSet<RecountEntity> Recounts => Set<RecountEntity>();
    public DbSet<EventEntity> Events => Set<EventEntity>();
    public DbSet<SeenEventsEntity> SeenEvents => Set<SeenEventsEntity>();
    public DbSet<DeadLetterEntity> DeadLetters => Set<DeadLetterEntity>();
    public DbSet<SeriesEntity> Series => Set<SeriesEntity>();
    public DbSet<PointEntity> Points => Set<PointEntity>();
    public DbSet<IdentityEntity> Identities => Set<IdentityEntity>();
    public DbSet<SeriesTierEntity> SeriesTiers => Set<SeriesTierEntity>();
    public DbSet<AliasEntity> Aliases => Set<AliasEntity>();
    public DbSet<ForgottenKeysEntity> ForgottenKeys => Set<ForgottenKeysEntity>();
    public DbSet<KeySetEntity> KeySets => Set<KeySetEntity>();
    public DbSet<KeyPageEntity> KeyPages => Set<KeyPageEntity>();
    public DbSet<KeyPieceEntity> KeyPieces => Set<KeyPieceEntity>();
    public DbSet<KeyMarkEntity> KeyMarks => Set<KeyMarkEntity>();
    public DbSet<CarryEntity> Carries => Set<CarryEntity>();
    public DbSet<GoneSharedItemEntity> GoneSharedItems => Set<GoneSharedItemEntity>();
    public DbSet<IdMarkEntity> IdMarks => Set<IdMarkEntity>();
    public DbSet<MaintenanceEntity> Maintenance => Set<MaintenanceEntity>();
    public DbSet<ExportEntity> Exports => Set<ExportEntity>();
    public DbSet<RetentionSettingsEntity> RetentionSettings => Set<RetentionSettingsEntity>();
    public DbSet<RetentionPlanEntity> RetentionPlans => Set<RetentionPlanEntity>();
    public DbSet<RestoredRowEntity> RestoredRows => Set<RestoredRowEntity>();
    public DbSet<RestoredTextEntity> RestoredTexts => Set<RestoredTextEntity>();
    public DbSet<StorageDayEntity> StorageDays => Set<StorageDayEntity>();
    public DbSet<GoneDayEntity> GoneDays => Set<GoneDayEntity>();
    public DbSet<OccurrenceEntity> Occurrences => Set<OccurrenceEntity>();
    public DbSet<DeliveryEntity> Deliveries => Set<DeliveryEntity>();
    public DbSet<SuppressionEntity> Suppressions => Set<SuppressionEntity>();
    public DbSet<KeptMailEntity> KeptMails => Set<KeptMailEntity>();
    public DbSet<MailFeedbackEntity> MailFeedback => Set<MailFeedbackEntity>();
    public DbSet<ReportEntity> Reports => Set<ReportEntity>();
    public DbSet<NoteEntity> Notes => Set<NoteEntity>();
    public DbSet<ShareEntity> Shares => Set<ShareEntity>();
    public DbSet<AnomalyMarkEntity> AnomalyMarks => Set<AnomalyMarkEntity>();
    public DbSet<DayOffEntity> DaysOff => Set<DayOffEntity>();
    public DbSet<ViewEntity> Views => Set<ViewEntity>();
    public DbSet<AuditEntity> AuditLog => Set<AuditEntity>();
    public DbSet<PriceEntity> Prices => Set<PriceEntity>();
    public DbSet<SettingEntity> Settings => Set<SettingEntity>();
    public DbSet<AlertRuleEntity> AlertRules => Set<AlertRuleEntity>();
    public DbSet<AlertEntity> Alerts => Set<AlertEntity>();
    public DbSet<AlertCheckEntity> AlertChecks => Set<AlertCheckEntity>();
    public DbSet<AlertStepEntity> AlertSteps => Set<AlertStepEntity>();
    public DbSet<AlertNoticeEntity> AlertNotices => Set<AlertNoticeEntity>();

    /// <summary>For queries alone: the number is one of those that were last given to <see cref="INarrowReads.Want"/> on the same context.</summary>
    public static bool IsWanted(int id) => throw new NotSupportedException($"{id}: the database answers this.");

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDbFunction(() => IsWanted(default)).HasName("is_wanted");
        modelBuilder.Entity<NameEntity>(e =>
        {
            e.ToTable("names");
            e.Property(x => x.Id).ValueGeneratedNever();
            e.HasIndex(x => new { x.Kind, x.Text }).IsUnique();
        });
        modelBuilder.Entity<ConversationEntity>(e =>
        {
            e.ToTable("conversations");
            e.Property(x => x.Id).ValueGeneratedNever();
            e.HasIndex(x => x.SessionId).IsUnique();
            e.HasIndex(x => x.LastActivity);
            e.HasIndex(x => x.CreatedAt);
        });
        modelBuilder.Entity<AgentEntity>(e => e.ToTable("agents").HasKey(x => new { x.ConversationId, x.AgentId }));
        Item<PromptEntity>(modelBuilder, "prompts");
        Item<ResponseEntity>(modelBuilder, "responses");
        Item<ToolCallEntity>(modelBuilder, "tool_calls");
        Item<ApiErrorEntity>(modelBuilder, "api_errors");
        Item<MarkEntity>(modelBuilder, "marks");
        Item<EventEntity>(modelBuilder, "events");
        modelBuilder.Entity<SeenEventsEntity>(e => { e.ToTable("seen_events"); e.Property(x => x.Id).ValueGeneratedNever(); });
        modelBuilder.Entity<DeadLetterEntity>(e => e.ToTable("dead_letters"));
        modelBuilder.Entity<SeriesEntity>(e => { e.ToTable("series"); e.Property(x => x.Id).ValueGeneratedNever(); e.HasIndex(x => x.MetricId); });
        modelBuilder.Entity<PointEntity>(e =>
        {
            e.ToTable("points").HasKey(x => new { x.SeriesId, x.At, x.Key });
            e.HasIndex(x => new { x.SeriesId, x.IdentityId, x.StartAt, x.At }).HasDatabaseName("IX_points_run").HasFilter("\"StartAt\" <> 0");
        });
        modelBuilder.Entity<IdentityEntity>(e =>
        {
            e.ToTable("identities").HasIndex(x => x.Hash);
            e.Property(x => x.Id).ValueGeneratedNever();
        });
        modelBuilder.Entity<SeriesTierEntity>(e => e.ToTable("series_tiers").HasKey(x => new { x.SeriesId, x.Tier, x.Bucket }));
        modelBuilder.Entity<AliasEntity>(e => { e.ToTable("aliases").HasKey(x => x.UserId); e.Property(x => x.UserId).ValueGeneratedNever(); });
        modelBuilder.Entity<TextEntity>(e => { e.ToTable("texts"); e.Property(x => x.Id).ValueGeneratedNever(); });
        modelBuilder.Entity<QuarterEntity>(e =>
            e.ToTable("quarters").HasKey(x => new { x.Bucket, x.ConversationId, x.UserId, x.ProjectId, x.ModelId, x.Sources }));
        modelBuilder.Entity<HourEntity>(e => e.ToTable("hours").HasKey(x => new { x.Bucket, x.UserId, x.ProjectId, x.ModelId, x.Sources }));
        modelBuilder.Entity<ToolQuarterEntity>(e =>
            e.ToTable("tool_quarters").HasKey(x => new { x.Bucket, x.ToolId, x.UserId, x.ProjectId, x.ModelId, x.Sources }));
        modelBuilder.Entity<SketchEntity>(e =>
            e.ToTable("sketches").HasKey(x => new { x.Bucket, x.ToolId, x.UserId, x.ProjectId, x.ModelId, x.Sources, x.Bin }));
        modelBuilder.Entity<DayEntity>(e => { e.ToTable("days").HasKey(x => x.Day); e.Property(x => x.Day).ValueGeneratedNever(); });
        modelBuilder.Entity<DaySumEntity>(e => { e.ToTable("day_sums"); e.Property(x => x.Id).ValueGeneratedNever(); });
        // Covers the count of sub-agents by conversation, which would else visit every answer of the conversations listed.
        modelBuilder.Entity<ResponseEntity>().HasIndex(x => new { x.ConversationId, x.AgentId }).HasFilter("\"AgentId\" <> 0")
            .HasDatabaseName("IX_responses_ConversationId_AgentId");
        modelBuilder.Entity<FileEntity>(e => e.ToTable("files").HasKey(x => x.Path));
        modelBuilder.Entity<FingerprintEntity>(e => { e.ToTable("fingerprints"); e.Property(x => x.Id).ValueGeneratedNever(); });
        modelBuilder.Entity<SharedLineEntity>(e => e.ToTable("shared_lines").HasKey(x => new { x.Uuid, x.ConversationId }));
        modelBuilder.Entity<SharedItemEntity>(e => e.ToTable("shared_items").HasKey(x => new { x.Kind, x.ItemId, x.ConversationId }));
        modelBuilder.Entity<PendingSummaryEntity>(e => { e.ToTable("pending_summaries").HasKey(x => x.Leaf); e.Property(x => x.Leaf).ValueGeneratedNever(); });
        modelBuilder.Entity<RejectedLineEntity>(e =>
        {
            e.ToTable("rejected_lines");
            e.HasIndex(x => new { x.File, x.Offset, x.Reason }).IsUnique();
        });
        modelBuilder.Entity<DriftEntity>(e => e.ToTable("drift").HasKey(x => new { x.Kind, x.Version }));
        modelBuilder.Entity<WorktreeEntity>(e => { e.ToTable("worktrees").HasKey(x => x.FolderId); e.Property(x => x.FolderId).ValueGeneratedNever(); });
        modelBuilder.Entity<RunEntity>(e => e.ToTable("runs"));
        modelBuilder.ApplyConfiguration(new UserConfiguration());
        modelBuilder.ApplyConfiguration(new ApiKeyConfiguration());
        modelBuilder.Entity<ForgottenKeysEntity>(e => { e.ToTable("forgotten_keys"); e.Property(x => x.Id).ValueGeneratedNever(); });
        modelBuilder.Entity<KeySetEntity>(e => { e.ToTable("key_sets"); e.Property(x => x.Id).ValueGeneratedNever(); });
        modelBuilder.Entity<KeyPageEntity>(e => { e.ToTable("key_pages"); e.Property(x => x.Id).ValueGeneratedNever(); e.HasIndex(x => x.SetId); });
        modelBuilder.Entity<KeyPieceEntity>(e => { e.ToTable("key_pieces"); e.Property(x => x.Id).ValueGeneratedNever(); });
        modelBuilder.Entity<KeyMarkEntity>(e => { e.ToTable("key_marks").HasKey(x => x.Kind); e.Property(x => x.Kind).ValueGeneratedNever(); });
        modelBuilder.Entity<CarryEntity>(e => { e.ToTable("carries").HasKey(x => x.ConversationId); e.Property(x => x.ConversationId).ValueGeneratedNever(); });
        modelBuilder.Entity<GoneSharedItemEntity>(e => e.ToTable("gone_shared_items").HasKey(x => new { x.Kind, x.ItemId }));
        modelBuilder.Entity<IdMarkEntity>(e => e.ToTable("id_marks").HasKey(x => x.Kind));
        modelBuilder.Entity<MaintenanceEntity>(e => e.ToTable("maintenance"));
        modelBuilder.Entity<ExportEntity>(e => e.ToTable("exports"));
        modelBuilder.Entity<GoneDayEntity>(e => e.ToTable("gone_days").HasIndex(x => x.Day));
        modelBuilder.Entity<RetentionSettingsEntity>(e => { e.ToTable("retention_settings"); e.Property(x => x.Id).ValueGeneratedNever(); });
        modelBuilder.Entity<RetentionPlanEntity>(e => e.ToTable("retention_plans").HasIndex(x => x.PlanId).IsUnique());
        modelBuilder.Entity<RestoredRowEntity>(e =>
        {
            e.ToTable("restored_rows").HasKey(x => new { x.Store, x.KeyHigh, x.KeyLow });
            e.HasIndex(x => x.At);
        });
        modelBuilder.Entity<RestoredTextEntity>(e => { e.ToTable("restored_texts").HasKey(x => x.TextId); e.Property(x => x.TextId).ValueGeneratedNever(); });
        modelBuilder.Entity<AuditEntity>(e =>
        {
            // Named as whoever verifies an export or the file itself reads them.
            e.ToTable("audit_log").HasKey(x => x.Seq);
            e.Property(x => x.Seq).HasColumnName("seq").ValueGeneratedNever();
            e.Property(x => x.At).HasColumnName("at");
            e.Property(x => x.ActorKind).HasColumnName("actor_kind");
            e.Property(x => x.ActorId).HasColumnName("actor_id");
            e.Property(x => x.ActorName).HasColumnName("actor_name");
            e.Property(x => x.Action).HasColumnName("action");
            e.Property(x => x.Target).HasColumnName("target");
            e.Property(x => x.Address).HasColumnName("address");
            e.Property(x => x.Details).HasColumnName("details");
            e.Property(x => x.Hash).HasColumnName("hash");
            e.HasIndex(x => x.Action).HasDatabaseName("IX_audit_log_action");
            e.HasIndex(x => x.At).HasDatabaseName("IX_audit_log_at");
        });
        modelBuilder.Entity<StorageDayEntity>(e => { e.ToTable("storage_days").HasKey(x => x.Day); e.Property(x => x.Day).ValueGeneratedNever(); });
        modelBuilder.Entity<RecountEntity>(e => e.ToTable("recounts"));
        modelBuilder.ApplyConfiguration(new OccurrenceConfiguration());
        modelBuilder.ApplyConfiguration(new DeliveryConfiguration());
        modelBuilder.Entity<SuppressionEntity>(e => e.ToTable("suppressions").HasKey(x => new { x.Kind, x.SourceId, x.Recipient }));
        modelBuilder.Entity<KeptMailEntity>(e => e.ToTable("kept_mails").HasKey(x => new { x.OccurrenceId, x.Audience }));
        modelBuilder.Entity<MailFeedbackEntity>(
            e => e.ToTable("mail_feedback").HasKey(x => new { x.Kind, x.SourceId, x.Occurrence, x.Recipient }));
        modelBuilder.Entity<ReportEntity>(e => { e.ToTable("reports"); e.HasIndex(x => x.NextDueAt); });
        modelBuilder.Entity<NoteEntity>(e => { e.ToTable("notes"); e.HasIndex(x => x.At); });
        modelBuilder.Entity<ShareEntity>(e => { e.ToTable("shares"); e.HasIndex(x => x.KeyHash).IsUnique(); });
        modelBuilder.Entity<AnomalyMarkEntity>(e => { e.ToTable("anomaly_marks"); e.HasIndex(x => x.AnomalyId).IsUnique(); });
        modelBuilder.Entity<DayOffEntity>(e => { e.ToTable("days_off"); e.HasIndex(x => new { x.Day, x.Zone }).IsUnique(); });
        modelBuilder.Entity<ViewEntity>(e => { e.ToTable("views"); e.HasIndex(x => x.Owner); });
        modelBuilder.Entity<PriceEntity>(e => e.ToTable("prices"));
        modelBuilder.Entity<SettingEntity>(e => e.ToTable("settings").HasKey(x => x.Name));
        modelBuilder.Entity<AlertRuleEntity>(e => e.ToTable("alert_rules"));
        modelBuilder.Entity<AlertEntity>(e => { e.ToTable("alerts"); e.HasIndex(x => x.RuleId); e.HasIndex(x => x.EndedAt); });
        modelBuilder.Entity<AlertCheckEntity>(e => { e.ToTable("alert_checks"); e.HasIndex(x => new { x.RuleId, x.Id }); e.HasIndex(x => x.Until); });
        modelBuilder.Entity<AlertStepEntity>(e => e.ToTable("alert_steps").HasKey(x => new { x.RuleId, x.PeriodStart, x.Step }));
        modelBuilder.Entity<AlertNoticeEntity>(e =>
        {
            e.ToTable("alert_notices");
            e.HasIndex(x => new { x.RuleId, x.CreatedAt });
            e.HasIndex(x => new { x.State, x.ReadyAt });
            e.HasIndex(x => x.Occurrence);
        });
    }

    private static void Item<T>(ModelBuilder model, string name) where T : ItemEntity => model.Entity<T>(e =>
    {
        e.ToTable(name);
        e.Property(x => x.Id).ValueGeneratedNever();
        e.HasIndex(x => x.At).HasDatabaseName($"IX_{name}_At");
        e.HasIndex(x => x.ConversationId).HasDatabaseName($"IX_{name}_ConversationId");
        // Whoever reads rows reads those that count; the writer, which sees all, does not go through EF.
        e.HasQueryFilter(x => !x.IsVoid);
    });
}
