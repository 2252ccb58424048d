namespace Observatory.Core.Privacy.Secrets;

/// <summary>Secrets of all kinds but private keys and addresses, in one pass over the text.</summary>
internal sealed class SecretRule : ITextRule
{
    /// <summary>Characters between two looks at the clock.</summary>
    private const int Stretch = 1 << 15;

    [ThreadStatic]
    private static long s_tries;

    /// <summary>
    /// Places at which a rule began on this thread, since it began. What a look costs beyond reading the text goes with their number, and
    /// the number is the same however busy the machine is.
    /// </summary>
    public static long TriesOfThread => s_tries;

    public void Find(ReadOnlySpan<char> text, List<Finding> found, Deadline watch)
    {
        var scan = new Scan(text, found);
        LongRuns.Find(ref scan);
        for (var at = 0; at < text.Length;)
        {
            var stretch = Math.Min(text.Length, at + Stretch);
            at = Find(ref scan, at, stretch);
            watch.Check();
        }
        s_tries += scan.Tries;
    }

    private static int Find(ref Scan scan, int from, int to)
    {
        var at = from;
        while ((at = Triggers.Next(scan.Text, at, to)) < to)
        {
            var end = Triggers.Of(scan.Text, at, out var three) is { } four ? Begin(ref scan, at, four) : 0;
            if (end <= at && three is not null) end = Begin(ref scan, at, three);
            // What was taken is not looked at again.
            at = Math.Max(end, at + 1);
        }
        return at;
    }

    /// <summary>The first rule of those whose word stands here that finds something; where to go on, or 0.</summary>
    private static int Begin(ref Scan scan, int at, Trigger[] triggers)
    {
        foreach (var trigger in triggers)
        {
            if (!(trigger.IgnoreCase ? scan.IsAtIgnoringCase(at, trigger.Word) : scan.IsAt(at, trigger.Word))) continue;
            scan.Tries++;
            var end = Run(ref scan, at, trigger);
            if (end > at) return end;
        }
        return 0;
    }

    private static int Run(ref Scan scan, int at, Trigger trigger)
    {
        switch (trigger.Kind)
        {
            case TriggerKind.Issuer: return IssuerShapes.All[trigger.Index].Try(ref scan, at);
            case TriggerKind.Name: return Assignments.Try(ref scan, at, trigger.Index);
            case TriggerKind.Command: return Commands.Try(ref scan, at, trigger.Word);
            case TriggerKind.Authorization: return Headers.Authorization(ref scan, at);
            case TriggerKind.Bearer: return Headers.Bearer(ref scan, at);
            case TriggerKind.Cookie: return Headers.Cookie(ref scan, at);
            case TriggerKind.AwsId: return OtherShapes.AwsId(ref scan, at);
            case TriggerKind.AwsWord: return OtherShapes.AwsSecret(ref scan, at);
            case TriggerKind.Jwt: return OtherShapes.Jwt(ref scan, at);
            case TriggerKind.AzureSecret: return OtherShapes.AzureSecret(ref scan, at + 1);
            case TriggerKind.Terraform: return OtherShapes.Terraform(ref scan, at);
            case TriggerKind.Hook: return OtherShapes.Hook(ref scan, at, Triggers.Hooks[trigger.Index].Host, Triggers.Hooks[trigger.Index].Least);
            case TriggerKind.DiscordHook: return OtherShapes.DiscordHook(ref scan, at);
            case TriggerKind.OnePassword: return OtherShapes.OnePassword(ref scan, at);
            case TriggerKind.KeyNumber: return OtherShapes.KeyNumber(ref scan, at);
            case TriggerKind.Url: return OtherShapes.Url(ref scan, at);
            case TriggerKind.OracleThin: return OtherShapes.OracleThin(ref scan, at + trigger.Word.Length);
            case TriggerKind.Identified: return OtherShapes.Identified(ref scan, at, trigger.Word);
            case TriggerKind.Pgpass: return OtherShapes.Pgpass(ref scan, at, trigger.Word.Length);
            case TriggerKind.Mark: return OtherShapes.Mark(ref scan, at);
            default: throw new InvalidOperationException($"Trigger {trigger.Kind} is not known.");
        }
    }
}
