namespace Observatory.Core;

/// <summary>
/// The program must not start. The message is the one line that the person at the console reads: it names the setting (full key) or
/// the file, and what to do. It is printed without a stack trace, and the process ends with code 1.
/// </summary>
public sealed class StartRefusedException(string message, Exception? cause = null) : Exception(message, cause);
