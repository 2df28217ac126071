"""The target does not fit the model's output.

A model that returns its sequence gives (batch, steps, units) and needs a target for every step; one that gives its last
step alone needs one target for a sequence. Losses such as mse broadcast where the shapes differ: output (n, 20, 1)
trains against y (n, 1) without a word, every step learns the one label; output (n, 1) against y (n, 20, 1) learns the
mean of the sequence. Crossentropies raise, in Keras 3 the binary one too.

When to ignore this: where every step is to learn the one label of its sequence; repeating the label says so.
"""

from collections.abc import Iterator

from rnnlint import UNKNOWN, Finding, Fix, Layer, Matcher, Note, Program, Rule, Safety, Severity, Shape
from rnnlint.edits import unwrapped
from rnnlint.facts import NOWHERE, Location, Truth
from rnnlint.facts.sizes import equal
from rnnlint.finding import set_argument
from rnnlint.infer.losses import Verdict, judge_target
from rnnlint.messages import Told
from rnnlint.questions.flow import Flow, gives_last_step, made_elsewhere_too
from rnnlint.questions.targets import Comparison, comparisons, head, path_back
from rnnlint.wordings import CHECKED_RANK, CHECKED_SHAPE, COMPARED, FED, INCOMPATIBLE, SIZES

BAD = """
x, y = np.random.rand(64, 20, 4), np.random.rand(64, 1)
model = Sequential([
    Input((20, 4)),
    LSTM(16, return_sequences=True),
    LSTM(16, return_sequences=True),  # <-
    Dense(1),
])
model.compile("adam", "mse")
model.fit(x, y)
"""

GOOD = """
x, y = np.random.rand(64, 20, 4), np.random.rand(64, 1)
model = Sequential([
    Input((20, 4)),
    LSTM(16, return_sequences=True),
    LSTM(16, return_sequences=False),
    Dense(1),
])
model.compile("adam", "mse")
model.fit(x, y)
"""

PROBE = """
# outputs of a sample that are trained on its one label
with tf.GradientTape() as tape:
    outputs = model(x.astype("float32"))
    tape.watch(outputs)
    loss = model.compute_loss(x, tf.constant(y), outputs)
np.count_nonzero(tape.gradient(loss, outputs)[0])
"""

MAX_NOTES = 4

VERDICTS = {
    Verdict.SILENT: "and the loss broadcasts them",
    Verdict.RAISES: "which Keras refuses",
    Verdict.MISFIT: "which Keras refuses or broadcasts",
}


def check(program: Program) -> Iterator[Finding]:
    flow = Flow(program)
    spoken: set[int] = set()
    for compared in comparisons(program):
        if compared.verdict.wrong and compared.meant is None and compared.call.model.id not in spoken:
            spoken.add(compared.call.model.id)
            yield _finding(program, flow, compared)


def _finding(program: Program, flow: Flow, compared: Comparison) -> Finding:
    passed, source = path_back(flow, compared.output)
    recurrent = source if source is not None and source.recurrent and not source.custom else None
    where, layer, fix = compared.location, None, _advice(compared)
    if recurrent is not None and (wants := _wants_sequence(recurrent, compared)) is not None:
        where, layer = recurrent.location, recurrent
        fix = _fix(program, recurrent, passed, wants) or fix
    elif (units := _units(program, flow, compared)) is not None:
        fix = units
    elif recurrent is not None and _steps_differ(compared):
        where, layer = recurrent.location, recurrent
    return Finding(
        where,
        f"the output is {compared.shape} and the target {compared.target.shape}, {VERDICTS[compared.verdict]}",
        notes=[
            *_notes(compared, passed, where),
            *_encoders(flow, layer, fix),
            *_behind_custom(flow, source, compared),
        ],
        gives=compared.target.shape,
        needs=compared.shape,
        layer=None if layer is None else layer.path,
        fix=fix,
    )


def _notes(compared: Comparison, passed: list[Layer], where: Location) -> list[Note]:
    notes = []
    if where != compared.location:
        notes.append(Note(compared.location, f"the target is {compared.target.shape}"))
    if passed and passed[0].location != where:
        notes.append(Note(passed[0].location, f"gives {compared.shape}", passed[0].path))
    if compared.call.model.kind == "functional" and compared.call.model.location not in (NOWHERE, where):
        notes.append(Note(compared.call.model.location, "the model ends here"))
    return notes


def _behind_custom(flow: Flow, source: Layer | None, compared: Comparison) -> list[Note]:
    """The recurrent layer in front of a Lambda or another layer of one's own, if the output has its steps still."""
    if source is None or not source.custom or not source.arrivals or compared.shape.rank != 3:
        return []
    _, layer = flow.behind(source.arrivals[0].input)
    if layer is None or not layer.recurrent or layer.has("return_sequences", True) is not True:
        return []
    return [Note(layer.location, "hands on every step", layer.path)]


def _encoders(flow: Flow, layer: Layer | None, fix: Fix) -> list[Note]:
    """The recurrent layers in front of one that cannot be mended by itself: one of them may have to encode."""
    notes: list[Note] = []
    while layer is not None and layer.arrivals and not fix.edits and len(notes) < MAX_NOTES:
        _, layer = flow.behind(layer.arrivals[0].input)
        if layer is None or not layer.recurrent:
            break
        notes.append(Note(layer.location, "hands on every step", layer.path))
    return notes


def _wants_sequence(layer: Layer, compared: Comparison) -> bool | None:
    """Whether the target has one row for each step of the layer (True) or one for its sequence (False); None: neither,
    or the layer already gives that."""
    target, output = compared.target.shape, compared.shape
    assert isinstance(target, Shape)
    if output.rank == 3 and layer.has("return_sequences", True) is True:
        flat = target.rank == 1 or (target.rank == 2 and _fits_units(target, output) is not False)
        return False if flat and not _is_per_step(target, output) else None
    if output.rank == 2 and gives_last_step(layer) and target.rank == 3:
        read = layer.arrivals[0].input.shape if layer.arrivals else None
        if isinstance(read, Shape) and read.rank == 3:
            alike = equal(target.dims[1], read.dims[1]) is True
            return True if alike and _fits_units(target, output) is not False else None
    return None


def _fits_units(target: Shape, output: Shape) -> Truth:
    return equal(target.dims[-1], output.dims[-1])


def _is_per_step(target: Shape, output: Shape) -> bool:
    return target.rank == 2 and equal(target.dims[1], output.dims[1]) is True and output.dims[2] != target.dims[1]


def _units(program: Program, flow: Flow, compared: Comparison) -> Fix | None:
    """As many units as the target has columns, where all else fits."""
    target, output, ending = compared.target.shape, compared.shape, head(flow, compared.output)
    assert isinstance(target, Shape)
    if ending is None or ending.layer.inner.kind != "Dense" or target.rank != output.rank or target.rank < 2:
        return None
    columns, site = target.dims[-1], ending.layer.inner.site
    same = all(equal(a, b) is not False for a, b in zip(target.dims[:-1], output.dims[:-1], strict=True))
    if not isinstance(columns, int) or columns < 2 or not same or equal(columns, output.dims[-1]) is not False:
        return None
    mended = output.with_size(output.rank - 1, columns)
    if judge_target(compared.loss, mended, target, program.keras, UNKNOWN).wrong:
        return None  # a loss for class numbers
    if site is None or "units" not in site.arguments or made_elsewhere_too(program, [ending.layer]):
        return None
    title = f"give {columns} units, one for each column of the target"
    return Fix(title, set_argument(site, "units", str(columns)), Safety.REVIEW)


def _steps_differ(compared: Comparison) -> bool:
    """Whether both have steps, and another number of them."""
    target = compared.target.shape
    return (
        isinstance(target, Shape)
        and target.rank == compared.shape.rank == 3
        and (equal(target.dims[1], compared.shape.dims[1]) is False)
    )


def _fix(program: Program, layer: Layer, passed: list[Layer], wants: bool) -> Fix | None:
    """Let the last recurrent layer give what the target has."""
    inner = layer.inner
    if inner.site is None or made_elsewhere_too(program, [layer]):
        return None
    edits = set_argument(inner.site, "return_sequences", str(wants))
    wrappers = [wrapper for wrapper in passed if wrapper.kind == "TimeDistributed"]
    if not wants:
        for wrapper in wrappers:
            taken = unwrapped(wrapper)
            edits = (*edits, *taken) if taken and edits else ()
    if not edits:
        return None
    title = "return every step" if wants else "return the last step alone"
    if wrappers and not wants:
        title += ", without TimeDistributed behind it"
    return Fix(title, edits, Safety.REVIEW)


def _advice(compared: Comparison) -> Fix:
    target = compared.target.shape
    assert isinstance(target, Shape)
    if _steps_differ(compared):
        return Fix.advice(
            f"encode the sequence to one vector, repeat it with `RepeatVector({target.dims[1]})`, and decode"
        )
    return Fix.advice(f"give a target of shape {compared.shape}, or a model with an output of shape {target}")


CAUSE = "the target does not fit the output of the model: {gives} meets {needs}"
ADVICE = (
    "give y the shape of the output, or take `return_sequences=True` from the last recurrent layer (one answer for a "
)
ADVICE += "sequence) or put it there (one for each step)"


def _for_target(told: Told) -> bool:
    return told.checks("target")


def _other_sizes(told: Told) -> bool:
    """Whether two shapes in arithmetic differ in more than the rows of the batch."""
    return None not in (told.dims("gives"), told.dims("needs")) and not told.same_but_batch


def _same_batch(told: Told) -> bool:
    return _other_sizes(told) and (told.dims("gives") or (0,))[0] == (told.dims("needs") or (1,))[0]


MESSAGES = (
    Matcher(CHECKED_RANK, CAUSE, ADVICE, score=0.95, when=_for_target),
    Matcher(CHECKED_SHAPE, CAUSE, ADVICE, score=0.9, when=_for_target),
    Matcher(INCOMPATIBLE, CAUSE, ADVICE, score=0.92, when=_same_batch),
    Matcher(INCOMPATIBLE, CAUSE, ADVICE, score=0.7, when=_other_sizes),
    Matcher(SIZES, CAUSE, ADVICE, score=0.7, when=lambda told: told.number("dimension") > 0),
    Matcher(FED, CAUSE, ADVICE, when=lambda told: _other_sizes(told) and "target" in told.parts["layer"]),
    Matcher(
        r"logits and labels must have the same first dimension, got logits shape (?P<needs>\[[\d,]{1,60}\]) and labels "
        r"shape (?P<gives>\[[\d,]{1,60}\])",
        cause="the target has {gives} entries for {needs} of the output: one side has an answer for each step, "
        "the other "
        "one for each sequence, or y is one-hot",
        fix=ADVICE,
        score=0.92,
    ),
    Matcher(
        COMPARED,
        CAUSE,
        ADVICE,
        score=0.92,
    ),
    Matcher(
        r"arguments? `?(?:target|output)`? and `?(?:output|target)`? must have the same (?:shape|rank)|"
        r"`?logits`? and `?labels`? must have the same shape|"
        r"argument `?output`? must have rank \(ndim\)|"
        r"`?y_true`? and `?y_pred`? (?:must|should) have the same (?:shape|rank)",
        cause="the target does not fit the output of the model",
        fix=ADVICE,
        score=0.9,
    ),
    Matcher(
        r"shapes (?P<gives>\([^()]{1,80}\)) and (?P<needs>\([^()]{1,80}\)) are incompatible",
        CAUSE,
        ADVICE,
        score=0.88,
    ),
    Matcher(
        r"dimensions must be equal, but are \d{1,9} and \d{1,9} for .{0,300}= (?:sub|mul|squareddifference|"
        r"equal|realdiv)\["
        r".{0,300}with input shapes: (?P<gives>\[[\d,?]{1,60}\]), (?P<needs>\[[\d,?]{1,60}\])",
        CAUSE,
        ADVICE,
        score=0.85,
        when=lambda told: "cell" not in told.text.lower(),
    ),
    Matcher(
        r"target array with shape (?P<gives>\([^()]{1,80}\)) was passed for (?:an|output of) (?:output of )?shape "
        r"(?P<needs>\([^()]{1,80}\))",
        CAUSE,
        ADVICE,
    ),
    Matcher(
        r"input dimension mis-match\. \(input\[\d\]\.shape\[[1-9]\] = (?P<gives>\d{1,9}), "
        r"input\[\d\]\.shape\[[1-9]\] = "
        r"(?P<needs>\d{1,9})\)",
        CAUSE,
        ADVICE,
        score=0.75,
    ),
)

rule = Rule(
    check,
    family="data",
    severity=Severity.ERROR,
    keras="silent",
    since="0.1",
    bad=BAD,
    good=GOOD,
    probe=PROBE,
    messages=MESSAGES,
)
