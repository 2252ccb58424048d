namespace Observatory.Core.Storage;

/// <summary>The files of the database do not lie where they lay at the start: what is written now would be in no file that a later start finds.</summary>
public sealed class StoreLostException(string message) : IOException(message);
