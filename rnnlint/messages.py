"""Error messages of Keras: what a rule says it is known by, and what a message tells.

A rule lists its messages as `Matcher`s. Messages come on one line, every run of white space a single blank; patterns
ignore case. Repetitions in patterns are bounded, so that no message makes them slow. Patterns that several rules share
stand in `rnnlint.wordings`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Dims = tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What a message tells, where a pattern fits it.

    Attributes:
        text: the whole message, on one line.
        parts: named groups of the pattern that took part. `layer` is the layer's name, `gives` and `needs` are shapes.
    """

    text: str
    parts: Mapping[str, str]

    @property
    def layer(self) -> str | None:
        """The layer it names, without what a graph adds to the name (`lstm_1_input:0`)."""
        name = self.text_of("layer")
        return re.sub(r"(?:_input)?(?::\d+)?$", "", name.rstrip(".")) or None if name else None

    @property
    def kind(self) -> str | None:
        """What the layer is, as far as its name says: see `KINDS`."""
        return kind_of(self.layer)

    @property
    def first(self) -> bool:
        """Whether the name is one that Keras gives to the first layer of its class (`lstm`; in early Keras "
        "`lstm_1`)."""
        name = self.layer or ""
        number = re.search(r"_?(\d+)$", name)
        early = "layer_too" in self.parts
        return number is None or int(number.group(1)) <= early

    def number(self, part: str) -> int:
        """The number in a group; -1 where there is none."""
        text = self.parts.get(part, "")
        return int(text) if text.lstrip("-").isdigit() else -1

    def text_of(self, part: str) -> str | None:
        """What a group holds; a pattern of two forms has the groups of the second with `_too`."""
        return self.parts.get(part) or self.parts.get(f"{part}_too")

    def dims(self, part: str) -> Dims | None:
        """The sizes of the shape in a group; None where there is none, or it cannot be read."""
        return dims_of(self.text_of(part))

    def checks(self, what: str) -> bool:
        """Whether an array that was checked is one for an `input`, or for a `target`; where the message does not say
        so, the name of the layer may."""
        if "what" in self.parts:
            return self.parts["what"].lower() == what
        if "input" in self.parts.get("layer", "").lower():
            return what == "input"
        if self.kind is None:
            return True
        return what == ("target" if self.kind in ("dense", "time_distributed", "other") else "input")

    @property
    def same_but_batch(self) -> bool:
        """Whether both shapes differ in the first size, both known, and in nothing else that is known."""
        gives, needs = self.dims("gives"), self.dims("needs")
        if not gives or not needs or len(gives) != len(needs) or None in (gives[0], needs[0]):
            return False
        rest = zip(gives[1:], needs[1:], strict=True)
        return gives[0] != needs[0] and all(a == b or None in (a, b) for a, b in rest)

    @property
    def swapped(self) -> bool:
        """Whether the last two sizes of both shapes are the same, the other way round."""
        gives, needs = self.dims("gives"), self.dims("needs")
        if not gives or not needs or len(gives) != len(needs) or len(gives) < 2 or None in (*gives[-2:], *needs[-2:]):
            return False
        return gives[-1] != gives[-2] and gives[-2:] == (needs[-1], needs[-2])

    @property
    def same_rank(self) -> bool:
        """Whether both shapes are known and have as many axes."""
        gives, needs = self.dims("gives"), self.dims("needs")
        return gives is not None and needs is not None and len(gives) == len(needs)


@dataclass(frozen=True, slots=True)
class Matcher:
    """A message of Keras, TensorFlow, Theano or NumPy that a rule is known by.

    Attributes:
        pattern: regular expression for the message; what it names `layer`, `gives` and `needs` is shown.
        cause: what is probably wrong, one clause; names of groups in braces are replaced by what they hold. Without
            one, the rule's headline.
        fix: what to do, one clause, with the same replacements.
        score: how surely the message means this rule, up to 1.
        when: further facts that must hold.
    """

    pattern: str
    cause: str = ""
    fix: str = ""
    score: float = 0.9
    when: Callable[[Told], bool] | None = None


def faults(matcher: Matcher) -> list[str]:
    """What is wrong with a matcher: nothing, where it is sound.

    Repetitions in its pattern must have an end (`{0,200}`), so that no message makes it slow; what its texts ask for in
    braces must be a group.
    """
    try:
        known = {*re.compile(matcher.pattern, re.IGNORECASE).groupindex, "layer", "gives", "needs"}
    except re.error as error:
        return [f"pattern {matcher.pattern!r}: {error}"]
    wrong: list[str] = []
    plain = re.sub(r"\[(?:\\.|[^\]\\])*\]", "x", re.sub(r"\\[\[\](){}*+.\\]", "x", matcher.pattern))
    if re.search(r"[*+]|\{\d+,\}", plain):
        wrong.append(f"pattern {matcher.pattern!r}: a repetition without an end")
    asked = re.findall(r"\{(\w+)\}", f"{matcher.cause} {matcher.fix}")
    wrong += [f"pattern {matcher.pattern!r}: no group `{name}` for the text" for name in asked if name not in known]
    if not 0 < matcher.score <= 1:
        wrong.append(f"pattern {matcher.pattern!r}: a score above 0 and up to 1 is wanted, not {matcher.score}")
    return wrong


KINDS = (
    ("time_distributed", r"time_?distributed"),
    ("repeat_vector", r"repeat_?vector"),
    ("conv_lstm", r"conv_?lstm"),
    ("recurrent", r"lstm|gru|rnn|bidirectional|recurrent"),
    ("model", r"sequential|functional|model"),
    ("embedding", r"embedding"),
    ("dense", r"dense"),
    ("reads_steps", r"conv_?1d|pooling_?1d|attention|crf"),
    ("other", r"conv|pool|flatten|dropout|normalization|concatenate|^add|merge|reshape|permute|masking|activation"),
)
"""Kinds of layers by what their names hold, the first that fits."""


def kind_of(name: str | None) -> str | None:
    """The kind of a layer by its name; None where the name does not say."""
    return next((kind for kind, words in KINDS if name and re.search(words, name, re.IGNORECASE)), None)


def dims_of(text: str | None) -> Dims | None:
    """Sizes of a printed shape; None where it is none."""
    if text is None:
        return None
    sizes: list[int | None] = []
    for part in text.strip("()[] ").split(","):
        size = part.strip()
        if size in ("None", "?", "-1"):
            sizes.append(None)
        elif size.isdigit() and len(size) < 15:
            sizes.append(int(size))
        elif size:
            return None
    return tuple(sizes)


def shape_text(dims: Dims) -> str:
    """The shape as Keras 3 prints it."""
    return f"({dims[0]},)" if len(dims) == 1 else f"({', '.join(map(str, dims))})"


def fixed_rows(told: Told) -> bool:
    """Whether the batch that a message speaks of is smaller than the fixed one, as the last batch of an epoch is."""
    return 0 < told.number("rows") < told.number("fixed")
