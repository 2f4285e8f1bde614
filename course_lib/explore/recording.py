"""An explorer without a kernel: its pictures over a grid of one or two controls, packed small.

`record` draws every picture of the grid as the browser would get it. `explorer.js` plays the recording with
the recorded controls alive and the others at rest (`recorded.js` stands in for the kernel).

A recording is one gzipped block: the length of a head (4 bytes), the head (JSON), then the points.

- Points are fractions of the figure as whole numbers: -0.25 is 0, 1.25 is 8190, a gap is 8191. On a figure of 940
  pixels a unit is 0.17 of a pixel.
- Each picture is stored as what it differs by from the one before, mark by mark, in 16 bits, modulo 65536: as many
  points as both have, from the same point before; what is longer, from the point before in its own mark (the first
  from 0).
- All low bytes stand first, then all high bytes, most of which are 0 or 255.
"""

import gzip
import itertools
import json

import numpy as np

from course_lib.explore.controls import Slider

LOW, HIGH = -0.25, 1.25  # fractions of the figure; nothing outside is kept
GAP = 8191
MOST_PICTURES = 1000
MOST_STOPS = 200  # of one control
SAMPLE = {1: 36, 2: 4}  # values of the first control from which the size of a whole recording is estimated


def record_within(explorer, size=400_000, most=MOST_PICTURES):
    """Return the recording of an explorer with about as many pictures as fit into so many bytes.

    Some rows of the grid tell what a picture takes. In a coarser grid it takes more, for neighbors are less alike: what
    became too large, or takes less than 0.7 of the bytes, is made anew, at most twice.
    """
    head = _read_head(some := record(explorer, most=most, sample=True))
    fixed = len(gzip.compress(explorer.drawn["background"])) * len(head["backgrounds"])
    each = (len(some) - fixed) / len(head["pictures"])
    fit, best = min(most, max(6, int((0.75 * size - fixed) / each))), b""
    for _ in range(3):
        recording = record(explorer, most=fit)
        if len(best) < len(recording) <= size:
            best = recording
        if best and (fit == most or len(best) > 0.7 * size):
            break
        fit = min(most, max(6, int(0.85 * fit * size / len(recording))))
    return best or record(explorer, most=6)


def record(explorer, controls=None, most=MOST_PICTURES, sample=False):
    """Return a recording of an explorer, its settings before and after the same.

    Parameters
    ----------
    explorer : Explorer
        Its settings now are the first picture; they are in the grid.
    controls : sequence of str, optional
        One or two controls: sliders, choices or toggles. By default those that the explorer's goal asks for, then
        what its class names as `recorded`, of which some may be hidden; the first two that are shown.
    most : int, default 1000
        How many pictures at most; sliders are thinned to that. Their landmarks stay first, and, of a goal, the right
        answers and the examples of mistakes.
    sample : bool, default False
        Record only a few values of the first control, evenly chosen.

    Returns
    -------
    bytes

    Raises
    ------
    ValueError
        If there is no such control, it is hidden, it is a `Point`, or there are none or more than two.
    """
    grid = _grid(explorer, controls, most)
    if sample:
        first, values = next(iter(grid.items()))
        places = np.linspace(0, len(values) - 1, min(SAMPLE[len(grid)], len(values))).round().astype(int)
        grid[first] = [values[place] for place in places]
    before = explorer.values
    look, pictures, sentences, backgrounds = {}, [], {}, {}
    packed, previous = [], []
    try:
        for values in itertools.product(*grid.values()):
            explorer.set(**dict(zip(grid, values, strict=True)))
            now = explorer.drawn
            marks = [_numbers(kind, points) for kind, points in _split(now["marks"], now["points"])]
            packed += [_difference(one, old) for one, old in itertools.zip_longest(marks, previous[: len(marks)])]
            previous = marks
            styles = [{key: value for key, value in mark.items() if key != "n"} for mark in now["marks"]]
            pictures.append(
                {
                    "marks": [[_index(look, style), len(one)] for style, one in zip(styles, marks, strict=True)],
                    "handles": _index(look, now["handles"]),
                    "panels": _index(look, now["panels"]),
                    "sentence": _index(sentences, now["sentence"]),
                    "goal": _index(sentences, now["goal"]),
                    "met": now["met"],
                    "answer": _index(sentences, now["answer"]),
                    "background": _index(backgrounds, now["background"]),
                }
            )
    finally:
        explorer.set(**before)
    head = {
        "unit": [LOW, HIGH, GAP],
        "form": _form(explorer, grid),
        "grid": [{"name": name, "values": values} for name, values in grid.items()],
        "look": [json.loads(text) for text in look],
        "texts": [json.loads(text) for text in sentences],
        "pictures": pictures,
        "backgrounds": [len(png) for png in backgrounds],
    }
    return _block(head, packed, backgrounds)


def _grid(explorer, controls, most):
    """Return the values of the recorded controls, by name; the settings now are among them."""
    shown = {control.name: control for control in explorer.controls if control.name not in explorer.hidden}
    if controls is None:
        asked = explorer.goal.names if explorer.goal else ()
        names = dict.fromkeys((*asked, *(explorer.recorded or tuple(shown))))
        controls = [name for name in names if hasattr(shown.get(name), "stops")]
        controls = controls[:2] if explorer.recorded else controls[: min(2, max(1, len(asked)))]
    controls = (controls,) if isinstance(controls, str) else tuple(controls)
    for name in controls:
        if not hasattr(shown.get(name), "stops"):
            can = ", ".join(name for name, control in shown.items() if hasattr(control, "stops"))
            raise ValueError(f"controls must be shown sliders, choices or toggles, got {name!r}; there are {can}")
    if not 1 <= len(controls) <= 2:
        raise ValueError(f"controls must be one or two, got {len(controls)}")

    def telling(name, most):
        control = shown[name]
        if not isinstance(control, Slider):
            return control.stops(most)
        asked = explorer.goal is not None and name in explorer.goal.names
        return control.telling(most, explorer.goal.values(name) if asked else ())

    stops = {name: telling(name, min(most, MOST_STOPS)) for name in controls}
    if len(controls) == 2:  # the first gets 1.6 times the stops of the second, unless one has fewer than that
        first, second = controls
        few = min(len(stops[second]), max(int((most / 1.6) ** 0.5), most // len(stops[first])))
        stops[second] = telling(second, few)
        stops[first] = telling(first, most // len(stops[second]))
        stops[second] = telling(second, max(few, most // len(stops[first])))
    now = explorer.values
    return {name: _with(values, now[name]) for name, values in stops.items()}


def _with(stops, value):
    """Return the stops with a value in the place of the nearest one."""
    if value in stops or not isinstance(value, (int, float)):
        return stops
    nearest = min(range(len(stops)), key=lambda place: abs(stops[place] - value))
    return [*stops[:nearest], value, *stops[nearest + 1 :]]


def _form(explorer, grid):
    """Return what the browser builds the controls from, those that are not recorded at rest."""
    form = explorer.form
    controls = [spec | {"rest": spec["name"] not in grid} for spec in form["controls"]]
    return form | {"controls": controls, "recorded": True, "first": explorer.values}


def _split(marks, points):
    """Yield each mark's kind and its points, of shape (n, 2), in fractions of the figure."""
    block = np.frombuffer(points, "<f4").reshape(-1, 2).astype(float)
    ends = np.cumsum([mark["n"] for mark in marks])
    for mark, part in zip(marks, np.split(block, ends[:-1]) if marks else (), strict=True):
        yield mark["kind"], part


def _numbers(kind, points):
    """Return points as whole numbers of 16 bits, what lies far outside cut off."""
    if kind == "line":
        points = within(points)
    elif kind == "dots":
        points = points[((points >= LOW) & (points <= HIGH)).all(axis=-1)]
    numbers = np.round((np.clip(points, LOW, HIGH) - LOW) * (GAP - 1) / (HIGH - LOW))
    return np.where(np.isnan(numbers), GAP, numbers).astype(np.uint16)


def within(points):
    """Return a line, of shape (n, 2), cut at the box from `LOW` to `HIGH`; NaN stands where it is interrupted.

    A segment from p to q is the points p + s(q − p), 0 ≤ s ≤ 1; each side of the box cuts off those below or above
    one s (Liang and Barsky 1984). Where nothing is cut, the line comes back as it was.
    """
    inside = ((points >= LOW) & (points <= HIGH)) | np.isnan(points)
    if inside.all() or len(points) < 2:
        return points
    start, way = points[:-1], np.diff(points, axis=0)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        one, other = (LOW - start) / way, (HIGH - start) / way
    level = way == 0
    enters = np.where(level, np.where((start >= LOW) & (start <= HIGH), 0.0, np.inf), np.minimum(one, other))
    leaves = np.where(level, 1.0, np.maximum(one, other))
    enters, leaves = np.maximum(enters.max(axis=-1), 0), np.minimum(leaves.min(axis=-1), 1)
    cut, joined = [], False
    for p, step, low, high in zip(start, way, enters, leaves, strict=True):
        if not low <= high:  # outside, or NaN
            joined = False
            continue
        if not joined or low > 0:
            cut += [[np.nan, np.nan], p + low * step] if cut else [p + low * step]
        cut.append(p + high * step)
        joined = high == 1
    return np.array(cut, dtype=float).reshape(-1, 2)


def _difference(numbers, old):
    """Return what a mark's numbers differ by from the mark before, modulo 65536."""
    shared = 0 if old is None else min(len(numbers), len(old))
    own = np.concatenate([np.zeros((1, 2), np.uint16), numbers[:-1]])
    before = np.concatenate([old[:shared], own[shared:]]) if shared else own[: len(numbers)]
    return (numbers - before).ravel()  # of uint16, so modulo 65536


def _read_head(recording):
    block = gzip.decompress(recording)
    return json.loads(block[4 : 4 + int.from_bytes(block[:4], "little")])


def _index(seen, thing):
    """Return the place of a thing among those seen; a new one gets the next."""
    key = thing if isinstance(thing, bytes) else json.dumps(thing)
    return seen.setdefault(key, len(seen))


def _block(head, packed, backgrounds):
    text = json.dumps(head, separators=(",", ":")).encode()
    numbers = np.concatenate(packed) if packed else np.empty(0, np.uint16)
    low, high = (numbers & 255).astype(np.uint8), (numbers >> 8).astype(np.uint8)
    parts = (np.uint32(len(text)).tobytes(), text, *backgrounds, low.tobytes(), high.tobytes())
    return gzip.compress(b"".join(parts), 9, mtime=0)
