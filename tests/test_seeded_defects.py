"""Sound programs of many forms are silent; each defect put into one is found, and alone."""

from dataclasses import dataclass, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from rnnlint.check_rule import edited, lint_text
from rnnlint.finding import Safety, Severity
from rnnlint.packs import load_rules
from rnnlint.rule import PRELUDE

RULES = list(load_rules().values())


@dataclass(frozen=True)
class Net:
    """A stack of recurrent layers on windows of sensor data, written in one of three styles."""

    style: str
    kinds: tuple[str, ...]
    steps: int
    features: int
    dropout: bool
    stateful: bool
    batch: int
    batches: int
    input_shape: str = ""
    sequences: tuple[bool, ...] = ()
    shuffle: str = ", shuffle=False"
    reset: bool = True
    batch_bound: bool = True
    data: str = ""

    def text(self) -> str:
        rows = self.batch * self.batches
        bound = self.stateful and self.batch_bound
        shape = self.input_shape or f"({self.steps}, {self.features})"
        declared = f"batch_shape=({self.batch}, {self.steps}, {self.features})" if bound else f"shape={shape}"
        sizes = self.data or f"{rows}, {self.steps}, {self.features}"
        lines = [f"x, y = np.random.rand({sizes}), np.random.rand({rows}, 1)"]
        lines += self._model(f"Input({declared})")
        lines += ['model.compile("adam", "mse")']
        fit = f"model.fit(x, y, batch_size={self.batch}{self.shuffle if self.stateful else ''})"
        lines += ["for epoch in range(3):", f"    {fit}"]
        if self.stateful and self.reset:
            lines += [
                "    for layer in model.layers:",
                "        if layer.stateful:",
                "            layer.reset_states()",
            ]
        return "\n".join(lines) + "\n"

    def layers(self) -> list[str]:
        made = []
        for kind, sequences in zip(self.kinds, self.sequences, strict=True):
            options = "".join([", return_sequences=True" * sequences, ", stateful=True" * self.stateful])
            made += [f"{kind}(4{options})", *["Dropout(0.1)"] * self.dropout]
        return [*made, "Dense(1)"]

    def _model(self, first: str) -> list[str]:
        if self.style == "list":
            return [f"model = Sequential([{', '.join([first, *self.layers()])}])"]
        if self.style == "add":
            return ["model = Sequential()", *(f"model.add({layer})" for layer in [first, *self.layers()])]
        return [f"start = t = {first}", *(f"t = {layer}(t)" for layer in self.layers()), "model = Model(start, t)"]


@st.composite
def nets(draw: st.DrawFn, stateful: bool | None = None, deep: bool = False) -> Net:
    kinds = draw(st.lists(st.sampled_from(["LSTM", "GRU", "SimpleRNN"]), min_size=2 if deep else 1, max_size=3))
    steps, features = draw(st.integers(4, 12)), draw(st.integers(2, 3))
    return Net(
        style=draw(st.sampled_from(["list", "add", "functional"])),
        kinds=tuple(kinds),
        steps=steps,
        features=features,
        dropout=draw(st.booleans()),
        stateful=draw(st.booleans()) if stateful is None else stateful,
        batch=draw(st.integers(13, 20)),
        batches=draw(st.integers(2, 5)),
        sequences=tuple([True] * (len(kinds) - 1) + [False]),
    )


def found(net: Net) -> set[str]:
    """The rules that speak of it, hints apart."""
    findings = lint_text(PRELUDE + net.text(), RULES, keras=3)
    return {finding.rule for finding in findings if finding.severity is not Severity.HINT}


@settings(max_examples=60, deadline=None)
@given(nets())
def test_sound_programs_are_silent(net: Net) -> None:
    assert lint_text(PRELUDE + net.text(), RULES, keras=3) == [], net.text()


@settings(max_examples=25, deadline=None)
@given(nets(deep=True), st.data())
def test_dropped_return_sequences(net: Net, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(net.kinds) - 2))
    seeded = replace(net, sequences=tuple(flag and i != at for i, flag in enumerate(net.sequences)))
    assert found(seeded) == {"missing-return-sequences"}, seeded.text()


@settings(max_examples=25, deadline=None)
@given(nets(deep=True))
def test_the_fix_leaves_nothing_to_find(net: Net) -> None:
    seeded = PRELUDE + replace(net, sequences=(False,) * len(net.kinds)).text()
    fixes = [finding.fix for finding in lint_text(seeded, RULES, keras=3) if finding.fix is not None]
    assert fixes and all(fix.safety is Safety.SAFE for fix in fixes)
    mended = edited(seeded, [edit for fix in fixes for edit in fix.edits])
    assert mended is not None and lint_text(mended, RULES, keras=3) == [], mended


@settings(max_examples=25, deadline=None)
@given(nets(stateful=False))
def test_batch_in_the_input_shape(net: Net) -> None:
    seeded = replace(net, input_shape=f"({net.batch * net.batches}, {net.steps}, {net.features})")
    assert found(seeded) == {"batch-in-input-shape"}, seeded.text()


@settings(max_examples=25, deadline=None)
@given(nets(stateful=False))
def test_exchanged_axes(net: Net) -> None:
    seeded = replace(net, input_shape=f"({net.features}, {net.steps})")
    assert found(seeded) == {"swapped-axes"}, seeded.text()


@settings(max_examples=25, deadline=None)
@given(nets(stateful=False))
def test_two_axes_of_the_data_made_one(net: Net) -> None:
    seeded = replace(net, data=f"{net.batch * net.batches}, {net.steps * net.features}")
    assert found(seeded) == {"data-rank"}, seeded.text()


@settings(max_examples=25, deadline=None)
@given(nets(stateful=True))
def test_stateful_without_a_batch_size(net: Net) -> None:
    seeded = replace(net, batch_bound=False)
    assert found(seeded) == {"stateful-needs-batch-shape"}, seeded.text()


@settings(max_examples=25, deadline=None)
@given(nets(stateful=True))
def test_dropped_shuffle(net: Net) -> None:
    seeded = replace(net, shuffle="")
    assert found(seeded) == {"stateful-shuffle"}, seeded.text()


@settings(max_examples=25, deadline=None)
@given(nets(stateful=True))
def test_removed_reset(net: Net) -> None:
    seeded = replace(net, reset=False)
    assert found(seeded) == {"stateful-missing-reset"}, seeded.text()


@settings(max_examples=25, deadline=None)
@given(nets(stateful=True), st.integers(2, 12))
def test_samples_that_do_not_divide(net: Net, more: int) -> None:
    rows = net.batch * net.batches + more
    seeded = net.text().replace(f"rand({net.batch * net.batches},", f"rand({rows},")
    rules = {finding.rule for finding in lint_text(PRELUDE + seeded, RULES, keras=3)}
    assert rules == {"partial-batch"}, seeded
