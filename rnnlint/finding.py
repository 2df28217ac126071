"""What a rule says: a finding, its notes, its fix."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from rnnlint.facts import AnyShape, Call, CallSite, Compile, Layer, Location, TextLocation


class Severity(Enum):
    """How bad it is. Error: Keras raises, or what is trained or measured is not what the code says; warning:
    probably so; hint: slower or needless."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"

    @property
    def rank(self) -> int:
        """0 for an error, the most severe."""
        return list(Severity).index(self)


class Safety(Enum):
    """Safe: the program could not run before and only one repair is meant. Review: what is trained changes.
    Manual: advice, a person must choose."""

    SAFE = "safe"
    REVIEW = "review"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace a span of text (empty: insert) by `text`."""

    location: TextLocation
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """How to repair it: a lower-case title in the imperative and, unless a person must choose, edits."""

    title: str
    edits: tuple[Edit, ...] = ()
    safety: Safety = Safety.MANUAL

    @classmethod
    def advice(cls, title: str) -> "Fix":
        """Advice without edits."""
        return cls(title)

    @classmethod
    def argument(
        cls,
        where: "Call | Layer | Compile | CallSite",
        name: str,
        text: str | None,
        title: str | None = None,
        safety: Safety = Safety.REVIEW,
    ) -> "Fix":
        """Give the argument this text, or drop it (None). Without a site (a saved model): advice only."""
        site = where if isinstance(where, CallSite) else where.site
        if title is None:
            title = f"drop `{name}`" if text is None else f"set `{name}={text}`"
        edits = () if site is None else set_argument(site, name, text)
        return cls(title, edits, safety) if edits else cls(title)


def set_argument(site: CallSite, name: str, text: str | None) -> tuple[Edit, ...]:
    """Edits that give an argument another text, add it by name, or drop it; none where it cannot be done safely."""
    written = site.arguments.get(name)
    if text is None:
        return (Edit(written.removal, ""),) if written else ()
    if written is not None:
        return (Edit(written.value, text),)
    if site.open:
        return ()
    return (Edit(site.insert, f"{site.prefix}{name}={text}{site.suffix}"),)


@dataclass(frozen=True, slots=True)
class Note:
    """The other end of a finding."""

    location: Location
    message: str
    layer: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A defect at a place.

    Attributes:
        location: the line to edit, not the line that broke.
        message: one lower-case clause, no full stop, names in backticks, the defect and not the cure.
        notes: the other ends.
        fix: how to repair it.
        gives, needs: the shape that is there and the one that must be.
        layer: path of the layer it is about.
        why: what the message alone does not teach; the rule's own where it is None.
        severity: of this case, where it differs from the rule's.
        rule, family: stamped on by the engine.
    """

    location: Location
    message: str
    notes: Sequence[Note] = ()
    fix: Fix | None = None
    gives: AnyShape | None = None
    needs: AnyShape | None = None
    layer: str | None = None
    why: str | None = None
    severity: Severity | None = None
    rule: str = ""
    family: str = ""

    def stamped(self, rule: str, family: str, severity: Severity, why: str | None) -> "Finding":
        """With the name of its rule, and the rule's severity and explanation where it has none of its own."""
        return replace(
            self,
            rule=rule,
            family=family,
            severity=self.severity or severity,
            why=self.why or why,
            notes=tuple(self.notes),
        )
