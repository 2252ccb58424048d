namespace Observatory.Core.Alerts;

/// <summary>What pages show everywhere: as of the last look, from memory. Thread-safe.</summary>
public sealed class AlertBoard
{
    private readonly Lock _gate = new();

    /// <summary>Something is not as it was. Raised on the thread that noticed.</summary>
    public event Action? Changed;

    /// <summary>What is not normal, the worst first, and what is resolved since yesterday.</summary>
    public IReadOnlyList<AlertItem> Alerts { get; private set; } = [];

    /// <summary>By name of their rules.</summary>
    public IReadOnlyList<BudgetStatus> Budgets { get; private set; } = [];

    /// <summary>Those that fire and that nobody silenced.</summary>
    public int Firing => Alerts.Count(IsLoud);

    public static bool IsLoud(AlertItem alert)
    {
        ArgumentNullException.ThrowIfNull(alert);
        return alert.SilencedUntil is null && alert.State is (AlertStates.Firing or AlertStates.Recovering or AlertStates.Error);
    }

    /// <param name="budgets">Null = they are as they were.</param>
    public void Show(IReadOnlyList<AlertItem> alerts, IReadOnlyList<BudgetStatus>? budgets)
    {
        ArgumentNullException.ThrowIfNull(alerts);
        lock (_gate)
        {
            if (alerts.SequenceEqual(Alerts) && (budgets is null || budgets.SequenceEqual(Budgets))) return;
            (Alerts, Budgets) = (alerts, budgets ?? Budgets);
        }
        Changed?.Invoke();
    }
}
