namespace Observatory.Core.Storage.Maintenance;

/// <summary>Which kinds of steps go first: <see cref="IMaintenanceStep.Order"/>.</summary>
internal static class MaintenanceOrder
{
    /// <summary>What somebody waits for, and what the law wants: to erase.</summary>
    public const int Erasing = 0;

    /// <summary>What an upgrade left to do: figures are not right before.</summary>
    public const int Upgrades = 10;

    /// <summary>What the content setting lets be kept no longer.</summary>
    public const int Content = 20;

    /// <summary>Copies: before what is old goes.</summary>
    public const int Copies = 25;

    /// <summary>What is old.</summary>
    public const int Retention = 30;

    /// <summary>What is only better afterwards.</summary>
    public const int Tidying = 40;
}
