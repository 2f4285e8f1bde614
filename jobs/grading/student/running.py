"""Run a student's cells, and do what the judge asks with what they define.

`python -m student.running LIMITS` reads questions from its standard input and answers on its standard output; what
the student's code prints goes elsewhere. The process belongs to that code: nothing in it decides about points.
"""

import builtins
import io
import json
import os
import sys
import traceback

from student import confining, protocol, shell

KEPT_TEXT = 4000
LONG_LIST, LARGEST_ARRAY = 10**5, 4 * 10**6


class Prints(io.TextIOBase):
    """What is printed: its beginning, and how long it was."""

    def __init__(self):
        self.begin()

    def begin(self):
        self.kept, self.length = "", 0

    def writable(self):
        return True

    def write(self, text):
        if len(self.kept) < KEPT_TEXT:
            self.kept += text[: KEPT_TEXT - len(self.kept)]
        self.length += len(text)
        return len(text)


class Student(protocol.Coder):
    """The student's end of the pipe: it knows their functions and iterators, and stands in for the judge's."""

    def __init__(self, source, sink, prints):
        import numpy as np

        from course_lib.checks import base, values

        self.np, self.base, self.values = np, base, values
        self.source, self.sink, self.prints = source, sink, prints
        self.shell = shell.quiet_shell()
        self.do_forget({}, b"")

    # ------------------------------------------------------------------------------ values

    def _encode(self, value, blobs):
        if type(value) in (list, tuple, dict) and len(value) > LONG_LIST:
            return self.refer(value, blobs)
        return super()._encode(value, blobs)

    def _array(self, value, blobs):
        if isinstance(value, self.np.ndarray) and value.size > LARGEST_ARRAY:
            return ["r", {"strange": f"array of shape {value.shape}"}]
        if isinstance(value, self.np.ndarray) and type(value) is not self.np.ndarray:
            return self.refer(value, blobs)
        encoded = super()._array(value, blobs)
        if encoded[0] == "a" and value.dtype.kind in "iuf" and value.size < 10**5:
            place = value.__array_interface__["data"][0]
            self.places.setdefault(place, value)  # kept, so that nothing else gets this place
            encoded.append(place)
        return encoded

    def refer(self, value, blobs):
        """Encode what is not plain: functions and iterators by a number, anything else as a check would read it."""
        yours = self.stand_ins.get(id(value))
        if yours is not None:
            return ["r", {"yours": yours[0]}]
        if callable(value) or hasattr(type(value), "__next__"):
            return ["r", self._facts(value)]
        plain = self.values.read(value)
        if isinstance(plain, self.values.Strange):
            return ["r", {"strange": plain.kind[:100]}]
        return super()._encode(plain, blobs)

    def _facts(self, value):
        """Return what the judge may know of a function or an iterator."""
        number = self.numbers.setdefault(id(value), len(self.mine))
        if number == len(self.mine):
            self.mine.append(value)
        facts = {"number": number, "kind": self.values.kind_of(value)[:100]}
        if hasattr(type(value), "__next__"):
            return facts | {"iterator": True}
        signature, code = self.base.signature_of(value), self.base.code_of(value)
        if signature is not None:
            facts["parameters"] = [
                [p.name, int(p.kind), None if p.default is p.empty else self.values.shown(p.default)[:60]]
                for p in signature.parameters.values()
            ]
        if code is not None:
            facts["code"] = [code.co_filename, code.co_name, code.co_firstlineno]
        return facts

    def resolve(self, facts):
        if "mine" in facts:
            return self.mine[facts["mine"]]
        if "generator" in facts:
            number = facts["generator"]
            if number not in self.generators:
                self.generators[number] = self.np.random.default_rng(0)
            self.generators[number].bit_generator.state = facts["state"]
            self.used.add(number)
            return self.generators[number]
        number = facts["number"]

        def function(*args, **kwargs):
            self._send({"is": "callback", "number": number, "args": (args, kwargs)})
            return self.serve(until_answered=True)

        function.__name__ = function.__qualname__ = facts["name"]
        function.__doc__ = facts["doc"]
        self.stand_ins[id(function)] = number, function
        return function

    # ------------------------------------------------------------------------------ questions

    def _send(self, message):
        for key in {"args", "value", "changed"} & message.keys():
            message[key] = protocol.Value(message[key])
        protocol.write(self.sink, message, self.encode)

    def serve(self, until_answered=False):
        """Do what is asked, one question after the other; within a callback, until the judge answers that."""
        while True:
            arrived = protocol.read(self.source)
            if arrived is None:
                os._exit(0)
            question, blob = arrived
            if until_answered and "answer" in question:
                return self.decode(question["answer"], blob)
            if until_answered and "raise" in question:
                kind, text = question["raise"]
                known = getattr(builtins, kind, None)
                raise known(text) if isinstance(known, type) and issubclass(known, Exception) else RuntimeError(text)
            self.prints.begin()
            reply = getattr(self, "do_" + question["do"])(question, blob)
            self._send({"is": "done", "printed": self.prints.length, "text": self.prints.kept} | reply)

    def do_forget(self, question, blob):
        """Begin an exercise: let go of what the one before needed."""
        self.mine, self.numbers, self.stand_ins, self.places = [], {}, {}, {}
        self.generators, self.used, self.calls = {}, set(), {}
        return {}

    def do_run(self, question, blob):
        """Run a cell."""
        self.shell.compile.get_code_name = lambda raw, transformed, number: question["name"]
        result = self.shell.run_cell(question["source"], store_history=False)
        error = result.error_before_exec or result.error_in_exec
        return {} if error is None else {"error": self._error(error)}

    def do_value(self, question, blob):
        """Give what a check cell hands over."""
        return self._tried(lambda: eval(question["source"], self.shell.user_ns))

    def do_call(self, question, blob):
        """Call a function; say what came, and which of the inputs it changed."""
        self.used = set()
        args, kwargs = self.decode(question["args"], blob)
        given = [*args, *kwargs.values()]
        call = given, [self._print_of(value) for value in given], self.used
        reply = self._tried(lambda: self.mine[question["number"]](*args, **kwargs))
        if hasattr(type(reply.get("value")), "__next__"):
            self.calls[self._facts(reply["value"])["number"]] = call
        return reply | self._changes(*call)

    def do_next(self, question, blob):
        """Take the next item of an iterator, whose call may still change its inputs."""
        number, end = question["number"], object()
        reply = self._tried(lambda: next(self.mine[number], end))
        if reply.get("value") is end:
            reply = {"end": True}
        return reply | self._changes(*self.calls.get(number, ([], [], set())))

    def _tried(self, work):
        try:
            with self.np.errstate(all="ignore"):
                return {"value": work()}
        except BaseException as error:  # whatever it is, it is the answer's own
            return {"error": self._error(error)}

    def _changes(self, given, before, used):
        """Return what the judge needs to renew its own: changed inputs by their place, and generators' states."""
        changed = {
            k: v for k, (v, old) in enumerate(zip(given, before)) if old is not None and self._print_of(v) != old
        }
        states = {number: self.generators[number].bit_generator.state for number in used}
        return ({"changed": changed} if changed else {}) | ({"states": states} if states else {})

    def _print_of(self, value):
        """Return something that changes when a value is changed in place; None for what cannot be."""
        if type(value) is self.np.ndarray:
            return value.shape, value.tobytes()
        if type(value) in (list, dict):
            blobs = protocol.Blobs()
            return repr(protocol.Coder._encode(self, value, blobs)), blobs.parts
        return None

    def _error(self, error):
        """Return an error as its kind, its text, and the last line of the student's that was on the way."""
        if isinstance(error, SyntaxError):
            text, place = error.msg, [error.filename, error.lineno]
        else:
            frames = [
                frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith("<cell")
            ]
            place = [frames[-1].filename, frames[-1].lineno] if frames else None
            try:
                text = str(error)
            except BaseException:
                text = ""
        return {"kind": self.values.kind_of(error)[:100], "text": str(text)[:300], "place": place}


def main(limits):
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    prints = Prints()
    shell.without_judging()
    student = Student(source, sink, prints)
    done = confining.confine(limits)
    sys.stdout = sys.stderr = prints
    student._send({"is": "done", "confined": done})
    student.serve()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
