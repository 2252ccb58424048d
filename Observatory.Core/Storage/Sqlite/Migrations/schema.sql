CREATE TABLE IF NOT EXISTS "__EFMigrationsHistory" (
    "MigrationId" TEXT NOT NULL CONSTRAINT "PK___EFMigrationsHistory" PRIMARY KEY,
    "ProductVersion" TEXT NOT NULL
);

BEGIN TRANSACTION;
CREATE TABLE "accounts" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_accounts" PRIMARY KEY AUTOINCREMENT,
    "Email" TEXT NOT NULL,
    "NormalizedEmail" TEXT NOT NULL,
    "Name" TEXT NULL,
    "PasswordHash" TEXT NULL,
    "Role" INTEGER NOT NULL,
    "SecurityStamp" TEXT NOT NULL,
    "ExternalIssuer" TEXT NULL,
    "ExternalSubject" TEXT NULL,
    "Disabled" INTEGER NOT NULL,
    "CreatedAt" INTEGER NOT NULL,
    "LastSignInAt" INTEGER NULL
);

CREATE TABLE "agents" (
    "ConversationId" INTEGER NOT NULL,
    "AgentId" INTEGER NOT NULL,
    "Type" TEXT NULL,
    "Description" TEXT NULL,
    "ToolUse" INTEGER NOT NULL,
    CONSTRAINT "PK_agents" PRIMARY KEY ("ConversationId", "AgentId")
) WITHOUT ROWID;

CREATE TABLE "api_errors" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_api_errors" PRIMARY KEY,
    "Status" INTEGER NOT NULL,
    "IsFinal" INTEGER NOT NULL,
    "TextId" INTEGER NULL,
    "KeyHigh" INTEGER NOT NULL,
    "KeyLow" INTEGER NOT NULL,
    "ConversationId" INTEGER NOT NULL,
    "At" INTEGER NOT NULL,
    "UserId" INTEGER NOT NULL,
    "ProjectId" INTEGER NOT NULL,
    "BranchId" INTEGER NOT NULL,
    "VersionId" INTEGER NOT NULL,
    "Sources" INTEGER NOT NULL,
    "AgentId" INTEGER NOT NULL,
    "RequestRef" INTEGER NOT NULL
);

CREATE TABLE "api_keys" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_api_keys" PRIMARY KEY AUTOINCREMENT,
    "Name" TEXT NOT NULL,
    "Hash" BLOB NOT NULL,
    "Scopes" INTEGER NOT NULL,
    "CreatedAt" INTEGER NOT NULL,
    "ExpiresAt" INTEGER NULL,
    "LastUsedAt" INTEGER NULL,
    "RevokedAt" INTEGER NULL
);

CREATE TABLE "conversations" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_conversations" PRIMARY KEY,
    "SessionId" TEXT NOT NULL,
    "ParentId" INTEGER NULL,
    "UserId" INTEGER NOT NULL,
    "ProjectId" INTEGER NOT NULL,
    "BranchId" INTEGER NOT NULL,
    "VersionId" INTEGER NOT NULL,
    "Title" TEXT NOT NULL,
    "CustomTitle" TEXT NULL,
    "AiTitle" TEXT NULL,
    "Summary" TEXT NULL,
    "FirstPrompt" TEXT NULL,
    "CreatedAt" INTEGER NOT NULL,
    "LastActivity" INTEGER NOT NULL,
    "ActiveMs" INTEGER NOT NULL,
    "UserMessages" INTEGER NOT NULL,
    "AssistantMessages" INTEGER NOT NULL,
    "Input" INTEGER NOT NULL,
    "Output" INTEGER NOT NULL,
    "CacheWrite" INTEGER NOT NULL,
    "CacheRead" INTEGER NOT NULL,
    "Cost" INTEGER NOT NULL,
    "UnpricedTokens" INTEGER NOT NULL,
    "ToolCalls" INTEGER NOT NULL,
    "ToolErrors" INTEGER NOT NULL,
    "ResponseCount" INTEGER NOT NULL,
    "ResponseMs" INTEGER NOT NULL,
    "Sources" INTEGER NOT NULL,
    "Models" TEXT NOT NULL,
    "PullRequest" TEXT NULL,
    "ClientCost" INTEGER NULL,
    "FirstQueueOperation" INTEGER NULL,
    "CopiedLines" INTEGER NOT NULL
);

CREATE TABLE "drift" (
    "Kind" TEXT NOT NULL,
    "Version" TEXT NOT NULL,
    "Lines" INTEGER NOT NULL,
    "FirstSeen" INTEGER NOT NULL,
    CONSTRAINT "PK_drift" PRIMARY KEY ("Kind", "Version")
);

CREATE TABLE "files" (
    "Path" TEXT NOT NULL CONSTRAINT "PK_files" PRIMARY KEY,
    "Offset" INTEGER NOT NULL,
    "Line" INTEGER NOT NULL,
    "HeadHash" INTEGER NOT NULL,
    "HeadLength" INTEGER NOT NULL,
    "TailHash" INTEGER NOT NULL,
    "Size" INTEGER NOT NULL,
    "ModifiedAt" INTEGER NOT NULL
);

CREATE TABLE "fingerprints" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_fingerprints" PRIMARY KEY,
    "ConversationId" INTEGER NOT NULL,
    "Kind" INTEGER NOT NULL,
    "Data" BLOB NOT NULL
);

CREATE TABLE "hours" (
    "Bucket" INTEGER NOT NULL,
    "UserId" INTEGER NOT NULL,
    "ProjectId" INTEGER NOT NULL,
    "ModelId" INTEGER NOT NULL,
    "Sources" INTEGER NOT NULL,
    "UserMessages" INTEGER NOT NULL,
    "AssistantMessages" INTEGER NOT NULL,
    "Input" INTEGER NOT NULL,
    "Output" INTEGER NOT NULL,
    "CacheWrite5m" INTEGER NOT NULL,
    "CacheWrite1h" INTEGER NOT NULL,
    "CacheRead" INTEGER NOT NULL,
    "Cost" INTEGER NOT NULL,
    "UnpricedTokens" INTEGER NOT NULL,
    "ToolCalls" INTEGER NOT NULL,
    "ToolErrors" INTEGER NOT NULL,
    "ApiErrors" INTEGER NOT NULL,
    "ResponseCount" INTEGER NOT NULL,
    "ResponseMs" INTEGER NOT NULL,
    "UncachedCost" INTEGER NOT NULL,
    CONSTRAINT "PK_hours" PRIMARY KEY ("Bucket", "UserId", "ProjectId", "ModelId", "Sources")
) WITHOUT ROWID;

CREATE TABLE "marks" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_marks" PRIMARY KEY,
    "Kind" INTEGER NOT NULL,
    "Before" INTEGER NOT NULL,
    "After" INTEGER NOT NULL,
    "KeyHigh" INTEGER NOT NULL,
    "KeyLow" INTEGER NOT NULL,
    "ConversationId" INTEGER NOT NULL,
    "At" INTEGER NOT NULL,
    "UserId" INTEGER NOT NULL,
    "ProjectId" INTEGER NOT NULL,
    "BranchId" INTEGER NOT NULL,
    "VersionId" INTEGER NOT NULL,
    "Sources" INTEGER NOT NULL,
    "AgentId" INTEGER NOT NULL,
    "RequestRef" INTEGER NOT NULL
);

CREATE TABLE "names" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_names" PRIMARY KEY,
    "Kind" INTEGER NOT NULL,
    "Text" TEXT NOT NULL,
    "Ordinal" INTEGER NOT NULL
);

CREATE TABLE "pending_summaries" (
    "Leaf" INTEGER NOT NULL CONSTRAINT "PK_pending_summaries" PRIMARY KEY,
    "Text" TEXT NOT NULL
);

CREATE TABLE "prompts" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_prompts" PRIMARY KEY,
    "ResponseMs" INTEGER NULL,
    "TurnMs" INTEGER NULL,
    "Length" INTEGER NOT NULL,
    "HasCode" INTEGER NOT NULL,
    "TextId" INTEGER NULL,
    "KeyHigh" INTEGER NOT NULL,
    "KeyLow" INTEGER NOT NULL,
    "ConversationId" INTEGER NOT NULL,
    "At" INTEGER NOT NULL,
    "UserId" INTEGER NOT NULL,
    "ProjectId" INTEGER NOT NULL,
    "BranchId" INTEGER NOT NULL,
    "VersionId" INTEGER NOT NULL,
    "Sources" INTEGER NOT NULL,
    "AgentId" INTEGER NOT NULL,
    "RequestRef" INTEGER NOT NULL
);

CREATE TABLE "quarters" (
    "Bucket" INTEGER NOT NULL,
    "ConversationId" INTEGER NOT NULL,
    "UserId" INTEGER NOT NULL,
    "ProjectId" INTEGER NOT NULL,
    "ModelId" INTEGER NOT NULL,
    "Sources" INTEGER NOT NULL,
    "UserMessages" INTEGER NOT NULL,
    "AssistantMessages" INTEGER NOT NULL,
    "Input" INTEGER NOT NULL,
    "Output" INTEGER NOT NULL,
    "CacheWrite5m" INTEGER NOT NULL,
    "CacheWrite1h" INTEGER NOT NULL,
    "CacheRead" INTEGER NOT NULL,
    "Cost" INTEGER NOT NULL,
    "UnpricedTokens" INTEGER NOT NULL,
    "ToolCalls" INTEGER NOT NULL,
    "ToolErrors" INTEGER NOT NULL,
    "ApiErrors" INTEGER NOT NULL,
    "ResponseCount" INTEGER NOT NULL,
    "ResponseMs" INTEGER NOT NULL,
    "UncachedCost" INTEGER NOT NULL,
    CONSTRAINT "PK_quarters" PRIMARY KEY ("Bucket", "ConversationId", "UserId", "ProjectId", "ModelId", "Sources")
) WITHOUT ROWID;

CREATE TABLE "recounts" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_recounts" PRIMARY KEY AUTOINCREMENT,
    "Day" INTEGER NOT NULL,
    "RanAt" INTEGER NOT NULL,
    "Compared" INTEGER NOT NULL,
    "Differences" INTEGER NOT NULL
);

CREATE TABLE "rejected_lines" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_rejected_lines" PRIMARY KEY AUTOINCREMENT,
    "File" TEXT NOT NULL,
    "Line" INTEGER NOT NULL,
    "Offset" INTEGER NOT NULL,
    "Reason" TEXT NOT NULL,
    "Text" TEXT NULL,
    "At" INTEGER NOT NULL
);

CREATE TABLE "responses" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_responses" PRIMARY KEY,
    "Request" INTEGER NOT NULL,
    "LastAt" INTEGER NOT NULL,
    "ModelId" INTEGER NOT NULL,
    "IsSidechain" INTEGER NOT NULL,
    "IsAuxiliary" INTEGER NOT NULL,
    "Input" INTEGER NOT NULL,
    "Output" INTEGER NOT NULL,
    "CacheWriteField" INTEGER NOT NULL,
    "CacheWriteSplit5m" INTEGER NOT NULL,
    "CacheWrite5m" INTEGER NOT NULL,
    "CacheWrite1h" INTEGER NOT NULL,
    "CacheRead" INTEGER NOT NULL,
    "Cost" INTEGER NULL,
    "UncachedCost" INTEGER NOT NULL,
    "SpeedId" INTEGER NOT NULL,
    "TierId" INTEGER NOT NULL,
    "RegionId" INTEGER NOT NULL,
    "KeyHigh" INTEGER NOT NULL,
    "KeyLow" INTEGER NOT NULL,
    "ConversationId" INTEGER NOT NULL,
    "At" INTEGER NOT NULL,
    "UserId" INTEGER NOT NULL,
    "ProjectId" INTEGER NOT NULL,
    "BranchId" INTEGER NOT NULL,
    "VersionId" INTEGER NOT NULL,
    "Sources" INTEGER NOT NULL,
    "AgentId" INTEGER NOT NULL,
    "RequestRef" INTEGER NOT NULL
);

CREATE TABLE "runs" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_runs" PRIMARY KEY AUTOINCREMENT,
    "StartedAt" INTEGER NOT NULL,
    "LastBeatAt" INTEGER NOT NULL
);

CREATE TABLE "shared_items" (
    "Kind" INTEGER NOT NULL,
    "ItemId" INTEGER NOT NULL,
    "ConversationId" INTEGER NOT NULL,
    CONSTRAINT "PK_shared_items" PRIMARY KEY ("Kind", "ItemId", "ConversationId")
) WITHOUT ROWID;

CREATE TABLE "shared_lines" (
    "Uuid" INTEGER NOT NULL,
    "ConversationId" INTEGER NOT NULL,
    "At" INTEGER NOT NULL,
    CONSTRAINT "PK_shared_lines" PRIMARY KEY ("Uuid", "ConversationId")
) WITHOUT ROWID;

CREATE TABLE "sketches" (
    "Bucket" INTEGER NOT NULL,
    "ToolId" INTEGER NOT NULL,
    "UserId" INTEGER NOT NULL,
    "ProjectId" INTEGER NOT NULL,
    "ModelId" INTEGER NOT NULL,
    "Sources" INTEGER NOT NULL,
    "Bin" INTEGER NOT NULL,
    "Count" INTEGER NOT NULL,
    CONSTRAINT "PK_sketches" PRIMARY KEY ("Bucket", "ToolId", "UserId", "ProjectId", "ModelId", "Sources", "Bin")
) WITHOUT ROWID;

CREATE TABLE "texts" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_texts" PRIMARY KEY,
    "Body" TEXT NOT NULL
);

CREATE TABLE "tool_calls" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_tool_calls" PRIMARY KEY,
    "IsCalled" INTEGER NOT NULL,
    "ToolId" INTEGER NOT NULL,
    "ModelId" INTEGER NOT NULL,
    "ResultAt" INTEGER NULL,
    "LastResultAt" INTEGER NULL,
    "IsError" INTEGER NOT NULL,
    "ResultSize" INTEGER NOT NULL,
    "Searches" INTEGER NOT NULL,
    "Cost" INTEGER NOT NULL,
    "StartedAgentId" INTEGER NOT NULL,
    "TargetId" INTEGER NULL,
    "OutputId" INTEGER NULL,
    "KeyHigh" INTEGER NOT NULL,
    "KeyLow" INTEGER NOT NULL,
    "ConversationId" INTEGER NOT NULL,
    "At" INTEGER NOT NULL,
    "UserId" INTEGER NOT NULL,
    "ProjectId" INTEGER NOT NULL,
    "BranchId" INTEGER NOT NULL,
    "VersionId" INTEGER NOT NULL,
    "Sources" INTEGER NOT NULL,
    "AgentId" INTEGER NOT NULL,
    "RequestRef" INTEGER NOT NULL
);

CREATE TABLE "tool_quarters" (
    "Bucket" INTEGER NOT NULL,
    "ToolId" INTEGER NOT NULL,
    "UserId" INTEGER NOT NULL,
    "ProjectId" INTEGER NOT NULL,
    "ModelId" INTEGER NOT NULL,
    "Sources" INTEGER NOT NULL,
    "Calls" INTEGER NOT NULL,
    "Errors" INTEGER NOT NULL,
    "DurationMs" INTEGER NOT NULL,
    "DurationCount" INTEGER NOT NULL,
    CONSTRAINT "PK_tool_quarters" PRIMARY KEY ("Bucket", "ToolId", "UserId", "ProjectId", "ModelId", "Sources")
) WITHOUT ROWID;

CREATE UNIQUE INDEX "IX_accounts_ExternalIssuer_ExternalSubject" ON "accounts" ("ExternalIssuer", "ExternalSubject");

CREATE UNIQUE INDEX "IX_accounts_NormalizedEmail" ON "accounts" ("NormalizedEmail");

CREATE INDEX "IX_api_errors_At" ON "api_errors" ("At");

CREATE INDEX "IX_api_errors_ConversationId" ON "api_errors" ("ConversationId");

CREATE UNIQUE INDEX "IX_api_keys_Hash" ON "api_keys" ("Hash");

CREATE INDEX "IX_conversations_CreatedAt" ON "conversations" ("CreatedAt");

CREATE INDEX "IX_conversations_LastActivity" ON "conversations" ("LastActivity");

CREATE UNIQUE INDEX "IX_conversations_SessionId" ON "conversations" ("SessionId");

CREATE INDEX "IX_marks_At" ON "marks" ("At");

CREATE INDEX "IX_marks_ConversationId" ON "marks" ("ConversationId");

CREATE UNIQUE INDEX "IX_names_Kind_Text" ON "names" ("Kind", "Text");

CREATE INDEX "IX_prompts_At" ON "prompts" ("At");

CREATE INDEX "IX_prompts_ConversationId" ON "prompts" ("ConversationId");

CREATE UNIQUE INDEX "IX_rejected_lines_File_Offset_Reason" ON "rejected_lines" ("File", "Offset", "Reason");

CREATE INDEX "IX_responses_At" ON "responses" ("At");

CREATE INDEX "IX_responses_ConversationId" ON "responses" ("ConversationId");

CREATE INDEX "IX_tool_calls_At" ON "tool_calls" ("At");

CREATE INDEX "IX_tool_calls_ConversationId" ON "tool_calls" ("ConversationId");

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261124164456_Initial', '10.0.15');

COMMIT;

BEGIN TRANSACTION;
ALTER TABLE "tool_calls" ADD "IsVoid" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "tool_calls" ADD "MeasuredMs" INTEGER NULL;

ALTER TABLE "tool_calls" ADD "Origin" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "responses" ADD "CallId" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "responses" ADD "ClientCost" INTEGER NULL;

ALTER TABLE "responses" ADD "DurationMs" INTEGER NULL;

ALTER TABLE "responses" ADD "FirstTokenMs" INTEGER NULL;

ALTER TABLE "responses" ADD "IsVoid" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "responses" ADD "Kind" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "responses" ADD "Origin" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "responses" ADD "OwnCacheRead" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "responses" ADD "OwnCacheWrite1h" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "responses" ADD "OwnInput" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "responses" ADD "OwnModelId" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "responses" ADD "OwnOutput" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "responses" ADD "OwnSpeedId" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "prompts" ADD "IsVoid" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "prompts" ADD "Origin" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "marks" ADD "IsVoid" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "marks" ADD "Origin" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "conversations" ADD "Given" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "conversations" ADD "UserAt" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "conversations" ADD "UserRank" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "api_errors" ADD "Attempts" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "api_errors" ADD "IsVoid" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "api_errors" ADD "Origin" INTEGER NOT NULL DEFAULT 0;

CREATE TABLE "aliases" (
    "UserId" INTEGER NOT NULL CONSTRAINT "PK_aliases" PRIMARY KEY,
    "CanonicalId" INTEGER NOT NULL,
    "CreatedAt" INTEGER NOT NULL
);

CREATE TABLE "dead_letters" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_dead_letters" PRIMARY KEY AUTOINCREMENT,
    "Source" INTEGER NOT NULL,
    "EventId" TEXT NULL,
    "Reason" TEXT NOT NULL,
    "Text" TEXT NULL,
    "User" TEXT NULL,
    "ReceivedAt" INTEGER NOT NULL
);

CREATE TABLE "events" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_events" PRIMARY KEY,
    "TypeId" INTEGER NOT NULL,
    "Data" TEXT NULL,
    "KeyHigh" INTEGER NOT NULL,
    "KeyLow" INTEGER NOT NULL,
    "ConversationId" INTEGER NOT NULL,
    "At" INTEGER NOT NULL,
    "UserId" INTEGER NOT NULL,
    "ProjectId" INTEGER NOT NULL,
    "BranchId" INTEGER NOT NULL,
    "VersionId" INTEGER NOT NULL,
    "Origin" INTEGER NOT NULL,
    "IsVoid" INTEGER NOT NULL,
    "Sources" INTEGER NOT NULL,
    "AgentId" INTEGER NOT NULL,
    "RequestRef" INTEGER NOT NULL
);

CREATE TABLE "points" (
    "SeriesId" INTEGER NOT NULL,
    "At" INTEGER NOT NULL,
    "Key" INTEGER NOT NULL,
    "StartAt" INTEGER NOT NULL,
    "Value" REAL NOT NULL,
    CONSTRAINT "PK_points" PRIMARY KEY ("SeriesId", "At", "Key")
) WITHOUT ROWID;

CREATE TABLE "seen_events" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_seen_events" PRIMARY KEY,
    "Data" BLOB NOT NULL
);

CREATE TABLE "series" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_series" PRIMARY KEY,
    "MetricId" INTEGER NOT NULL,
    "Source" INTEGER NOT NULL,
    "UserId" INTEGER NOT NULL,
    "Tags" TEXT NOT NULL
);

CREATE INDEX "IX_events_At" ON "events" ("At");

CREATE INDEX "IX_events_ConversationId" ON "events" ("ConversationId");

CREATE INDEX "IX_series_MetricId" ON "series" ("MetricId");

UPDATE prompts SET Origin = CASE WHEN (Sources & 32) <> 0 THEN 5 ELSE 1 END;

UPDATE responses SET Origin = CASE WHEN (Sources & 32) <> 0 THEN 5 ELSE 1 END;

UPDATE tool_calls SET Origin = CASE WHEN (Sources & 32) <> 0 THEN 5 ELSE 1 END;

UPDATE api_errors SET Origin = CASE WHEN (Sources & 32) <> 0 THEN 5 ELSE 1 END;

UPDATE marks SET Origin = CASE WHEN (Sources & 32) <> 0 THEN 5 ELSE 1 END;

UPDATE responses SET Kind = 1, OwnInput = Input, OwnOutput = Output, OwnCacheWrite1h = CacheWrite1h, OwnCacheRead = CacheRead, OwnModelId = ModelId, OwnSpeedId = SpeedId;

UPDATE api_errors SET Attempts = 1;

UPDATE conversations SET UserRank = 2, UserAt = 9223372036854775807, Given = CASE WHEN Id IN (SELECT ConversationId FROM api_errors) THEN 3 ELSE 1 END;

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261126013103_Sources', '10.0.15');

COMMIT;

BEGIN TRANSACTION;
CREATE TABLE "days" (
    "Day" INTEGER NOT NULL CONSTRAINT "PK_days" PRIMARY KEY,
    "Version" INTEGER NOT NULL
);

CREATE INDEX "IX_responses_ConversationId_AgentId" ON "responses" ("ConversationId", "AgentId") WHERE "AgentId" <> 0;

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261126022225_DayVersions', '10.0.15');

COMMIT;

BEGIN TRANSACTION;
ALTER TABLE "tool_calls" RENAME TO "tool_call_rows";

ALTER TABLE "responses" RENAME TO "response_rows";

ALTER TABLE "events" RENAME TO "event_rows";

CREATE TABLE "block_conversations" (
    "ConversationId" INTEGER NOT NULL,
    "BlockId" INTEGER NOT NULL,
    CONSTRAINT "PK_block_conversations" PRIMARY KEY ("ConversationId", "BlockId")
) WITHOUT ROWID;

CREATE TABLE "block_holes" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_block_holes" PRIMARY KEY
);

CREATE TABLE "item_blocks" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_item_blocks" PRIMARY KEY,
    "Kind" INTEGER NOT NULL,
    "MinAt" INTEGER NOT NULL,
    "MaxAt" INTEGER NOT NULL,
    "Data" BLOB NOT NULL
);

CREATE INDEX "IX_item_blocks_Kind_MaxAt_MinAt" ON "item_blocks" ("Kind", "MaxAt", "MinAt");

CREATE VIEW responses AS SELECT Id, KeyHigh, KeyLow, ConversationId, At, UserId, ProjectId, BranchId, VersionId, Sources, AgentId, RequestRef, Origin, IsVoid, Request, LastAt, ModelId, IsSidechain, IsAuxiliary, Input, Output, CacheWrite5m, CacheWrite1h, CacheRead, Cost, SpeedId, TierId, RegionId, CacheWriteField, CacheWriteSplit5m, UncachedCost, Kind, CallId, OwnInput, OwnOutput, OwnCacheWrite1h, OwnCacheRead, OwnModelId, OwnSpeedId, ClientCost, DurationMs, FirstTokenMs FROM response_rows UNION ALL SELECT Id, KeyHigh, KeyLow, ConversationId, At, UserId, ProjectId, BranchId, VersionId, Sources, AgentId, RequestRef, Origin, IsVoid, Request, LastAt, ModelId, IsSidechain, IsAuxiliary, Input, Output, CacheWrite5m, CacheWrite1h, CacheRead, Cost, SpeedId, TierId, RegionId, CacheWriteField, CacheWriteSplit5m, UncachedCost, Kind, CallId, OwnInput, OwnOutput, OwnCacheWrite1h, OwnCacheRead, OwnModelId, OwnSpeedId, ClientCost, DurationMs, FirstTokenMs FROM response_blocks;

CREATE VIEW tool_calls AS SELECT Id, KeyHigh, KeyLow, ConversationId, At, UserId, ProjectId, BranchId, VersionId, Sources, AgentId, RequestRef, Origin, IsVoid, IsCalled, ToolId, ModelId, ResultAt, LastResultAt, IsError, ResultSize, Searches, Cost, StartedAgentId, TargetId, OutputId, MeasuredMs FROM tool_call_rows UNION ALL SELECT Id, KeyHigh, KeyLow, ConversationId, At, UserId, ProjectId, BranchId, VersionId, Sources, AgentId, RequestRef, Origin, IsVoid, IsCalled, ToolId, ModelId, ResultAt, LastResultAt, IsError, ResultSize, Searches, Cost, StartedAgentId, TargetId, OutputId, MeasuredMs FROM tool_call_blocks;

CREATE VIEW events AS SELECT Id, KeyHigh, KeyLow, ConversationId, At, UserId, ProjectId, BranchId, VersionId, Sources, AgentId, RequestRef, Origin, IsVoid, TypeId, Data FROM event_rows UNION ALL SELECT Id, KeyHigh, KeyLow, ConversationId, At, UserId, ProjectId, BranchId, VersionId, Sources, AgentId, RequestRef, Origin, IsVoid, TypeId, Data FROM event_blocks;

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261126115327_Blocks', '10.0.15');

COMMIT;

BEGIN TRANSACTION;
ALTER TABLE "tool_call_rows" ADD "OwnUserId" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "shared_items" ADD "CopiedFromId" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "response_rows" ADD "OwnUserId" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "prompts" ADD "OwnUserId" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "marks" ADD "OwnUserId" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "event_rows" ADD "OwnUserId" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "api_errors" ADD "OwnUserId" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "conversations" ADD "FirstLineAt" INTEGER NULL;

DROP VIEW responses; CREATE VIEW responses AS SELECT Id, KeyHigh, KeyLow, ConversationId, At, UserId, ProjectId, BranchId, VersionId, Sources, AgentId, RequestRef, Origin, IsVoid, Request, LastAt, ModelId, IsSidechain, IsAuxiliary, Input, Output, CacheWrite5m, CacheWrite1h, CacheRead, Cost, SpeedId, TierId, RegionId, CacheWriteField, CacheWriteSplit5m, UncachedCost, Kind, CallId, OwnInput, OwnOutput, OwnCacheWrite1h, OwnCacheRead, OwnModelId, OwnSpeedId, ClientCost, DurationMs, FirstTokenMs, OwnUserId FROM response_rows UNION ALL SELECT Id, KeyHigh, KeyLow, ConversationId, At, UserId, ProjectId, BranchId, VersionId, Sources, AgentId, RequestRef, Origin, IsVoid, Request, LastAt, ModelId, IsSidechain, IsAuxiliary, Input, Output, CacheWrite5m, CacheWrite1h, CacheRead, Cost, SpeedId, TierId, RegionId, CacheWriteField, CacheWriteSplit5m, UncachedCost, Kind, CallId, OwnInput, OwnOutput, OwnCacheWrite1h, OwnCacheRead, OwnModelId, OwnSpeedId, ClientCost, DurationMs, FirstTokenMs, IFNULL(OwnUserId, 0) FROM response_blocks;

DROP VIEW tool_calls; CREATE VIEW tool_calls AS SELECT Id, KeyHigh, KeyLow, ConversationId, At, UserId, ProjectId, BranchId, VersionId, Sources, AgentId, RequestRef, Origin, IsVoid, IsCalled, ToolId, ModelId, ResultAt, LastResultAt, IsError, ResultSize, Searches, Cost, StartedAgentId, TargetId, OutputId, MeasuredMs, OwnUserId FROM tool_call_rows UNION ALL SELECT Id, KeyHigh, KeyLow, ConversationId, At, UserId, ProjectId, BranchId, VersionId, Sources, AgentId, RequestRef, Origin, IsVoid, IsCalled, ToolId, ModelId, ResultAt, LastResultAt, IsError, ResultSize, Searches, Cost, StartedAgentId, TargetId, OutputId, MeasuredMs, IFNULL(OwnUserId, 0) FROM tool_call_blocks;

DROP VIEW events; CREATE VIEW events AS SELECT Id, KeyHigh, KeyLow, ConversationId, At, UserId, ProjectId, BranchId, VersionId, Sources, AgentId, RequestRef, Origin, IsVoid, TypeId, Data, OwnUserId FROM event_rows UNION ALL SELECT Id, KeyHigh, KeyLow, ConversationId, At, UserId, ProjectId, BranchId, VersionId, Sources, AgentId, RequestRef, Origin, IsVoid, TypeId, Data, IFNULL(OwnUserId, 0) FROM event_blocks;

DELETE FROM files;

UPDATE drift SET Lines = 0;

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261130064733_Owners', '10.0.15');

COMMIT;

BEGIN TRANSACTION;
ALTER TABLE "tool_call_rows" ADD "FolderId" INTEGER NULL;

ALTER TABLE "response_rows" ADD "FolderId" INTEGER NULL;

ALTER TABLE "prompts" ADD "FolderId" INTEGER NULL;

ALTER TABLE "marks" ADD "FolderId" INTEGER NULL;

ALTER TABLE "event_rows" ADD "FolderId" INTEGER NULL;

ALTER TABLE "conversations" ADD "StartAt" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "conversations" ADD "StartFolderId" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "conversations" ADD "StartRank" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "conversations" ADD "WorktreeId" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "api_errors" ADD "FolderId" INTEGER NULL;

CREATE TABLE "worktrees" (
    "FolderId" INTEGER NOT NULL CONSTRAINT "PK_worktrees" PRIMARY KEY,
    "RepositoryId" INTEGER NOT NULL
);

UPDATE conversations SET StartRank = -1 WHERE ProjectId <> 0;

DROP VIEW responses;

DROP VIEW tool_calls;

DROP VIEW events;

CREATE VIEW responses AS SELECT Id, KeyHigh, KeyLow, ConversationId, At, UserId, ProjectId, BranchId, VersionId, Sources, AgentId, RequestRef, Origin, IsVoid, Request, LastAt, ModelId, IsSidechain, IsAuxiliary, Input, Output, CacheWrite5m, CacheWrite1h, CacheRead, Cost, SpeedId, TierId, RegionId, CacheWriteField, CacheWriteSplit5m, UncachedCost, Kind, CallId, OwnInput, OwnOutput, OwnCacheWrite1h, OwnCacheRead, OwnModelId, OwnSpeedId, ClientCost, DurationMs, FirstTokenMs, OwnUserId, FolderId FROM response_rows UNION ALL SELECT Id, KeyHigh, KeyLow, ConversationId, At, UserId, ProjectId, BranchId, VersionId, Sources, AgentId, RequestRef, Origin, IsVoid, Request, LastAt, ModelId, IsSidechain, IsAuxiliary, Input, Output, CacheWrite5m, CacheWrite1h, CacheRead, Cost, SpeedId, TierId, RegionId, CacheWriteField, CacheWriteSplit5m, UncachedCost, Kind, CallId, OwnInput, OwnOutput, OwnCacheWrite1h, OwnCacheRead, OwnModelId, OwnSpeedId, ClientCost, DurationMs, FirstTokenMs, IFNULL(OwnUserId, 0), FolderId FROM response_blocks;

CREATE VIEW tool_calls AS SELECT Id, KeyHigh, KeyLow, ConversationId, At, UserId, ProjectId, BranchId, VersionId, Sources, AgentId, RequestRef, Origin, IsVoid, IsCalled, ToolId, ModelId, ResultAt, LastResultAt, IsError, ResultSize, Searches, Cost, StartedAgentId, TargetId, OutputId, MeasuredMs, OwnUserId, FolderId FROM tool_call_rows UNION ALL SELECT Id, KeyHigh, KeyLow, ConversationId, At, UserId, ProjectId, BranchId, VersionId, Sources, AgentId, RequestRef, Origin, IsVoid, IsCalled, ToolId, ModelId, ResultAt, LastResultAt, IsError, ResultSize, Searches, Cost, StartedAgentId, TargetId, OutputId, MeasuredMs, IFNULL(OwnUserId, 0), FolderId FROM tool_call_blocks;

CREATE VIEW events AS SELECT Id, KeyHigh, KeyLow, ConversationId, At, UserId, ProjectId, BranchId, VersionId, Sources, AgentId, RequestRef, Origin, IsVoid, TypeId, Data, OwnUserId, FolderId FROM event_rows UNION ALL SELECT Id, KeyHigh, KeyLow, ConversationId, At, UserId, ProjectId, BranchId, VersionId, Sources, AgentId, RequestRef, Origin, IsVoid, TypeId, Data, IFNULL(OwnUserId, 0), FolderId FROM event_blocks;

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261130065543_Projects', '10.0.15');

COMMIT;

BEGIN TRANSACTION;
CREATE TABLE "day_sums" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_day_sums" PRIMARY KEY,
    "Version" INTEGER NOT NULL,
    "Form" INTEGER NOT NULL,
    "Data" BLOB NOT NULL
);

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261130133000_DaySums', '10.0.15');

COMMIT;

BEGIN TRANSACTION;
ALTER TABLE "days" ADD "Gone" INTEGER NOT NULL DEFAULT 0;

CREATE TABLE "carries" (
    "ConversationId" INTEGER NOT NULL CONSTRAINT "PK_carries" PRIMARY KEY,
    "Until" INTEGER NOT NULL,
    "Sources" INTEGER NOT NULL,
    "FirstAt" INTEGER NULL,
    "LastAt" INTEGER NULL,
    "ActiveMs" INTEGER NOT NULL,
    "FirstPromptAt" INTEGER NULL,
    "Models" BLOB NOT NULL,
    "Totals" BLOB NOT NULL
);

CREATE TABLE "forgotten_keys" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_forgotten_keys" PRIMARY KEY,
    "Data" BLOB NOT NULL
);

CREATE TABLE "gone_shared_items" (
    "Kind" INTEGER NOT NULL,
    "ItemId" INTEGER NOT NULL,
    "At" INTEGER NOT NULL,
    "RequestRef" INTEGER NOT NULL,
    "OwnerId" INTEGER NOT NULL,
    "WholeId" INTEGER NOT NULL,
    "IsResult" INTEGER NOT NULL,
    CONSTRAINT "PK_gone_shared_items" PRIMARY KEY ("Kind", "ItemId")
) WITHOUT ROWID;

CREATE TABLE "id_marks" (
    "Kind" TEXT NOT NULL CONSTRAINT "PK_id_marks" PRIMARY KEY,
    "Last" INTEGER NOT NULL
);

CREATE TABLE "maintenance" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_maintenance" PRIMARY KEY AUTOINCREMENT,
    "Step" TEXT NOT NULL,
    "Arguments" TEXT NOT NULL,
    "State" INTEGER NOT NULL,
    "Place" TEXT NULL,
    "Done" INTEGER NOT NULL,
    "Total" INTEGER NOT NULL,
    "Failures" INTEGER NOT NULL,
    "Reason" TEXT NULL,
    "AskedAt" INTEGER NOT NULL,
    "StartedAt" INTEGER NULL,
    "EndedAt" INTEGER NULL
);

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261130142800_Removal', '10.0.15');

COMMIT;

BEGIN TRANSACTION;
ALTER TABLE "event_rows" ADD "CountedMs" INTEGER NULL;

ALTER TABLE "event_rows" ADD "FirstTokenMs" INTEGER NULL;

ALTER TABLE "event_rows" ADD "ModelId" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "event_rows" ADD "SpanGroup" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "event_rows" ADD "SpanKind" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "event_rows" ADD "SpanMs" INTEGER NULL;

ALTER TABLE "event_rows" ADD "ToolId" INTEGER NOT NULL DEFAULT 0;

CREATE TABLE "gone_days" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_gone_days" PRIMARY KEY AUTOINCREMENT,
    "Day" INTEGER NOT NULL,
    "Data" BLOB NOT NULL
);

CREATE INDEX "IX_gone_days_Day" ON "gone_days" ("Day");

DROP VIEW events;

CREATE VIEW events AS SELECT Id, KeyHigh, KeyLow, ConversationId, At, UserId, ProjectId, BranchId, VersionId, Sources, AgentId, RequestRef, Origin, IsVoid, TypeId, Data, OwnUserId, FolderId, SpanKind, SpanGroup, ModelId, ToolId, SpanMs, CountedMs, FirstTokenMs FROM event_rows UNION ALL SELECT Id, KeyHigh, KeyLow, ConversationId, At, UserId, ProjectId, BranchId, VersionId, Sources, AgentId, RequestRef, Origin, IsVoid, TypeId, Data, IFNULL(OwnUserId, 0), FolderId, IFNULL(SpanKind, 0), IFNULL(SpanGroup, 0), IFNULL(ModelId, 0), IFNULL(ToolId, 0), SpanMs, CountedMs, FirstTokenMs FROM event_blocks;

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261130163654_Spans', '10.0.15');

COMMIT;

BEGIN TRANSACTION;
ALTER TABLE "series" ADD "Identities" TEXT NOT NULL DEFAULT '';

ALTER TABLE "series" ADD "IsSummed" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "points" ADD "Gain" REAL NOT NULL DEFAULT 0.0;

ALTER TABLE "points" ADD "IdentityId" INTEGER NOT NULL DEFAULT 0;

CREATE TABLE "identities" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_identities" PRIMARY KEY,
    "Hash" INTEGER NOT NULL,
    "Tags" TEXT NOT NULL
);

CREATE TABLE "series_tiers" (
    "SeriesId" INTEGER NOT NULL,
    "Tier" INTEGER NOT NULL,
    "Bucket" INTEGER NOT NULL,
    "Count" INTEGER NOT NULL,
    "Sum" REAL NOT NULL,
    "Min" REAL NOT NULL,
    "Max" REAL NOT NULL,
    "Bins" BLOB NOT NULL,
    CONSTRAINT "PK_series_tiers" PRIMARY KEY ("SeriesId", "Tier", "Bucket")
) WITHOUT ROWID;

CREATE INDEX "IX_points_run" ON "points" ("SeriesId", "IdentityId", "StartAt", "At") WHERE "StartAt" <> 0;

CREATE INDEX "IX_identities_Hash" ON "identities" ("Hash");

UPDATE points SET Gain = CASE WHEN r.Growth >= 0 THEN r.Growth ELSE r.Value END FROM (SELECT SeriesId, At, Key, Value, CASE WHEN StartAt = 0 THEN NULL ELSE Value - LAG(Value) OVER (PARTITION BY SeriesId, StartAt ORDER BY At, Key) END AS Growth FROM points) AS r WHERE r.SeriesId = points.SeriesId AND r.At = points.At AND r.Key = points.Key;

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261130165525_Series', '10.0.15');

COMMIT;

BEGIN TRANSACTION;
CREATE TABLE "exports" (
    "Id" TEXT NOT NULL CONSTRAINT "PK_exports" PRIMARY KEY,
    "OwnerId" TEXT NOT NULL,
    "OwnerName" TEXT NOT NULL,
    "OwnerRole" INTEGER NOT NULL,
    "Dataset" TEXT NOT NULL,
    "Format" TEXT NOT NULL,
    "Request" TEXT NOT NULL,
    "State" INTEGER NOT NULL,
    "Rows" INTEGER NOT NULL,
    "Bytes" INTEGER NOT NULL,
    "Tries" INTEGER NOT NULL,
    "Error" TEXT NULL,
    "CreatedAt" INTEGER NOT NULL,
    "EndedAt" INTEGER NULL,
    "ExpiresAt" INTEGER NULL
);

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261130172833_Exports', '10.0.15');

COMMIT;

BEGIN TRANSACTION;
CREATE TABLE "deliveries" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_deliveries" PRIMARY KEY AUTOINCREMENT,
    "OccurrenceId" INTEGER NOT NULL,
    "Kind" TEXT NOT NULL,
    "SourceId" TEXT NOT NULL,
    "Occurrence" TEXT NOT NULL,
    "Recipient" TEXT NOT NULL,
    "State" INTEGER NOT NULL,
    "Attempts" INTEGER NOT NULL,
    "MessageId" TEXT NOT NULL,
    "NextTryAt" INTEGER NOT NULL,
    "FirstTryAt" INTEGER NULL,
    "SentAt" INTEGER NULL,
    "Error" TEXT NULL,
    "Channel" TEXT NULL,
    "LeaseOwner" TEXT NULL,
    "LeaseUntil" INTEGER NOT NULL,
    "Fence" INTEGER NOT NULL
);

CREATE TABLE "kept_mails" (
    "OccurrenceId" INTEGER NOT NULL,
    "Audience" TEXT NOT NULL,
    "Data" BLOB NOT NULL,
    CONSTRAINT "PK_kept_mails" PRIMARY KEY ("OccurrenceId", "Audience")
);

CREATE TABLE "mail_feedback" (
    "Kind" TEXT NOT NULL,
    "SourceId" TEXT NOT NULL,
    "Occurrence" TEXT NOT NULL,
    "Recipient" TEXT NOT NULL,
    "IsUseful" INTEGER NOT NULL,
    "At" INTEGER NOT NULL,
    CONSTRAINT "PK_mail_feedback" PRIMARY KEY ("Kind", "SourceId", "Occurrence", "Recipient")
);

CREATE TABLE "notes" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_notes" PRIMARY KEY AUTOINCREMENT,
    "At" INTEGER NOT NULL,
    "Until" INTEGER NULL,
    "Text" TEXT NOT NULL,
    "Project" TEXT NULL,
    "Author" TEXT NOT NULL,
    "ChangedAt" INTEGER NOT NULL
);

CREATE TABLE "occurrences" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_occurrences" PRIMARY KEY AUTOINCREMENT,
    "Kind" TEXT NOT NULL,
    "SourceId" TEXT NOT NULL,
    "Occurrence" TEXT NOT NULL,
    "DueAt" INTEGER NOT NULL,
    "PeriodStart" INTEGER NOT NULL,
    "PeriodEnd" INTEGER NOT NULL,
    "State" INTEGER NOT NULL,
    "BegunAt" INTEGER NULL,
    "EndedAt" INTEGER NULL,
    "Note" TEXT NULL
);

CREATE TABLE "reports" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_reports" PRIMARY KEY AUTOINCREMENT,
    "Definition" TEXT NOT NULL,
    "Paused" INTEGER NOT NULL,
    "PausedBecause" TEXT NULL,
    "NextDueAt" INTEGER NULL,
    "CreatedAt" INTEGER NOT NULL,
    "ChangedAt" INTEGER NOT NULL
);

CREATE TABLE "shares" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_shares" PRIMARY KEY AUTOINCREMENT,
    "KeyHash" BLOB NOT NULL,
    "Path" TEXT NOT NULL,
    "Query" TEXT NOT NULL,
    "Maker" TEXT NOT NULL,
    "CreatedAt" INTEGER NOT NULL,
    "ExpiresAt" INTEGER NULL,
    "Password" TEXT NULL
);

CREATE TABLE "suppressions" (
    "Kind" TEXT NOT NULL,
    "SourceId" TEXT NOT NULL,
    "Recipient" TEXT NOT NULL,
    "At" INTEGER NOT NULL,
    CONSTRAINT "PK_suppressions" PRIMARY KEY ("Kind", "SourceId", "Recipient")
);

CREATE UNIQUE INDEX "IX_deliveries_Kind_SourceId_Occurrence_Recipient" ON "deliveries" ("Kind", "SourceId", "Occurrence", "Recipient");

CREATE INDEX "IX_deliveries_OccurrenceId" ON "deliveries" ("OccurrenceId");

CREATE INDEX "IX_deliveries_State_NextTryAt" ON "deliveries" ("State", "NextTryAt");

CREATE INDEX "IX_notes_At" ON "notes" ("At");

CREATE INDEX "IX_occurrences_EndedAt" ON "occurrences" ("EndedAt");

CREATE UNIQUE INDEX "IX_occurrences_Kind_SourceId_Occurrence" ON "occurrences" ("Kind", "SourceId", "Occurrence");

CREATE INDEX "IX_reports_NextDueAt" ON "reports" ("NextDueAt");

CREATE UNIQUE INDEX "IX_shares_KeyHash" ON "shares" ("KeyHash");

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261130174500_Reports', '10.0.15');

COMMIT;

BEGIN TRANSACTION;
CREATE TABLE "anomaly_marks" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_anomaly_marks" PRIMARY KEY AUTOINCREMENT,
    "AnomalyId" TEXT NOT NULL,
    "Expected" INTEGER NOT NULL,
    "By" TEXT NOT NULL,
    "At" INTEGER NOT NULL
);

CREATE TABLE "days_off" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_days_off" PRIMARY KEY AUTOINCREMENT,
    "Day" INTEGER NOT NULL,
    "Name" TEXT NOT NULL,
    "Zone" TEXT NOT NULL,
    "AnomalyId" TEXT NULL
);

CREATE TABLE "views" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_views" PRIMARY KEY AUTOINCREMENT,
    "Owner" TEXT NOT NULL,
    "Name" TEXT NOT NULL,
    "Path" TEXT NOT NULL,
    "Query" TEXT NOT NULL,
    "IsShared" INTEGER NOT NULL,
    "CreatedAt" INTEGER NOT NULL,
    "ChangedAt" INTEGER NOT NULL
);

CREATE UNIQUE INDEX "IX_anomaly_marks_AnomalyId" ON "anomaly_marks" ("AnomalyId");

CREATE UNIQUE INDEX "IX_days_off_Day_Zone" ON "days_off" ("Day", "Zone");

CREATE INDEX "IX_views_Owner" ON "views" ("Owner");

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261130175600_Readers', '10.0.15');

COMMIT;

BEGIN TRANSACTION;
CREATE TABLE "retention_plans" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_retention_plans" PRIMARY KEY AUTOINCREMENT,
    "PlanId" TEXT NOT NULL,
    "MadeAt" INTEGER NOT NULL,
    "Document" TEXT NOT NULL,
    "JobId" INTEGER NULL,
    "RunAt" INTEGER NULL,
    "IsPaused" INTEGER NOT NULL,
    "Actor" TEXT NULL
);

CREATE TABLE "retention_settings" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_retention_settings" PRIMARY KEY,
    "Document" TEXT NOT NULL,
    "NotBefore" INTEGER NOT NULL
);

CREATE TABLE "storage_days" (
    "Day" INTEGER NOT NULL CONSTRAINT "PK_storage_days" PRIMARY KEY,
    "Bytes" INTEGER NOT NULL
);

CREATE UNIQUE INDEX "IX_retention_plans_PlanId" ON "retention_plans" ("PlanId");

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261130175737_Retention', '10.0.15');

COMMIT;

BEGIN TRANSACTION;
CREATE TABLE "audit_log" (
    "seq" INTEGER NOT NULL CONSTRAINT "PK_audit_log" PRIMARY KEY,
    "at" INTEGER NOT NULL,
    "actor_kind" TEXT NOT NULL,
    "actor_id" TEXT NOT NULL,
    "actor_name" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "details" TEXT NOT NULL,
    "hash" BLOB NOT NULL
);

CREATE INDEX "IX_audit_log_action" ON "audit_log" ("action");

CREATE INDEX "IX_audit_log_at" ON "audit_log" ("at");

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261130201842_Audit', '10.0.15');

COMMIT;

BEGIN TRANSACTION;
ALTER TABLE "conversations" ADD "Lines" INTEGER NOT NULL DEFAULT 0;

CREATE TABLE "key_marks" (
    "Kind" INTEGER NOT NULL CONSTRAINT "PK_key_marks" PRIMARY KEY,
    "Through" INTEGER NOT NULL
);

CREATE TABLE "key_pages" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_key_pages" PRIMARY KEY,
    "SetId" INTEGER NOT NULL,
    "Data" BLOB NOT NULL
);

CREATE TABLE "key_pieces" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_key_pieces" PRIMARY KEY,
    "Kind" INTEGER NOT NULL,
    "Data" BLOB NOT NULL
);

CREATE TABLE "key_sets" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_key_sets" PRIMARY KEY,
    "Kind" INTEGER NOT NULL,
    "Level" INTEGER NOT NULL,
    "State" INTEGER NOT NULL,
    "Count" INTEGER NOT NULL,
    "Head" BLOB NOT NULL
);

CREATE INDEX "IX_key_pages_SetId" ON "key_pages" ("SetId");

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261130202243_KeySets', '10.0.15');

COMMIT;

BEGIN TRANSACTION;
ALTER TABLE "api_keys" ADD "OwnerId" INTEGER NULL;

ALTER TABLE "api_keys" ADD "Projects" TEXT NULL;

ALTER TABLE "api_keys" ADD "Role" INTEGER NULL;

ALTER TABLE "api_keys" ADD "UserId" TEXT NULL;

ALTER TABLE "accounts" ADD "AuthenticatorKey" TEXT NULL;

ALTER TABLE "accounts" ADD "AuthenticatorStep" INTEGER NULL;

ALTER TABLE "accounts" ADD "InviteExpiresAt" INTEGER NULL;

ALTER TABLE "accounts" ADD "InviteHash" BLOB NULL;

ALTER TABLE "accounts" ADD "LastSignInBy" TEXT NULL;

ALTER TABLE "accounts" ADD "Passkeys" TEXT NULL;

ALTER TABLE "accounts" ADD "Projects" TEXT NULL;

ALTER TABLE "accounts" ADD "RecoveryCodes" TEXT NULL;

ALTER TABLE "accounts" ADD "Theme" TEXT NULL;

ALTER TABLE "accounts" ADD "UserId" TEXT NULL;

ALTER TABLE "accounts" ADD "Zone" TEXT NULL;

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261130204900_Access', '10.0.15');

COMMIT;

BEGIN TRANSACTION;
CREATE TABLE "prices" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_prices" PRIMARY KEY AUTOINCREMENT,
    "Model" TEXT NOT NULL,
    "ValidFrom" INTEGER NULL,
    "ValidTo" INTEGER NULL,
    "Input" TEXT NOT NULL,
    "Output" TEXT NOT NULL,
    "CacheWrite5m" TEXT NOT NULL,
    "CacheWrite1h" TEXT NOT NULL,
    "CacheRead" TEXT NOT NULL,
    "WebSearch" TEXT NULL,
    "Speed" TEXT NULL,
    "Tier" TEXT NULL,
    "Region" TEXT NULL,
    "Source" TEXT NOT NULL,
    "ChangedAt" INTEGER NOT NULL
);

CREATE TABLE "settings" (
    "Name" TEXT NOT NULL CONSTRAINT "PK_settings" PRIMARY KEY,
    "Value" TEXT NOT NULL,
    "ChangedAt" INTEGER NOT NULL
);

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261130205831_Prices', '10.0.15');

COMMIT;

BEGIN TRANSACTION;
CREATE TABLE "alert_checks" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_alert_checks" PRIMARY KEY AUTOINCREMENT,
    "RuleId" INTEGER NOT NULL,
    "At" INTEGER NOT NULL,
    "Until" INTEGER NOT NULL,
    "Count" INTEGER NOT NULL,
    "State" TEXT NOT NULL,
    "Value" REAL NULL,
    "Late" INTEGER NOT NULL
);

CREATE TABLE "alert_notices" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_alert_notices" PRIMARY KEY AUTOINCREMENT,
    "RuleId" INTEGER NOT NULL,
    "RuleName" TEXT NOT NULL,
    "Channel" TEXT NOT NULL,
    "To" TEXT NOT NULL,
    "Told" TEXT NOT NULL,
    "IsStep" INTEGER NOT NULL,
    "Body" TEXT NOT NULL,
    "CreatedAt" INTEGER NOT NULL,
    "ReadyAt" INTEGER NOT NULL,
    "State" INTEGER NOT NULL,
    "Attempts" INTEGER NOT NULL,
    "Error" TEXT NULL,
    "EndedAt" INTEGER NULL,
    "Occurrence" TEXT NULL
);

CREATE TABLE "alert_rules" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_alert_rules" PRIMARY KEY AUTOINCREMENT,
    "Definition" TEXT NOT NULL,
    "Secrets" TEXT NOT NULL,
    "State" TEXT NOT NULL,
    "Enabled" INTEGER NOT NULL,
    "CreatedAt" INTEGER NOT NULL,
    "ChangedAt" INTEGER NOT NULL
);

CREATE TABLE "alert_steps" (
    "RuleId" INTEGER NOT NULL,
    "PeriodStart" INTEGER NOT NULL,
    "Step" TEXT NOT NULL,
    "At" INTEGER NOT NULL,
    CONSTRAINT "PK_alert_steps" PRIMARY KEY ("RuleId", "PeriodStart", "Step")
);

CREATE TABLE "alerts" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_alerts" PRIMARY KEY AUTOINCREMENT,
    "RuleId" INTEGER NOT NULL,
    "IsFailure" INTEGER NOT NULL,
    "HasFired" INTEGER NOT NULL,
    "State" TEXT NOT NULL,
    "Since" INTEGER NOT NULL,
    "Value" REAL NULL,
    "Reason" TEXT NOT NULL,
    "AcknowledgedBy" TEXT NULL,
    "AcknowledgedAt" INTEGER NULL,
    "EndedAt" INTEGER NULL
);

CREATE INDEX "IX_alert_checks_RuleId_Id" ON "alert_checks" ("RuleId", "Id");

CREATE INDEX "IX_alert_checks_Until" ON "alert_checks" ("Until");

CREATE INDEX "IX_alert_notices_Occurrence" ON "alert_notices" ("Occurrence");

CREATE INDEX "IX_alert_notices_RuleId_CreatedAt" ON "alert_notices" ("RuleId", "CreatedAt");

CREATE INDEX "IX_alert_notices_State_ReadyAt" ON "alert_notices" ("State", "ReadyAt");

CREATE INDEX "IX_alerts_EndedAt" ON "alerts" ("EndedAt");

CREATE INDEX "IX_alerts_RuleId" ON "alerts" ("RuleId");

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261130213000_Alerts', '10.0.15');

COMMIT;

BEGIN TRANSACTION;
CREATE TABLE "restored_rows" (
    "Store" INTEGER NOT NULL,
    "KeyHigh" INTEGER NOT NULL,
    "KeyLow" INTEGER NOT NULL,
    "RowId" INTEGER NOT NULL,
    "At" INTEGER NOT NULL,
    "ConversationId" INTEGER NOT NULL,
    "UserId" INTEGER NOT NULL,
    "ProjectId" INTEGER NOT NULL,
    "ModelId" INTEGER NOT NULL,
    "Sources" INTEGER NOT NULL,
    "IsVoid" INTEGER NOT NULL,
    "IsMessage" INTEGER NOT NULL,
    "IsCall" INTEGER NOT NULL,
    "TextId" INTEGER NULL,
    "Input" INTEGER NOT NULL,
    "Output" INTEGER NOT NULL,
    "CacheWrite" INTEGER NOT NULL,
    "CacheRead" INTEGER NOT NULL,
    "Cost" INTEGER NULL,
    "CacheWrite1h" INTEGER NULL,
    "SpeedId" INTEGER NOT NULL,
    "TierId" INTEGER NOT NULL,
    "RegionId" INTEGER NOT NULL,
    "TypeId" INTEGER NOT NULL,
    "Data" TEXT NULL,
    "KeepUntil" INTEGER NOT NULL,
    CONSTRAINT "PK_restored_rows" PRIMARY KEY ("Store", "KeyHigh", "KeyLow")
);

CREATE TABLE "restored_texts" (
    "TextId" INTEGER NOT NULL CONSTRAINT "PK_restored_texts" PRIMARY KEY,
    "Body" TEXT NOT NULL,
    "KeepUntil" INTEGER NOT NULL
);

CREATE INDEX "IX_restored_rows_At" ON "restored_rows" ("At");

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261201010000_Archives', '10.0.15');

COMMIT;

