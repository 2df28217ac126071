"""mask_zero=True with ids that use 0.

`Embedding(mask_zero=True)` takes every 0 for padding. If a word or symbol has the id 0 as well, it is skipped wherever
it stands: the layers behind never see it. Ids must begin at 1 where 0 pads, and the table needs one row more than there
are words (`input_dim = words + 1`).

When to ignore this: where the word with id 0 is one that may be skipped.
"""

from collections.abc import Iterator

from rnnlint import Finding, Fix, Matcher, Note, Program, Rule, Severity
from rnnlint.questions.flow import Flow

BAD = """
ids = keras.utils.pad_sequences([[0, 1], [2], [3, 0, 1, 2], [1, 3, 2]] * 4, maxlen=6, padding="post")
model = Sequential([
    Input((6,)),
    Embedding(4, 5, mask_zero=True),  # <-
    LSTM(6),
    Dense(1),
])
model.compile("adam", "mse")
model.fit(ids, np.arange(16.0), verbose=0)
"""

GOOD = """
ids = keras.utils.pad_sequences([[1, 2], [3], [4, 1, 2, 3], [2, 4, 3]] * 4, maxlen=6, padding="post")
model = Sequential([
    Input((6,)),
    Embedding(5, 5, mask_zero=True),
    LSTM(6),
    Dense(1),
])
model.compile("adam", "mse")
model.fit(ids, np.arange(16.0), verbose=0)
"""

PROBE = """
# a sequence is read as if its first word were not there
word = lambda n: n if model.layers[0].input_dim == 4 else n + 1
long, short = np.zeros((1, 6)), np.zeros((1, 6))
long[0, :2], short[0, :1] = [word(0), word(1)], [word(1)]
np.allclose(model.predict(long), model.predict(short))
"""


def check(program: Program) -> Iterator[Finding]:
    flow = Flow(program)
    spoken: set[int] = set()
    for fed in flow.fed():
        padding, start = fed.data.padding, flow.source(fed.tensor)
        if padding is None or padding.clash is not True or padding.value != 0 or start is None:
            continue
        for layer, _ in flow.ahead(start, ()):
            if layer.kind != "Embedding" or layer.custom or layer["mask_zero"] is not True or layer.id in spoken:
                continue
            spoken.add(layer.id)
            yield Finding(
                layer.location,
                f"`{layer.name}` masks every 0 as padding, but 0 is an id of its own in the sequences",
                notes=[Note(padding.location, "padded with 0 here")] if padding.location.path else [],
                layer=layer.path,
                fix=Fix.advice("let ids begin at 1, and give the table a row more"),
            )


MESSAGES = (
    Matcher(
        r"indices(?:\[[\d,]{0,40}\])? = (?P<id>\d{1,20}) is not in \[0, (?P<rows>\d{1,12})\)",
        cause="the id {id} is one beyond the last row, as where row 0 is kept for padding and `input_dim` does "
        "not count it",
        fix="set `input_dim` to the number of words plus one",
        score=0.7,
        when=lambda told: told.number("id") == told.number("rows"),
    ),
)

rule = Rule(
    check,
    family="masking",
    severity=Severity.ERROR,
    keras="silent",
    since="0.1",
    bad=BAD,
    good=GOOD,
    probe=PROBE,
    messages=MESSAGES,
)
