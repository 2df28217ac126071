"""Error messages lead to the rules that fit them, or to an honest answer, or to nothing."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from rnnlint.blameless import BLAMELESS
from rnnlint.explain import Answer, explain
from rnnlint.messages import Matcher, faults
from rnnlint.packs import PROOFS, load_rules

RULES = load_rules()
PROVED = [
    (rule, version, words)
    for rule, versions in json.loads(PROOFS.read_text("utf-8")).items()
    for version, words in versions.items()
    if words.startswith("raises: ")
]
BLAMELESS_TITLE = "no fault of the model"


def pasted() -> Iterator[tuple[str, str]]:
    """The messages in `messages.md`, each with the title it stands under."""
    title = ""
    for heading, message in re.findall(r"^# ([^\n]+)$|^```text\n(.*?)\n```$", MESSAGES, re.MULTILINE | re.DOTALL):
        title = heading or title
        if message:
            yield message, title


MESSAGES = Path(__file__).with_name("messages.md").read_text("utf-8")
ASKED = [(message, title) for message, title in pasted() if title != BLAMELESS_TITLE]
BLAMELESS_MESSAGES = [message for message, title in pasted() if title == BLAMELESS_TITLE]
MATCHERS = [
    *((rule.name, matcher) for rule in RULES.values() for matcher in rule.messages),
    *(("blameless", matcher) for matcher in BLAMELESS),
]


def answers(text: str) -> list[Answer]:
    return explain(text, RULES.values())


def names(text: str) -> list[str | None]:
    return [answer.rule for answer in answers(text)]


@pytest.mark.parametrize(("rule", "version", "words"), PROVED, ids=[f"{rule}-{v}" for rule, v, _ in PROVED])
def test_what_keras_was_seen_to_raise_leads_back_to_the_rule(rule: str, version: str, words: str) -> None:
    assert rule in names(words.partition("`")[2].strip("`"))[:2]


def test_messages_are_read() -> None:
    assert len(ASKED) > 60
    assert len(BLAMELESS_MESSAGES) > 10
    assert {rule for _, rule in ASKED} <= RULES.keys()


@pytest.mark.parametrize(("message", "rule"), ASKED)
def test_what_is_asked_most_leads_to_its_rule(message: str, rule: str) -> None:
    assert rule in names(message)[:2]


@pytest.mark.parametrize("message", BLAMELESS_MESSAGES)
def test_what_is_no_fault_of_the_model_leads_to_no_rule(message: str) -> None:
    (answer,) = answers(message)
    assert answer.rule is None
    assert answer.cause and answer.fix


@pytest.mark.parametrize(
    "text",
    [
        "the quick brown fox jumps over the lazy dog",
        "how do I train an LSTM on sequences of different shapes?",
        "ValueError: invalid literal for int() with base 10: 'abc'",
        "KeyError: 'lstm'",
        "TypeError: unsupported operand type(s) for +: 'int' and 'str'",
        "FileNotFoundError: [Errno 2] No such file or directory: 'data.csv'",
        "Epoch 1/10\n32/32 [==============================] - 1s 3ms/step - loss: 0.25",
        "AssertionError",
        "indices",
        "shape (None, 10, 8)",
        "RuntimeError: expected scalar type Float but found Double",
        "(((((((((((((((((((((((((((((((",
        "\x00\x1b[31m",
    ],
)
def test_other_text_fits_nothing(text: str) -> None:
    assert answers(text) == []


# What tells rules apart


@pytest.mark.parametrize(
    ("shapes", "rule"),
    [
        ("[12,40] vs. [32,40]", "partial-batch"),
        ("[32,10,1] vs. [32,1]", "target-shape"),
        ("[32,5] vs. [32,3]", "target-shape"),
        ("[32] vs. [7]", "partial-batch"),
    ],
)
def test_incompatible_shapes_tell_batches_from_targets(shapes: str, rule: str) -> None:
    assert names(f"InvalidArgumentError: Incompatible shapes: {shapes}")[0] == rule


@pytest.mark.parametrize(
    ("layer", "expected", "found", "rule"),
    [
        ("lstm", 3, 2, "rnn-input-rank"),
        ("lstm_1", 3, 2, "missing-return-sequences"),
        ("bidirectional_2", 3, 2, "missing-return-sequences"),
        ("gru", 3, 4, "batch-in-input-shape"),
        ("gru", 3, 5, "rnn-input-rank"),
        ("conv_lstm2d", 5, 4, "rnn-input-rank"),
        ("sequential", 3, 2, "data-rank"),
        ("functional_3", 3, 4, "data-rank"),
        ("repeat_vector", 2, 3, "repeat-vector-rank"),
    ],
)
def test_the_layer_tells_ranks_apart(layer: str, expected: int, found: int, rule: str) -> None:
    message = f'Input 0 of layer "{layer}" is incompatible with the layer: expected ndim={expected}, found ndim={found}'
    assert names(message)[0] == rule


def test_a_layer_that_takes_no_sequences_is_no_matter_of_recurrence() -> None:
    message = 'Input 0 of layer "conv2d" is incompatible with the layer: expected min_ndim=4, found ndim=3'
    assert names(message) == []
    assert names(f'Exception encountered when calling layer "time_distributed" (type TimeDistributed). {message}') == [
        "time-distributed-rank"
    ]


def test_a_bare_complaint_about_ranks_gives_all_that_it_may_be() -> None:
    assert set(names("expected ndim=3, found ndim=2")) == {"rnn-input-rank", "missing-return-sequences", "data-rank"}


@pytest.mark.parametrize(
    ("needs", "gives", "rule"),
    [
        ("(None, 30, 10)", "(32, 30, 5)", "data-shape"),
        ("(None, 30, 5)", "(32, 5, 30)", "swapped-axes"),
        ("(None, 10, 8)", "(None, 8)", "data-rank"),
        ("(32, 10, 8)", "(7, 10, 8)", "partial-batch"),
        ("(10, 10, 8)", "(32, 10, 8)", "batch-size-mismatch"),
    ],
)
def test_two_shapes_tell_what_is_wrong_with_the_data(needs: str, gives: str, rule: str) -> None:
    message = f'Input 0 of layer "model" is incompatible with the layer: expected shape={needs}, found shape={gives}'
    assert names(message)[0] == rule


@pytest.mark.parametrize(("fixed", "rows", "rule"), [(32, 7, "partial-batch"), (10, 32, "batch-size-mismatch")])
def test_a_smaller_batch_is_the_last_one(fixed: int, rows: int, rule: str) -> None:
    message = (
        "If an RNN is stateful, the batch size of the input sequences must be the same as the batch size of the "
        "initial "
        f"state. \n- Expected batch size: {fixed}\n- Received batch size: {rows}"
    )
    assert names(message) == sorted(["partial-batch", "batch-size-mismatch"], key=lambda name: name != rule)


def test_samples_that_are_a_multiple_may_be_reshaped() -> None:
    text = "Data cardinality is ambiguous: x sizes: {} y sizes: {} Make sure all arrays contain the same number."
    assert names(text.format(30, 300)) == ["sample-count-mismatch", "reshape-instead-of-windows"]
    assert names(text.format(190, 200)) == ["sample-count-mismatch"]


# What an answer says


def test_an_answer_names_the_layer_and_the_shapes() -> None:
    message = (
        "Input 0 with name 'None' of layer 'lstm_1' is incompatible with the layer: expected ndim=3, found "
        "ndim=2. Full "
        "shape received: (None, 32)"
    )
    best = answers(message)[0]
    assert (best.rule, best.layer, best.gives, best.needs) == (
        "missing-return-sequences",
        "lstm_1",
        "(None, 32)",
        "rank 3",
    )
    assert "`lstm_1`" in best.cause
    assert "return_sequences=True" in best.fix


@pytest.mark.parametrize(
    ("message", "layer", "gives", "needs"),
    [
        (
            "Error when checking input: expected lstm_LSTM1_input to have 3 dimension(s). but got array with "
            "shape 1606,73",
            "lstm_LSTM1",
            "(1606, 73)",
            "rank 3",
        ),
        (
            "Cannot feed value of shape (2, 5, 7) for Tensor u'lstm_1_input:0', which has shape '(?, 6, 7)'",
            "lstm_1",
            "(2, 5, 7)",
            "(None, 6, 7)",
        ),
        ("expected ndim=3, found ndim=2", None, "rank 2", "rank 3"),
        (
            "Incompatible shapes: [7,1] vs. [32,1] [[{{node gradient_tape/sequential/gru_2/while/add}}]]",
            "gru_2",
            "(7, 1)",
            "(32, 1)",
        ),
        ("X has 1 features, but MinMaxScaler is expecting 9 features", None, "1", "9"),
        (
            "Input 0 of layer sequential is incompatible with the layer: expected axis -1 of input shape to "
            "have value 8 "
            "but received input with shape [None, 10, 3]",
            "sequential",
            "(None, 10, 3)",
            "axis -1 of size 8",
        ),
    ],
)
def test_layers_and_shapes_are_taken_from_the_message(message: str, layer: str | None, gives: str, needs: str) -> None:
    best = answers(message)[0]
    assert (best.layer, best.gives, best.needs) == (layer, gives, needs)


def test_the_best_answer_comes_first() -> None:
    for message, _ in ASKED:
        scores = [answer.score for answer in answers(message)]
        assert scores == sorted(scores, reverse=True)
        assert all(0 < score <= 1 for score in scores)


@pytest.mark.parametrize("message", [*(message for message, _ in ASKED), *BLAMELESS_MESSAGES])
def test_nothing_is_left_open_in_an_answer(message: str) -> None:
    for answer in answers(message):
        assert answer.cause
        assert not re.search(r"\{\w+\}", answer.cause + answer.fix)


# Patterns


@pytest.mark.parametrize(("owner", "matcher"), MATCHERS)
def test_matchers_are_sound(owner: str, matcher: Matcher) -> None:
    assert faults(matcher) == []


@pytest.mark.parametrize(
    ("matcher", "fault"),
    [
        (Matcher(r"shape .*"), "a repetition without an end"),
        (Matcher(r"[a]+"), "a repetition without an end"),
        (Matcher(r"a{3,}"), "a repetition without an end"),
        (Matcher(r"(a"), "missing )"),
        (Matcher(r"a", cause="{rows} rows"), "no group `rows`"),
        (Matcher(r"a", fix="take {rows}"), "no group `rows`"),
        (Matcher(r"a", score=1.5), "a score above 0 and up to 1"),
    ],
)
def test_unsound_matchers_are_refused(matcher: Matcher, fault: str) -> None:
    (told,) = faults(matcher)
    assert fault in told


@pytest.mark.parametrize("pattern", [r"a\*\+", r"[*+]", r"\{1,\}", r"(?P<rows>a){0,3}", r"a\\b"])
def test_signs_that_repeat_nothing_are_sound(pattern: str) -> None:
    assert faults(Matcher(pattern)) == []


@pytest.mark.parametrize(
    "piece",
    [
        "expected ndim=", "Input 0 of layer a is ", "dimensions must be equal, but are 1 and 2 for lstm", "(", "[1,",
        " ", "a", 'File "', "E   ", "Traceback (", "indices[", "x sizes: 1, ",
        "ValueError: a\n", "cannot feed value of shape (", "\n    at a",
        "not compatible with rnn state ", "node a/",
    ],
)  # fmt: skip
def test_no_text_keeps_it_long(piece: str) -> None:
    assert answers(piece * (200_000 // len(piece))) == []
