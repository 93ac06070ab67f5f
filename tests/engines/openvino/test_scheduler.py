from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from homespun.core.events import FinishReason
from homespun.core.sampling import Sampling
from homespun.engines.openvino.batch import Batch
from homespun.engines.openvino.blocks import BlockPool
from homespun.engines.openvino.scheduler import Scheduler
from homespun.engines.openvino.sequence import Phase, Sequence
from homespun.engines.openvino.settings import Settings

from .making import NOTHING_BEFORE, make_sequence

SIZE = 4


def make_scheduler(blocks: int = 100, **changes: int) -> Scheduler:
    defaults = {"max_running": 8, "max_waiting": 16, "prefill_tokens": 16, "mixed_prefill_tokens": 8}
    return Scheduler(BlockPool(blocks, SIZE), Settings(**{**defaults, **changes}))  # type: ignore[arg-type]


def run_step(scheduler: Scheduler, token: int = 97) -> Batch:
    """A step whose every draw is the same token."""
    batch = scheduler.next()
    scheduler.commit(batch)
    for sequence in batch.sampled:
        if reason := sequence.append(token):
            scheduler.finish(sequence, reason)
    return batch


def test_takes_a_long_prompt_up_in_chunks_and_draws_after_the_last() -> None:
    scheduler = make_scheduler()
    sequence = make_sequence(list(range(40)))
    scheduler.queue([sequence])
    counts, draws = [], []
    for _ in range(4):
        batch = run_step(scheduler)
        counts.append(batch.counts)
        draws.append(len(batch.sampled))
    assert counts == [[16], [16], [8], [1]]
    assert draws == [0, 0, 1, 1]


def test_writes_and_takes_prompts_up_in_the_same_step() -> None:
    scheduler = make_scheduler()
    writer, newcomer = make_sequence([1, 2, 3]), make_sequence(list(range(30)), request=2)
    scheduler.queue([writer])
    run_step(scheduler)
    scheduler.queue([newcomer])
    batch = run_step(scheduler)
    assert batch.sequences == [writer, newcomer]
    assert batch.counts == [1, 8]
    assert batch.tokens == [97, *range(8)]
    assert batch.positions == [3, *range(8)]
    assert batch.past_lens == [3, 0]
    assert batch.sampled == [writer]


def test_two_short_prompts_share_a_step() -> None:
    scheduler = make_scheduler()
    scheduler.queue([make_sequence([1, 2, 3]), make_sequence([4, 5], request=2)])
    assert run_step(scheduler).counts == [3, 2]


def test_a_known_prefix_is_not_calculated_again() -> None:
    scheduler = make_scheduler()
    first = make_sequence(list(range(10)))
    scheduler.queue([first])
    run_step(scheduler)
    scheduler.finish(first, FinishReason.STOP)
    second = make_sequence([*range(8), 50, 51], request=2)
    scheduler.queue([second])
    batch = run_step(scheduler)
    assert batch.tokens == [50, 51]
    assert second.cached == 8
    assert scheduler.cached_tokens_total == 8
    assert scheduler.prompt_tokens_total == 20


def test_a_prefix_that_was_sent_in_another_scope_is_calculated_again() -> None:
    scheduler = make_scheduler()
    for request, scope in enumerate((b"ours", b"theirs")):
        sequence = make_sequence(list(range(10)), request=request, scope=scope)
        scheduler.queue([sequence])
        assert len(run_step(scheduler).tokens) == 10
        scheduler.finish(sequence, FinishReason.STOP)
    assert scheduler.cached_tokens_total == 0


def test_a_sequence_that_gave_its_blocks_back_finds_them_again_in_its_scope() -> None:
    scheduler = make_scheduler(blocks=6)
    older, younger = make_sequence([1, 2, 3, 4], scope=b"ours"), make_sequence([1, 2, 3, 4], request=2, scope=b"theirs")
    scheduler.queue([older, younger])
    for _ in range(11):
        run_step(scheduler)
    assert younger.phase is Phase.WAITING
    assert younger.digest == b"theirs"
    scheduler.finish(older, FinishReason.STOP)
    assert run_step(scheduler).counts != [len(younger.tokens)]


def test_other_choices_of_a_request_wait_for_its_prompt_and_share_it() -> None:
    scheduler = make_scheduler()
    leader = make_sequence(list(range(11)))
    follower = make_sequence(list(range(11)), choice=1, leader=leader)
    scheduler.queue([leader, follower])
    assert run_step(scheduler).sequences == [leader]
    batch = run_step(scheduler)
    assert batch.counts == [1, 2]
    assert follower.blocks[:2] == leader.blocks[:2]
    assert follower.blocks[2] != leader.blocks[2]
    assert batch.copies == [(leader.blocks[2], follower.blocks[2])]


def test_the_beginning_of_a_block_that_goes_on_otherwise_is_copied() -> None:
    scheduler = make_scheduler()
    first = make_sequence(list(range(8)))
    scheduler.queue([first])
    run_step(scheduler)
    second = make_sequence([0, 1, 2, 3, 4, 5, 50, 51, 52], request=2)
    scheduler.queue([second])
    batch = run_step(scheduler)
    assert batch.tokens == [97, 50, 51, 52]
    assert batch.copies == [(first.blocks[1], second.blocks[1])]
    assert second.cached == 6


def test_the_next_turn_of_a_chat_takes_up_the_answer_to_the_last() -> None:
    scheduler = make_scheduler()
    first = make_sequence([1, 2, 3], limit=10)
    scheduler.queue([first])
    while scheduler.has_work:
        run_step(scheduler)
    assert len(first.tokens) == 10
    second = make_sequence([*first.tokens, 4, 5], request=2)
    scheduler.queue([second])
    assert run_step(scheduler).tokens == [97, 4, 5]


def test_what_gave_way_goes_on_where_it_was() -> None:
    scheduler = make_scheduler(blocks=5)
    old, young = make_sequence([1, 2, 3], limit=16), make_sequence([4, 5, 6], request=2, limit=8)
    scheduler.queue([old, young])
    recalculated = 0
    while scheduler.has_work:
        batch = run_step(scheduler)
        recalculated += sum(batch.counts)
    assert recalculated <= 3 + 3 + 12 + 4 + 4


def test_one_that_is_held_back_does_not_hold_up_the_queue() -> None:
    scheduler = make_scheduler(prefill_tokens=4)
    leader = make_sequence(list(range(9)))
    follower = make_sequence(list(range(9)), choice=1, leader=leader)
    other = make_sequence([7], request=2)
    scheduler.queue([leader, follower, other])
    run_step(scheduler)
    run_step(scheduler)
    batch = run_step(scheduler)
    assert other in batch.sequences


def test_cancelling_frees_all_blocks_at_once() -> None:
    scheduler = make_scheduler(blocks=10)
    running, waiting = make_sequence(list(range(30))), make_sequence(list(range(30)), request=2)
    scheduler.queue([running, waiting])
    run_step(scheduler)
    assert scheduler.pool.free < 10
    assert scheduler.cancel(1) == [running]
    assert scheduler.cancel(2) == [waiting]
    assert scheduler.cancel(3) == []
    assert scheduler.pool.free == 10
    assert not scheduler.has_work


def test_waits_for_blocks_and_is_admitted_when_they_are_free() -> None:
    scheduler = make_scheduler(blocks=4)
    first, second = make_sequence(list(range(10))), make_sequence(list(range(20, 30)), request=2)
    scheduler.queue([first, second])
    assert run_step(scheduler).sequences == [first]
    assert second.phase is Phase.WAITING
    scheduler.finish(first, FinishReason.STOP)
    assert run_step(scheduler).sequences == [second]


def test_the_youngest_gives_way_when_blocks_run_out_and_goes_on_later_with_what_it_wrote() -> None:
    scheduler = make_scheduler(blocks=4)
    old, young = make_sequence([1, 2, 3], limit=12), make_sequence([4, 5, 6], request=2, limit=12)
    scheduler.queue([old, young])
    steps = 0
    while scheduler.has_work:
        batch = run_step(scheduler)
        assert batch.sequences
        steps += 1
        assert steps < 100
    assert old.finish_reason is young.finish_reason is FinishReason.LENGTH
    assert old.tokens == [1, 2, 3, *[97] * 9]
    assert young.tokens == [4, 5, 6, *[97] * 9]
    assert scheduler.pool.free == 4


def test_the_queue_is_bounded() -> None:
    scheduler = make_scheduler(max_running=1, max_waiting=2)
    scheduler.queue([make_sequence([1], request=number) for number in range(2)])
    assert scheduler.can_queue()
    run_step(scheduler)
    assert scheduler.can_queue()
    scheduler.queue([make_sequence([1], request=2)])
    assert not scheduler.can_queue()


def test_runs_no_more_sequences_than_allowed() -> None:
    scheduler = make_scheduler(max_running=2)
    scheduler.queue([make_sequence([1], request=number) for number in range(5)])
    assert len(run_step(scheduler).sequences) == 2


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_comes_all_answers_end_and_all_blocks_come_back(data: st.DataObject) -> None:
    """Random requests and cancellations on a small cache: steps are never empty, every answer has its full length."""
    scheduler = make_scheduler(blocks=8, max_running=4)
    everyone: list[Sequence] = []
    for request in range(data.draw(st.integers(1, 12))):
        prompt = data.draw(st.lists(st.integers(3, 5), min_size=1, max_size=20))
        length = data.draw(st.integers(1, 32 - len(prompt)))
        choices: list[Sequence] = []
        for choice in range(data.draw(st.integers(1, 3))):
            leader = choices[0] if choices else None
            limit = len(prompt) + length
            choices.append(
                make_sequence(prompt, request=request, choice=choice, leader=leader, limit=limit, sampling=Sampling())
            )
        if scheduler.can_queue():
            scheduler.queue(choices)
            everyone += choices
        for _ in range(data.draw(st.integers(0, 6))):
            if scheduler.has_work:
                assert run_step(scheduler).sequences
        if data.draw(st.booleans()):
            scheduler.cancel(data.draw(st.integers(0, request)))
    for _ in range(5000):
        if not scheduler.has_work:
            break
        assert run_step(scheduler).sequences
    assert not scheduler.has_work
    assert scheduler.pool.free == scheduler.pool.total
    for sequence in everyone:
        assert sequence.finish_reason in (FinishReason.LENGTH, FinishReason.CANCELLED)
        if sequence.finish_reason is FinishReason.LENGTH:
            assert len(sequence.tokens) == sequence.limit


SCORED = Sampling(temperature=0, echo=True, logprobs=0, max_tokens=0)


def make_scored(tokens: list[int], *, request: int = 1) -> Sequence:
    return make_sequence(tokens, request=request, sampling=SCORED, limit=len(tokens))


def run_scoring_step(scheduler: Scheduler) -> Batch:
    """A step whose scores are taken down, as the loop does."""
    batch = run_step(scheduler)
    for sequence, count in batch.scored:
        sequence.untold_logprobs += [NOTHING_BEFORE] * count
    return batch


def test_each_token_of_a_prompt_but_the_last_tells_of_the_next_one() -> None:
    scheduler = make_scheduler()
    sequence, other = make_scored(list(range(12))), make_sequence([1, 2, 3], request=2)
    scheduler.queue([other, sequence])
    batch = run_step(scheduler)
    assert batch.scored == [(sequence, 11)]
    assert batch.scored_rows == list(range(3, 14))
    assert batch.sampled == [other], "no answer is wanted to the other"
    assert batch.wanted_rows == [*batch.scored_rows, 2]


def test_rows_for_scores_are_bounded_in_a_step_and_ordinary_prompts_go_on_beside_them() -> None:
    scheduler = make_scheduler(blocks=400, prefill_tokens=512, mixed_prefill_tokens=512)
    first, second = make_scored([1] * 100), make_scored([2] * 100, request=2)
    scheduler.queue([first, second, make_sequence([3] * 50, request=3)])
    batches = []
    while first.pending or second.pending:
        batches.append(run_scoring_step(scheduler))
    assert [len(batch.scored_rows) for batch in batches] == [128, 70]
    assert batches[0].counts == [100, 29, 50]
    assert len(first.untold_logprobs) == len(second.untold_logprobs) == 100


def test_a_known_prefix_is_calculated_again_where_its_tokens_are_scored() -> None:
    scheduler = make_scheduler()
    first = make_sequence(list(range(10)))
    scheduler.queue([first])
    run_step(scheduler)
    scheduler.finish(first, FinishReason.STOP)
    sequence = make_scored(list(range(10)), request=2)
    scheduler.queue([sequence])
    assert len(run_step(scheduler).scored_rows) == 9
    assert sequence.cached == 0


def test_a_sequence_that_gave_its_blocks_back_is_not_scored_twice() -> None:
    scheduler = make_scheduler(blocks=12, mixed_prefill_tokens=2)
    writer, sequence = make_sequence([9], limit=12), make_scored(list(range(40)), request=2)
    scheduler.queue([writer])
    run_step(scheduler)
    scheduler.queue([sequence])
    rows, was_sent_back = 0, False
    while sequence.pending:
        rows += len(run_scoring_step(scheduler).scored_rows)
        was_sent_back |= sequence.phase is Phase.WAITING
    assert was_sent_back
    assert rows == 39
