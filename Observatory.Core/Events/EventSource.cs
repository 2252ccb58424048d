namespace Observatory.Core.Events;

/// <summary>Where a figure is known from. The numbers are stored: never change one.</summary>
public enum EventSource : byte
{
    Transcript = 1,
    Otlp = 2,
    Api = 3,
    Hook = 4,
    Demo = 5,
}
