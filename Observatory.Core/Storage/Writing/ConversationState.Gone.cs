using Observatory.Core.Events;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Writing;

/// <summary>What a conversation keeps of items whose rows are gone.</summary>
internal sealed partial class ConversationState
{
    private Carry? _carry;

    /// <summary>The prompt that gave the conversation its first words is gone: they stay.</summary>
    public bool IsFirstPromptGone
    {
        get
        {
            if (_carry?.FirstPromptAt is not { } gone) return false;
            for (var i = 0; i < Math.Min(_promptOrder.Count, LongestSearch) && _promptOrder[i].At < gone; i++)
            {
                if (_prompts.At(_prompts.Find(_promptOrder[i].Id)).TextId is not null) return false;
            }
            return true;
        }
    }

    /// <summary>Takes in what gone items gave.</summary>
    public void Take(Carry carry)
    {
        _carry = carry;
        if (carry is { FirstAt: { } first, LastAt: { } last })
        {
            _activity.Add(first);
            _activity.Add(last);
        }
        TakeModels();
    }

    /// <summary>Items are about to go: what they gave goes into the carry.</summary>
    /// <param name="carry">Of the conversation.</param>
    /// <param name="activeMs">As the conversation has it.</param>
    /// <param name="rows">Of any kind.</param>
    public void Release(Carry carry, long activeMs, IEnumerable<ItemEntity> rows)
    {
        if (_carry is { FirstAt: { } first, LastAt: { } last })
        {
            _activity.Remove(first);
            _activity.Remove(last);
        }
        foreach (var row in rows)
        {
            switch (row)
            {
                case PromptEntity prompt: Release(carry, prompt); break;
                case ResponseEntity response: Release(carry, response); break;
                case ToolCallEntity call: Release(carry, call); break;
            }
        }
        Take(carry);
        // What does not follow from the moments that are left and the ends of what is gone.
        carry.ActiveMs = activeMs - _activity.ActiveMs;
    }

    private void Release(Carry carry, PromptEntity row)
    {
        var place = _prompts.Find(row.Id);
        if (place < 0) return;
        carry.TakeMoment(row.At);
        if (row.TextId is not null) carry.TakeFirstPrompt(row.At);
        Remove(row);
    }

    private void Release(Carry carry, ResponseEntity row)
    {
        var place = _responses.Find(row.Id);
        if (place < 0) return;
        var known = _responses.At(place);
        if (known.IsMessage)
        {
            carry.TakeMoment(known.First);
            carry.TakeMoment(known.Last);
        }
        if (known.NamesModel && known.Model != 0) carry.TakeModel(known.Model, known.First, known.Report.High, known.Report.Low);
        if (known.Report.Kind == CallKind.Total) carry.TakeTotal(known.Report.Request, known.Report.Amount);
        Remove(row);
    }

    private void Release(Carry carry, ToolCallEntity row)
    {
        var place = _results.Find(row.Id);
        if (place < 0) return;
        var known = _results.At(place);
        carry.TakeMoment(known.First);
        carry.TakeMoment(known.Last);
        Remove(row);
    }

    private void TakeModels()
    {
        if (_carry is null) return;
        foreach (var (model, (at, high, low)) in _carry.Models) _models.Add(model, at, high, low);
    }

    private bool IsFrozen(long at) => at <= _carry?.Until;

    private bool IsAfterGone(long at) => at >= _carry?.FirstAt;
}
