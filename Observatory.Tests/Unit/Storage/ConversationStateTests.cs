using CsCheck;
using Observatory.Core.Events;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Storage.Writing;
using Xunit;

namespace Observatory.Tests.Unit.Storage;

/// <summary>What is kept up to date item by item is what a look at all items gives.</summary>
public sealed class ConversationStateTests
{
    private const long Gap = 300_000;

    [Fact]
    public void In_whatever_order_items_come_change_and_go_it_is_what_all_of_them_give() =>
        Gen.Int[0, int.MaxValue].Sample(seed =>
        {
            var random = new Random(seed);
            var (state, conversation) = (new ConversationState(), new ConversationEntity());
            var (prompts, responses, tools) = (new Dictionary<int, PromptEntity>(), new Dictionary<int, ResponseEntity>(), new Dictionary<int,
                ToolCallEntity>());
            for (var round = 0; round < 6; round++)
            {
                for (var step = random.Next(8); step > 0; step--)
                {
                    var id = random.Next(1, 9);
                    switch (random.Next(5))
                    {
                        case 0: state.Put(prompts[id] = Prompt(random, id, prompts.GetValueOrDefault(id))); break;
                        case 1: state.Put(responses[id] = Response(random, id)); break;
                        case 2: state.Put(tools[id] = new ToolCallEntity { Id = id, ResultAt = random.Next(4) == 0 ? null : At(random),
                            LastResultAt = At(random), IsVoid = random.Next(4) == 0 }); break;
                        case 3 when prompts.Remove(id, out var prompt): state.Remove(prompt); break;
                        case 4 when responses.Remove(id, out var response): state.Remove(response); break;
                    }
                }
                foreach (var (id, first, last) in state.Derive(conversation)) (prompts[id].ResponseMs, prompts[id].TurnMs) = (first, last);
                Compare(conversation, state, prompts.Values, responses.Values, tools.Values);
            }
        }, iter: 3_000);

    private static void Compare(
        ConversationEntity actual, ConversationState state, IEnumerable<PromptEntity> allPrompts, IEnumerable<ResponseEntity> allResponses,
            IEnumerable<ToolCallEntity> tools)
    {
        var prompts = allPrompts.Where(p => !p.IsVoid).OrderBy(p => p.At).ThenBy(p => p.Id).ToList();
        var messages = allResponses.Where(r => !r.IsVoid && !r.IsAuxiliary).OrderBy(r => r.At).ThenBy(r => r.Id).ToList();
        for (var i = 0; i < prompts.Count; i++)
        {
            var until = i + 1 < prompts.Count ? prompts[i + 1].At : long.MaxValue;
            var answers = messages.Where(m => m.At >= prompts[i].At && m.At < until && !m.IsSidechain).ToList();
            Assert.Equal(answers.Count == 0 ? null : answers[0].At - prompts[i].At, prompts[i].ResponseMs);
            Assert.Equal(answers.Count == 0 ? null : answers.Max(m => Math.Min(m.LastAt, until)) - prompts[i].At, prompts[i].TurnMs);
        }
        var moments = prompts.Select(p => p.At).Concat(messages.SelectMany(m => new[] { m.At, m.LastAt }))
            .Concat(tools.Where(t => !t.IsVoid && t.ResultAt is not null).SelectMany(t => new[] { t.ResultAt!.Value, t.LastResultAt!.Value })).Order().ToList();
        Assert.Equal((moments.FirstOrDefault(), moments.LastOrDefault()), (actual.CreatedAt, actual.LastActivity));
        Assert.Equal(moments.Zip(moments.Skip(1), (a, b) => b - a).Where(gap => gap <= Gap).Sum(), actual.ActiveMs);
        Assert.Equal(prompts.Take(16).FirstOrDefault(p => p.TextId is not null)?.TextId, state.FirstPromptText);
        if (prompts.Count + messages.Count > 0)
        {
            Assert.Equal(messages.Count == 0 || (prompts.Count > 0 && prompts[0].At <= messages[0].At) ? prompts[0].ProjectId : messages[0].ProjectId,
                actual.ProjectId);
            Assert.Equal(messages.Count == 0 || (prompts.Count > 0 && prompts[^1].At > messages[^1].At) ? prompts[^1].BranchId : messages[^1].BranchId,
                actual.BranchId);
        }
        Assert.Equal(
            string.Join(',', allResponses.Where(r => !r.IsVoid && r.ModelId != 0 && (!r.IsAuxiliary || r.Kind == (int)CallKind.Usage)).OrderBy(r => r.At)
                .ThenBy(r => (ulong)r.KeyHigh).Select(r => r.ModelId).Distinct()),
            actual.Models);
    }

    private static long At(Random random) => 1_000_000 + random.Next(12) * 100_000;

    private static PromptEntity Prompt(Random random, int id, PromptEntity? before) => new()
    {
        Id = id, At = before is not null && random.Next(2) == 0 ? before.At : At(random), ResponseMs = before?.ResponseMs, TurnMs = before?.TurnMs,
            ProjectId = random.Next(3), BranchId = random.Next(3),
        TextId = random.Next(3) == 0 ? null : id, IsVoid = random.Next(5) == 0,
    };

    private static ResponseEntity Response(Random random, int id)
    {
        var at = At(random);
        return new()
        {
            Id = id, KeyHigh = id, At = at, LastAt = at + random.Next(3) * 70_000, ModelId = random.Next(4), ProjectId = random.Next(3),
                BranchId = random.Next(3), IsVoid = random.Next(5) == 0,
            IsSidechain = random.Next(4) == 0, IsAuxiliary = random.Next(4) == 0, Kind = (int)(random.Next(2) == 0 ? CallKind.Usage : CallKind.Lines),
        };
    }
}
