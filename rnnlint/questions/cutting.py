"""Series that a reshape cuts to pieces where windows were meant."""

from rnnlint.facts import NOWHERE, Data, Location, Program, Reshaped, Shape, Slots, SourceLocation, Use
from rnnlint.facts.sizes import equal, less
from rnnlint.finding import Note


def cut_notes(*found: Data) -> list[Note]:
    """Notes on where windows are cut, one for each line: the piece, the call of the function that cuts, the array."""
    places: list[Location] = []
    for data in found:
        asked = data.windows.asked if data.windows is not None else None
        places += [data.windows.location if data.windows is not None else NOWHERE, asked or NOWHERE, data.location]
    lines: dict[object, Location] = {}
    for place in places:
        if isinstance(place, SourceLocation):
            lines.setdefault((place.path, place.line), place)
    return [Note(place, "windows are cut here") for place in lines.values()]


def cut_by_reshape(x: Slots, y: Slots) -> tuple[Data, Reshaped] | None:
    """The x that a reshape took the samples of, with that reshape: before it there was one for each target."""
    for data in x.known:
        before = data.reshaped.before if data.reshaped is not None else None
        if data.reshaped is None or before is None or not isinstance(data.shape, Shape) or data.batching is not None:
            continue
        for target in y.known:
            if equal(before.batch, target.samples) is True and equal(data.samples, target.samples) is False:
                return data, data.reshaped
    return None


def impossible(program: Program, x: Slots) -> bool:
    """Whether x comes from a reshape for which there are no numbers."""
    failed = {use.location for use in program.uses if steps_from_nothing(use)} - {NOWHERE}
    return any(
        data.location in failed or (data.reshaped is not None and data.reshaped.location in failed) for data in x.known
    )


def steps_from_nothing(use: Use) -> bool:
    """Whether a reshape is to make several steps of each row, for which there are no numbers: (n, f) to (n, k, f)."""
    if use.kind != "reshape" or not isinstance(use.data.shape, Shape) or not isinstance(use.wants, Shape):
        return False
    given, wanted = use.data.shape.dims, use.wants.dims
    if len(wanted) != 3 or len(given) not in (1, 2) or equal(given[0], wanted[0]) is not True or wanted[0] == 0:
        return False
    features = given[1] if len(given) == 2 else 1
    return equal(features, wanted[2]) is True and less(1, wanted[1]) is True
