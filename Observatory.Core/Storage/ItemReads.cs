namespace Observatory.Core.Storage;

/// <summary>Which items are wanted: by user, project, model (0 = none) and set of sources.</summary>
public delegate bool ItemFilter(int user, int project, int model, int sources);

/// <summary>What an item belongs to.</summary>
/// <param name="At">Unix ms.</param>
/// <param name="Session">Null = it belongs to no conversation.</param>
/// <param name="Sources">Bit mask.</param>
public readonly record struct ItemFacts(long At, string? Session, int User, int Project, int Model, int Sources);

/// <summary>A prompt, or an answer that is a message.</summary>
/// <param name="Figures">Null = a prompt.</param>
/// <param name="Text">As far as it is kept.</param>
public readonly record struct MessageItem(ItemFacts Facts, CallSum? Figures, string? Text);

/// <summary>A message with the number of its row.</summary>
public readonly record struct NumberedMessage(int Id, MessageItem Item);

/// <summary>A report of usage, or what a call cost beside its tokens.</summary>
/// <param name="Terms">What decides its price beside model, time and tokens; null = it is no report of tokens.</param>
public readonly record struct CallItem(ItemFacts Facts, CallSum Figures, CallTermIds? Terms = null);

/// <param name="CacheWrite1h">Of the cache writes.</param>
/// <param name="Speed">Number of its name, 0 = none; the others likewise.</param>
public readonly record struct CallTermIds(long CacheWrite1h, int Speed, int Tier, int Region);

/// <param name="Cost">Nano-dollars; null = the model has no price.</param>
public readonly record struct CallSum(long Input, long Output, long CacheWrite, long CacheRead, long? Cost);

/// <param name="Type">Number of its name.</param>
/// <param name="Data">JSON object, null where no text is kept.</param>
public readonly record struct EventItem(ItemFacts Facts, int Type, string? Data);
