using Observatory.Core.Events;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Writing;

/// <summary>
/// The own items of one conversation in memory, as far as order matters: from them come response times, activity, first and last
/// moment, project and models. Each item that is put in or taken out changes only what lies around it; nothing is sorted anew.
/// Rebuilt from rows where it is not at hand. Writer only.
/// </summary>
internal sealed partial class ConversationState
{
    private readonly Numbered<Prompt> _prompts = new();
    private readonly Numbered<Response> _responses = new();
    private readonly Numbered<Result> _results = new();
    private readonly Moments _promptOrder = new();
    private readonly Moments _messageOrder = new();
    private readonly ActivitySum _activity = new();
    private readonly ModelOrder _models = new();

    /// <summary>Prompts whose answer may have changed.</summary>
    private readonly HashSet<int> _open = [];
    private bool _modelsLost;

    internal readonly record struct Prompt(
        int Id, long At, long? ResponseMs, long? TurnMs, int Project, int Folder, int Branch, int Version, int? TextId) : INumbered;

    /// <param name="IsMessage">It counts as a message: it is no call of its own, and nothing better stands in its place.</param>
    /// <param name="NamesModel">Its model is one of the conversation's: of messages, and of tokens that come without one.</param>
    internal readonly record struct Response(
        int Id, long First, long Last, bool IsMain, bool IsMessage, bool NamesModel, int Model, int Project, int Folder, int Branch, int Version,
        Report Report) : INumbered;

    /// <summary>What tells whether two reports are of one call.</summary>
    /// <param name="Amount">Of a running total: its value. Else 0.</param>
    internal readonly record struct Report(CallKind Kind, ulong High, ulong Low, ulong Request, int CallId, int Model, long Input, long CacheWrite,
        long CacheRead, long Amount);

    private readonly record struct Result(int Id, long First, long Last) : INumbered;

    /// <summary>Folder of its last message, as <see cref="Derive"/> found it; 0 = it names none, null = its row is gone.</summary>
    public int? LastFolder { get; private set; }

    /// <summary>As the cache last counted it.</summary>
    public int Counted { get; set; }

    /// <summary>Number of the last transaction that touched it.</summary>
    public long UsedAt { get; set; }

    public int Size => _prompts.Count + _responses.Count + _results.Count;

    /// <summary>Everything known of its calls, whatever counts, by number.</summary>
    public IReadOnlyList<Response> Responses => _responses.All;

    /// <summary>The text of the earliest own prompt that has one (pictures and blanks have none), null without one.</summary>
    public int? FirstPromptText
    {
        get
        {
            for (var i = 0; i < Math.Min(_promptOrder.Count, LongestSearch); i++)
            {
                if (_prompts.At(_prompts.Find(_promptOrder[i].Id)).TextId is { } text) return text;
            }
            return null;
        }
    }

    /// <summary>Where texts are not kept, none of any number of prompts has one.</summary>
    private const int LongestSearch = 16;

    /// <summary>The text whose beginning the conversation bears as its first prompt.</summary>
    public int? ShownText { get; set; }

    // What another source stands in for moves nothing here.

    public void Put(PromptEntity x)
    {
        if (x.IsVoid)
        {
            Remove(x);
            return;
        }
        var prompt = new Prompt(x.Id, x.At, x.ResponseMs, x.TurnMs, x.ProjectId, ProjectRule.FolderOf(x), x.BranchId, x.VersionId, x.TextId);
        var place = _prompts.Find(x.Id);
        if (place >= 0)
        {
            ref var known = ref _prompts.At(place);
            if (known == prompt) return;
            var isMoved = known.At != prompt.At;
            if (isMoved) Leave(known);
            known = prompt;
            if (!isMoved)
            {
                _open.Add(x.Id);
                return;
            }
        }
        else _prompts.Insert(~place, prompt);
        _activity.Add(prompt.At);
        Ask(_promptOrder.Add(prompt.At, prompt.Id) - 1);
        _open.Add(x.Id);
    }

    public void Put(ResponseEntity x)
    {
        var amount = (CallKind)x.Kind == CallKind.Total ? x.OwnInput + x.OwnOutput + x.CacheWriteField + x.OwnCacheRead : 0;
        var report = new Report(
            (CallKind)x.Kind, (ulong)x.KeyHigh, (ulong)x.KeyLow, (ulong)x.Request, x.CallId, x.OwnModelId, x.OwnInput,
                Math.Max(x.CacheWriteField, x.CacheWriteSplit5m + x.OwnCacheWrite1h), x.OwnCacheRead, amount);
        // An auxiliary call is no message: it moves neither the conversation's ends nor its answers.
        var namesModel = !x.IsVoid && (!x.IsAuxiliary || (CallKind)x.Kind is CallKind.Usage or CallKind.Metric or CallKind.Total);
        var response = new Response(
            x.Id, x.At, x.LastAt, !x.IsSidechain, !x.IsAuxiliary && !x.IsVoid, namesModel, x.ModelId, x.ProjectId, ProjectRule.FolderOf(x), x.BranchId,
            x.VersionId, report);
        var place = _responses.Find(x.Id);
        if (place >= 0)
        {
            ref var known = ref _responses.At(place);
            if (known == response) return;
            Leave(known);
            known = response;
        }
        else _responses.Insert(~place, response);
        Join(response);
    }

    public void Put(ToolCallEntity x)
    {
        if (x.ResultAt is not { } first || x.IsVoid)
        {
            Remove(x);
            return;
        }
        var result = new Result(x.Id, first, x.LastResultAt ?? first);
        var place = _results.Find(x.Id);
        if (place >= 0)
        {
            ref var known = ref _results.At(place);
            if (known == result) return;
            Leave(known);
            known = result;
        }
        else _results.Insert(~place, result);
        _activity.Add(result.First);
        _activity.Add(result.Last);
    }

    public void Remove(PromptEntity x)
    {
        var place = _prompts.Find(x.Id);
        if (place < 0) return;
        Leave(_prompts.At(place));
        _prompts.RemoveAt(place);
        _open.Remove(x.Id);
    }

    public void Remove(ResponseEntity x)
    {
        var place = _responses.Find(x.Id);
        if (place < 0) return;
        Leave(_responses.At(place));
        _responses.RemoveAt(place);
    }

    public void Remove(ToolCallEntity x)
    {
        var place = _results.Find(x.Id);
        if (place < 0) return;
        Leave(_results.At(place));
        _results.RemoveAt(place);
    }

    /// <summary>Sets what follows from order on the conversation, and gives the prompts whose answer changed.</summary>
    public List<(int PromptId, long? ResponseMs, long? TurnMs)> Derive(ConversationEntity conversation)
    {
        var changed = new List<(int, long?, long?)>();
        foreach (var id in _open)
        {
            ref var prompt = ref _prompts.At(_prompts.Find(id));
            if (IsFrozen(prompt.At)) continue;
            var (first, last) = AnswerOf(prompt);
            if (first == prompt.ResponseMs && last == prompt.TurnMs) continue;
            prompt = prompt with { ResponseMs = first, TurnMs = last };
            changed.Add((id, first, last));
        }
        _open.Clear();
        _activity.SetOn(conversation);
        conversation.ActiveMs += _carry?.ActiveMs ?? 0;
        SetNames(conversation);
        return changed;
    }

    private Prompt First() => _prompts.At(_prompts.Find(_promptOrder[0].Id));

    private Response Message(int place) => _responses.At(_responses.Find(_messageOrder[place].Id));

    private void Leave(in Prompt prompt)
    {
        _activity.Remove(prompt.At);
        Ask(_promptOrder.Remove(prompt.At, prompt.Id) - 1);
    }

    private void Leave(in Result result)
    {
        _activity.Remove(result.First);
        _activity.Remove(result.Last);
    }

    private void Join(in Response response)
    {
        if (response.NamesModel && response.Model != 0) _models.Add(response.Model, response.First, response.Report.High, response.Report.Low);
        if (!response.IsMessage) return;
        _messageOrder.Add(response.First, response.Id);
        _activity.Add(response.First);
        _activity.Add(response.Last);
        AskFor(response.First);
    }

    private void Leave(in Response response)
    {
        if (response.NamesModel && response.Model != 0) _modelsLost |= _models.IsFirst(response.Model, response.First, response.Report.High,
            response.Report.Low);
        if (!response.IsMessage) return;
        _messageOrder.Remove(response.First, response.Id);
        _activity.Remove(response.First);
        _activity.Remove(response.Last);
        AskFor(response.First);
    }

    /// <summary>The prompt at that place in time has to be looked at.</summary>
    private void Ask(int place)
    {
        if (place >= 0) _open.Add(_promptOrder[place].Id);
    }

    /// <summary>The prompt that a message of that moment answers.</summary>
    private void AskFor(long at) => Ask(_promptOrder.Find(at, int.MaxValue) - 1);

    /// <summary>Milliseconds to the first answer and to the last line before the next prompt; null = unanswered.</summary>
    private (long? First, long? Last) AnswerOf(in Prompt prompt)
    {
        var next = _promptOrder.Find(prompt.At, prompt.Id) + 1;
        var until = next < _promptOrder.Count ? _promptOrder[next].At : long.MaxValue;
        long? first = null;
        long? last = null;
        for (var place = _messageOrder.Find(prompt.At, int.MinValue); place < _messageOrder.Count && _messageOrder[place].At < until; place++)
        {
            var message = Message(place);
            if (!message.IsMain) continue;
            first ??= message.First - prompt.At;
            last = Math.Max(last ?? 0, Math.Min(message.Last, until) - prompt.At);
        }
        return (first, last);
    }

    private void SetNames(ConversationEntity conversation)
    {
        SetFirst(conversation);
        SetLast(conversation);
        SetModels(conversation);
    }

    private void SetFirst(ConversationEntity conversation)
    {
        if (_promptOrder.Count > 0 && (_messageOrder.Count == 0 || _promptOrder[0].At <= _messageOrder[0].At))
        {
            if (!IsAfterGone(_promptOrder[0].At)) conversation.ProjectId = First().Project;
        }
        else if (_messageOrder.Count > 0 && !IsAfterGone(_messageOrder[0].At)) conversation.ProjectId = Message(0).Project;
    }

    private void SetLast(ConversationEntity conversation)
    {
        LastFolder = null;
        if (_promptOrder.Count > 0 && (_messageOrder.Count == 0 || _promptOrder[_promptOrder.Count - 1].At > _messageOrder[_messageOrder.Count - 1].At))
        {
            var last = _prompts.At(_prompts.Find(_promptOrder[_promptOrder.Count - 1].Id));
            if (IsFrozen(last.At)) return;
            (conversation.BranchId, conversation.VersionId, LastFolder) = (last.Branch, last.Version, last.Folder);
        }
        else if (_messageOrder.Count > 0)
        {
            var last = Message(_messageOrder.Count - 1);
            if (IsFrozen(last.First)) return;
            (conversation.BranchId, conversation.VersionId, LastFolder) = (last.Branch, last.Version, last.Folder);
        }
        else if (_carry is null) LastFolder = 0;
    }

    private void SetModels(ConversationEntity conversation)
    {
        if (_modelsLost)
        {
            _models.Clear();
            foreach (var r in _responses.Items)
            {
                if (r.NamesModel && r.Model != 0) _models.Add(r.Model, r.First, r.Report.High, r.Report.Low);
            }
            TakeModels();
            _modelsLost = false;
        }
        conversation.Models = _models.Text;
    }
}
