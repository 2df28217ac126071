"""Calls recorded in loops and branches."""

from rnnlint.facts import Branch, Call, Loop, Model, SourceLocation
from rnnlint.interpreter.timeline import Recorder

MODEL = Model(1, "model", "Sequential", "sequential")
OTHER = Model(2, "other", "Sequential", "sequential")


def call(name: str, line: int, model: Model = MODEL, number: int = 0) -> Call:
    return Call(number, name, model, name, location=SourceLocation("a.py", line, 1, line, 9))


def test_a_loop_holds_what_its_body_calls() -> None:
    recorder = Recorder()
    recorder.enter_loop(5, "epochs")
    recorder.record(call("fit", 2))
    recorder.record(call("reset_states", 3))
    recorder.leave_loop()
    (loop,) = recorder.build().events
    assert isinstance(loop, Loop)
    assert (loop.times, loop.over) == (5, "epochs")
    assert [c.name for c in loop.body.run()] == ["fit", "reset_states"]


def test_a_loop_without_calls_leaves_no_trace() -> None:
    recorder = Recorder()
    recorder.enter_loop(5)
    recorder.leave_loop()
    assert recorder.build().events == ()


def test_equal_rounds_of_an_unrolled_loop_are_one_loop() -> None:
    recorder = Recorder()
    recorder.enter_loop(3)
    for number in range(3):
        recorder.enter_round()
        recorder.record(call("fit", 2, number=number))
    recorder.leave_loop()
    (loop,) = recorder.build().events
    assert isinstance(loop, Loop)
    assert loop.times == 3
    assert len(loop.body.events) == 1


def test_rounds_on_other_models_stand_one_behind_the_other() -> None:
    recorder = Recorder()
    recorder.enter_loop(2)
    for number, model in enumerate((MODEL, OTHER)):
        recorder.enter_round()
        recorder.record(call("fit", 2, model, number))
    recorder.leave_loop()
    events = recorder.build().events
    assert [event.model.id for event in events if isinstance(event, Call)] == [1, 2]
    assert len(events) == 2


def test_nested_unrolled_loops_fold_from_the_inside() -> None:
    recorder = Recorder()
    recorder.enter_loop(2)
    for _ in range(2):
        recorder.enter_round()
        recorder.enter_loop(3)
        for number in range(3):
            recorder.enter_round()
            recorder.record(call("fit", 4, number=number))
        recorder.leave_loop()
        recorder.record(call("reset_states", 5))
    recorder.leave_loop()
    (outer,) = recorder.build().events
    assert isinstance(outer, Loop)
    inner, reset = outer.body.events
    assert isinstance(inner, Loop)
    assert (outer.times, inner.times) == (2, 3)
    assert isinstance(reset, Call)


def test_a_branch_keeps_its_arms_apart() -> None:
    recorder = Recorder()
    recorder.enter_branch()
    recorder.next_arm()
    recorder.record(call("fit", 2))
    recorder.leave_branch()
    (branch,) = recorder.build().events
    assert isinstance(branch, Branch)
    assert [len(arm.events) for arm in branch.arms] == [0, 1]


def test_what_an_exception_left_open_is_ended() -> None:
    recorder = Recorder()
    recorder.enter_loop(5)
    recorder.enter_loop(7)
    recorder.record(call("fit", 2))
    recorder.unwind(1)
    recorder.record(call("evaluate", 3))
    (loop,) = recorder.build().events
    assert isinstance(loop, Loop)
    inner, evaluate = loop.body.events
    assert isinstance(inner, Loop)
    assert isinstance(evaluate, Call)
