"""Where a fact stands: in a source file, in a saved model, in a `--call`."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class SourceLocation:
    """A span of a script or notebook.

    Lines and columns count from 1, columns in characters, the end is exclusive. In a notebook lines count through the
    code cells joined in order.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True, order=True)
class LayerLocation:
    """A layer of a model file; `layer` is its path (`encoder/lstm`), empty for the model itself."""

    path: str
    layer: str = ""


@dataclass(frozen=True, slots=True, order=True)
class CallLocation:
    """A span of the text of the `index`th `--call` (from 1) on the model file `path`.

    Lines and columns count from 1, the end is exclusive.
    """

    path: str
    index: int
    line: int
    column: int
    end_line: int
    end_column: int


Location = SourceLocation | LayerLocation | CallLocation
TextLocation = SourceLocation | CallLocation


@dataclass(frozen=True, slots=True)
class ArgumentSite:
    """Where an argument is written.

    Attributes:
        whole: with its name (`shuffle=True`).
        value: without it (`True`).
        removal: what to delete to drop the argument, a comma and white space included.
        text: the value as written; empty: not known.
        elements: of a value that is written as a tuple or list: where each of its elements stands.
        texts: what is written there; an empty text: on several lines.
    """

    whole: TextLocation
    value: TextLocation
    removal: TextLocation
    text: str = ""
    elements: tuple[TextLocation, ...] = ()
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CallSite:
    """How a call is written, so that a fix can add, change or drop an argument and keep the formatting.

    Attributes:
        location: the whole call expression.
        insert: the empty span where a further argument goes.
        prefix: text to write before a further argument there (`, ` or empty).
        suffix: text to write behind it (`,` where the last argument is followed by a comma on its own line).
        function: the callee.
        arguments: the arguments as written, by the name of the parameter they reach.
        open: whether there may be more than are listed (`*args`, `**kwargs`).
        spelled: the callee as written (`keras.layers.LSTM`); empty: not known.
        statement: the statement of one line that does nothing but hand this call to a method
            (`model.add(LSTM(4))`); None: it stands elsewhere.
        receiver: of that statement: what the method is called on (`model`), as written.
        listed: whether it stands as an element of a list that is written out (`Sequential([LSTM(4)])`).
        leads: whether nothing stands in front of it on its line.
        row: the statement that works it out, where that has lines of its own (`y = model.predict(x)[0]`): another can
            be written in front of it or behind it; None: it stands elsewhere.
        bare: whether that statement is nothing but this call.
        removal: what to delete to take the call out: the element of a list with its comma, or the lines of a statement
            that does nothing but make it, hand it to a method or hand a name on to itself (`x = f(x)`); None: it stands
            elsewhere, or alone in its block.
        targets: the names that its result is unpacked to (`a, b = split(x)`), where all are plain; else empty.
        targets_at: where they stand.
        mentions: of a class that the module imports by its name and that old versions of Keras alone have
            (`CuDNNLSTM`): every place that names it, the import too.
        scope: of the names that a fix may want to use (`Input`, `Masking`, `keras`), those that mean what they
            say where the call stands.
        imports: of those names, the ones that mean nothing yet: where to write what, so that they are imported.
    """

    location: TextLocation
    insert: TextLocation
    prefix: str
    suffix: str
    function: TextLocation
    arguments: Mapping[str, ArgumentSite] = field(default_factory=dict)
    open: bool = False
    spelled: str = ""
    statement: TextLocation | None = None
    receiver: str = ""
    listed: bool = False
    leads: bool = False
    row: TextLocation | None = None
    bare: bool = False
    removal: TextLocation | None = None
    targets: tuple[str, ...] = ()
    targets_at: TextLocation | None = None
    mentions: tuple[TextLocation, ...] = ()
    scope: frozenset[str] = frozenset()
    imports: Mapping[str, tuple[TextLocation, str]] = field(default_factory=dict)
