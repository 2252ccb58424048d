namespace Observatory.Core.Storage;

/// <summary>Why nothing can be written.</summary>
/// <param name="Reason">In the words of the error.</param>
/// <param name="MayPass">True: a full disk, a lock, a disk that answers with errors. False: it stays until someone mends the database or the program.</param>
/// <param name="Since">Unix ms of the first try that failed.</param>
/// <param name="Tries">That failed since then.</param>
/// <param name="IsHeld">What came in waits for the next try. False: it was given up, its senders were told, and what comes next is tried anew.</param>
public sealed record WriterFault(string Reason, bool MayPass, long Since, int Tries, bool IsHeld = true);
