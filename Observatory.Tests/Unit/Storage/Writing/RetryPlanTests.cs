using Observatory.Core.Storage;
using Observatory.Core.Storage.Writing;
using Xunit;

namespace Observatory.Tests.Unit.Storage.Writing;

/// <summary>What follows from how tries end, without a disk.</summary>
public sealed class RetryPlanTests
{
    [Fact]
    public void The_first_try_is_together_at_once_and_may_overlap()
    {
        Assert.Equal(new RetryPlan(1, false, false, false, TimeSpan.Zero), RetryPlan.First);
        Assert.True(RetryPlan.First.MayOverlap);
    }

    [Fact]
    public void What_may_pass_is_tried_again_as_it_was_with_pauses_that_grow_to_ten_seconds()
    {
        var (plan, pauses) = (RetryPlan.First, new List<double>());
        for (var i = 0; i < 9; i++)
        {
            plan = plan.After(WriteFailure.Passing, batches: 3, isFailing: true);
            Assert.Equal((false, false, false, false), (plan.IsApart, plan.IsAlone, plan.IsUncounted, plan.MayOverlap));
            pauses.Add(plan.Pause.TotalSeconds);
        }
        Assert.Equal([0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10, 10, 10], pauses);
    }

    [Fact]
    public void What_is_refused_is_written_apart_at_once_and_waits_in_no_figure_any_more()
    {
        var plan = RetryPlan.First.After(WriteFailure.Refused, batches: 3, isFailing: false);
        Assert.Equal(new RetryPlan(2, true, false, true, TimeSpan.Zero), plan);
        // A lock on the way: it goes on apart, and nothing is counted twice.
        plan = plan.After(WriteFailure.Passing, batches: 2, isFailing: true);
        Assert.Equal((true, true, TimeSpan.FromMilliseconds(400)), (plan.IsApart, plan.IsUncounted, plan.Pause));
    }

    [Theory]
    [InlineData(1, false, true)]
    [InlineData(2, false, false)]
    [InlineData(1, true, false)]
    public void One_batch_that_failed_is_not_tried_whole_again_unless_the_store_was_at_fault(int batches, bool isFailing, bool isAlone) =>
        Assert.Equal(isAlone, RetryPlan.First.After(WriteFailure.Refused, batches, isFailing).IsAlone);

    [Fact]
    public void A_standstill_begins_anew_with_pauses_that_grow_to_thirty_seconds()
    {
        var plan = RetryPlan.First.After(WriteFailure.Refused, batches: 1, isFailing: false);
        var pauses = new List<double>();
        for (var i = 0; i < 9; i++)
        {
            plan = plan.After(WriteFailure.Standstill, batches: 1, isFailing: true);
            Assert.Equal((false, true, false), (plan.IsApart, plan.IsUncounted, plan.MayOverlap));
            pauses.Add(plan.Pause.TotalSeconds);
        }
        Assert.Equal([0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30, 30], pauses);
    }

    [Fact]
    public void Pauses_do_not_overflow() => Assert.Equal(RetryPlan.LongestPause, RetryPlan.PauseAfter(int.MaxValue, RetryPlan.LongestPause));

    [Theory]
    [InlineData(9, StoreErrorKind.Refused, false, PartStep.Halve)]
    [InlineData(2, StoreErrorKind.Damage, false, PartStep.Halve)]
    [InlineData(1, StoreErrorKind.Refused, false, PartStep.SetAside)]
    [InlineData(1, StoreErrorKind.None, true, PartStep.SetAside)]
    [InlineData(1, StoreErrorKind.Damage, true, PartStep.SetAside)]
    [InlineData(1, StoreErrorKind.Damage, false, PartStep.Refuse)]
    public void A_part_that_fails_is_halved_down_to_the_event_that_does(int events, StoreErrorKind error, bool isOfFile, object step) =>
        Assert.Equal(step, RetryPlan.ForPart(events, error, isOfFile));
}
