"""What goes through the pipe between judge and answers: trees of plain values, as JSON and raw bytes.

A frame is two lengths, a JSON text, and the bytes of all arrays in a row. Nothing that arrives is ever run: an
array is a dtype of a short list, a shape, and as many bytes as that takes; everything else is a tag and its parts.
Functions, iterators and random generators stay where they are, and go over as a number.
"""

import json
import struct

import numpy as np

LENGTHS = struct.Struct(">IQ")
LONGEST_TEXT, MOST_BYTES, DEEPEST = 2**23, 2**26, 30
DTYPES = {"|b1", "|i1", "|u1", "<i2", "<i4", "<i8", "<u2", "<u4", "<u8", "<f2", "<f4", "<f8", "<c8", "<c16"}


class ProtocolError(Exception):
    """What came is not of the form it must have."""


def write(stream, message, encode):
    """Send a message; its `encode`-d values carry their arrays' bytes apart."""
    blobs = Blobs()
    text = json.dumps(message, default=lambda value: encode(value, blobs), separators=(",", ":")).encode()
    stream.write(b"".join((LENGTHS.pack(len(text), blobs.total), text, *blobs.parts)))
    stream.flush()


def read(stream):
    """Return the next message and its bytes, or None at the end of the stream."""
    head = _exactly(stream, LENGTHS.size)
    if head is None:
        return None
    length, total = LENGTHS.unpack(head)
    if length > LONGEST_TEXT or total > MOST_BYTES:
        raise ProtocolError("a message is too long")
    text, blob = _exactly(stream, length), _exactly(stream, total)
    if text is None or blob is None:
        return None
    try:
        message = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"a message is no JSON: {error}") from None
    if not isinstance(message, dict):
        raise ProtocolError("a message is no dict")
    return message, blob


def _exactly(stream, count):
    parts = []
    while count:
        part = stream.read(count)
        if not part:
            return None
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


class Blobs:
    """The bytes of a message's arrays, in a row."""

    def __init__(self):
        self.parts, self.total = [], 0

    def add(self, part):
        """Append bytes; return where they begin."""
        self.parts.append(part)
        self.total += len(part)
        return self.total - len(part)


class Value:
    """Marks a value in a message that is to be encoded."""

    def __init__(self, value):
        self.value = value


class Coder:
    """Turns values into tagged lists and back; a side says in `refer` and `resolve` what it keeps to itself.

    A tag is one letter: n None, e `...`, b truth, i whole number, f float, s text, t tuple, l list, d dict,
    a array, z NumPy scalar, r something referred to by number.
    """

    def encode(self, marked, blobs):
        return self._encode(marked.value, blobs)

    def _encode(self, value, blobs):
        if value is None or value is ...:
            return ["n"] if value is None else ["e"]
        kind = type(value)
        if kind is bool:
            return ["b", value]
        if kind is int:
            return ["i", str(value)] if abs(value) < 2**63 else self.refer(value, blobs)
        if kind is float:
            return ["f", value.hex()]
        if kind is str:
            return ["s", value[: LONGEST_TEXT // 100].encode(errors="replace").decode()]
        if kind in (tuple, list):
            return ["t" if kind is tuple else "l", [self._encode(part, blobs) for part in value]]
        if kind is dict:
            return ["d", [[self._encode(key, blobs), self._encode(part, blobs)] for key, part in value.items()]]
        if kind is np.ndarray or isinstance(value, np.generic):
            return self._array(value, blobs)
        return self.refer(value, blobs)

    def _array(self, value, blobs):
        array = np.asarray(value)
        if array.dtype.kind not in "biufc":
            return self.refer(value, blobs)
        if array.dtype.str.replace(">", "<") not in DTYPES:  # long doubles
            array = array.astype(complex if array.dtype.kind == "c" else float)
        array = array.astype(array.dtype.newbyteorder("<"), copy=False)
        tag = "a" if isinstance(value, np.ndarray) else "z"
        return [tag, array.dtype.str, list(array.shape), blobs.add(array.tobytes())]

    def refer(self, value, blobs):
        raise ProtocolError(f"a {type(value).__name__} cannot be sent")

    def resolve(self, facts):
        raise ProtocolError("nothing is referred to here")

    def decode(self, tree, blob):
        """Return the value of a tagged list; whatever is amiss is a `ProtocolError`."""
        self._taken = 0
        try:
            return self._decode(tree, blob, 0)
        except ProtocolError:
            raise
        except Exception as error:
            raise ProtocolError(f"a value is malformed: {type(error).__name__}: {error}") from None

    def _decode(self, tree, blob, depth):
        if depth > DEEPEST or not isinstance(tree, list):
            raise ProtocolError("a value is nested too deeply, or is no list")
        tag, *rest = tree
        if tag == "n":
            return None
        if tag == "e":
            return ...
        if tag == "b":
            return rest[0] is True
        if tag == "i":
            return int(rest[0][:20])
        if tag == "f":
            return float.fromhex(rest[0])
        if tag == "s":
            return str(rest[0])
        if tag in ("t", "l"):
            parts = [self._decode(part, blob, depth + 1) for part in rest[0]]
            return tuple(parts) if tag == "t" else parts
        if tag == "d":
            pairs = ((self._decode(key, blob, depth + 1), self._decode(part, blob, depth + 1)) for key, part in rest[0])
            return {key if isinstance(key, (str, int, float)) else str(key): part for key, part in pairs}
        if tag in ("a", "z"):
            return self._decoded_array(tag, blob, *rest)
        if tag == "r":
            return self.resolve(rest[0])
        raise ProtocolError(f"there is no tag {tag!r}")

    def _decoded_array(self, tag, blob, dtype, shape, start, place=None):
        if dtype not in DTYPES or not all(type(n) is int and n >= 0 for n in shape) or len(shape) > 32:
            raise ProtocolError("an array has a strange dtype or shape")
        dtype, count = np.dtype(dtype), 1
        for n in shape:
            count *= n
        size = count * dtype.itemsize
        self._taken += size
        if type(start) is not int or not 0 <= start <= start + size <= len(blob) or self._taken > MOST_BYTES:
            raise ProtocolError("an array has other bytes than it says")
        array = np.frombuffer(blob, dtype, count, start).reshape(shape).copy()
        return array if tag == "a" else array[()]
