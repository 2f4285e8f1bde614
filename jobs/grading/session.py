"""The judge's end of the pipe: a student's process, watched, and what stands here for its functions."""

import contextlib
import inspect
import linecache
import queue
import shutil
import threading
import time
import types

import numpy as np
import psutil

from course_lib.checks.values import Stop
from jobs.grading.student import protocol

TOO_LONG = "took too long"
WATCHED_EVERY = 0.1
MOST_MEMORY, MOST_FILES, MOST_PROCESSES = 2 * 2**30, 200 * 2**20, 20
SIGNALS = {24: "used more computing time than it may", 9: "was ended by the system", 11: "crashed Python"}
KINDS = tuple(inspect._ParameterKind)


class Ended(Exception):
    """The student's process is no more; the message says why, as a sentence without a subject."""


class Session(protocol.Coder):
    """A process that runs a student's cells. Every question to it has a time within which it must be answered.

    Attributes
    ----------
    ended : str or None
        Why the process is no more: "ended Python itself", "used more than 2 GB of memory", …
    """

    def __init__(self, room, number):
        self.ended, self.sources = None, {}
        self._give(120)
        self.room = room
        self.process, self.home, self.user = room.start(number)
        self.arrived, self.asking = queue.Queue(maxsize=4), False
        for work in (self._listen, self._watch):
            threading.Thread(target=work, daemon=True).start()
        self.confined = self._await()["confined"]
        self.forget()

    # ------------------------------------------------------------------------------ the process

    def _listen(self):
        try:
            while (message := protocol.read(self.process.stdout)) is not None:
                self.arrived.put(message)
        except (protocol.ProtocolError, OSError, ValueError) as error:
            self._end(f"broke the connection to the judge ({error})")
        self.arrived.put(None)

    def _give(self, seconds):
        """Let what comes take so many seconds of computing; if it sleeps, or the machine is busy, five times as many."""
        self._computed, self._most = None, seconds
        self._until = time.monotonic() + 5 * seconds

    def _watch(self):
        """End the process when it takes too much of anything."""
        looked, family = 0.0, []
        while self.process.poll() is None and self.ended is None:
            if time.monotonic() > looked + 0.5:  # seldom, as it takes long
                looked, family = time.monotonic(), _family(self.process.pid)
            memory, computed = _taken(family)
            if self._computed is None:
                self._computed = computed
            if time.monotonic() > self._until or computed - self._computed > self._most:
                self._end(TOO_LONG)
            elif len(family) > MOST_PROCESSES:
                self._end("started too many processes")
            elif memory > MOST_MEMORY:
                self._end(f"used more than {MOST_MEMORY >> 30} GB of memory")
            elif _size(self.home) > MOST_FILES:
                self._end(f"wrote more than {MOST_FILES >> 20} MB of files")
            time.sleep(WATCHED_EVERY)

    def _end(self, reason):
        self.ended = self.ended or reason
        self.room.end(self.process, self.user)

    def close(self):
        """End the process and remove its folder."""
        self._end("is over")
        for stream in (self.process.stdin, self.process.stdout):
            try:
                stream.close()
            except OSError:
                pass
        shutil.rmtree(self.home, ignore_errors=True)

    # ------------------------------------------------------------------------------ questions

    def ask(self, question):
        """Send a question; return the answer. Functions of the judge are called back meanwhile."""
        self._send(question)
        self.asking = True  # until it answers, nothing else may be asked: see `judging`
        reply = self._await()
        self.asking = False
        return reply

    def _send(self, message):
        try:
            protocol.write(self.process.stdin, message, self.encode)
        except (OSError, ValueError):
            raise Ended(self._reason()) from None

    def _await(self):
        while True:
            try:
                arrived = self.arrived.get(timeout=0.05)  # short, so that `limited` can stop this thread
            except queue.Empty:
                continue
            if arrived is None:
                raise Ended(self._reason())
            message, self._blob = arrived
            if message.get("is") == "callback":
                self._call_back(message, self._blob)
            elif message.get("is") == "done":
                return message
            else:
                self._end("broke the connection to the judge")

    def _reason(self):
        if self.ended is None:
            self.process.wait()
            code = self.process.returncode
            signal = -code if code < 0 else code - 128  # bubblewrap tells a signal so
            self.ended = SIGNALS.get(signal, f"ended Python itself, with status {code}")
        return self.ended

    def _call_back(self, message, blob):
        try:
            args, kwargs = self.decode(message["args"], blob)
            answer = {"answer": protocol.Value(self.lent[message["number"]](*args, **kwargs))}
        except Stop:
            raise
        except Exception as error:
            answer = {"raise": [type(error).__name__, str(error)[:300]]}
        self._send(answer)

    def begin(self, seconds):
        """Begin to judge an exercise, which may take so long."""
        self._give(seconds)
        self.forget()

    def forget(self):
        """Let go of what the exercise before needed."""
        self.lent, self.buffers = [], {}
        self.ask({"do": "forget"})

    def run(self, name, source, seconds):
        """Run a cell; return the reply: `error`, `text` and `printed`."""
        self.sources[f"<cell {name}>"] = source
        self._give(seconds)
        return self.ask({"do": "run", "name": f"<cell {name}>", "source": source})

    def value(self, expression):
        """Return what a check would be given; raises the student's error."""
        reply = self.ask({"do": "value", "source": expression})
        return self._given(reply)

    def _given(self, reply):
        """Return the value of a reply, or raise its error, as if both had happened here."""
        if "error" in reply:
            raise _alike(reply["error"], self.sources)
        return self.decode(reply.get("value"), self._blob)

    # ------------------------------------------------------------------------------ values

    def refer(self, value, blobs):
        if isinstance(value, np.random.Generator):
            return ["r", {"generator": self._lend(value), "state": value.bit_generator.state}]
        if isinstance(value, (Function, Items)):
            return ["r", {"mine": value.number}]
        if callable(value):
            name = str(getattr(value, "__name__", "function"))
            return ["r", {"number": self._lend(value), "name": name, "doc": inspect.getdoc(value)}]
        raise protocol.ProtocolError(f"a {type(value).__name__} cannot be sent")

    def _lend(self, value):
        for number, one in enumerate(self.lent):
            if one is value or one == value and inspect.ismethod(value):
                return number
        self.lent.append(value)
        return len(self.lent) - 1

    def resolve(self, facts):
        if "yours" in facts:
            return self.lent[facts["yours"]]
        if "strange" in facts:
            return type(_name(facts["strange"]), (), {})()
        kind = _name(facts["kind"])
        if facts.get("iterator"):
            return type(kind, (Items,), {})(self, int(facts["number"]))
        return Function(self, facts)

    def _decoded_array(self, tag, blob, dtype, shape, start, place=None):
        """Decode an array; one that came from the same place as an earlier one is that one, with other numbers."""
        array = super()._decoded_array(tag, blob, dtype, shape, start)
        if type(place) is int:
            earlier = self.buffers.setdefault(place, array)
            if earlier.shape == array.shape and earlier.dtype == array.dtype:
                earlier[...] = array
                return earlier
        return array

    def renew(self, reply, given):
        """Change the judge's copies of the inputs as the student's were changed."""
        if "changed" in reply:
            for place, value in self.decode(reply["changed"], self._blob).items():
                _overwrite(given[int(place)], value)
        for number, state in reply.get("states", {}).items():
            try:
                self.lent[int(number)].bit_generator.state = state
            except (ValueError, TypeError, KeyError, AttributeError, OverflowError, IndexError) as error:
                raise protocol.ProtocolError(f"a generator's state is malformed: {error}") from None


class Function:
    """A student's function: called here, it runs there. A check may look at its signature and its code as well."""

    def __init__(self, session, facts):
        self.session, self.number = session, int(facts["number"])
        self.__name__ = _name(facts["kind"])
        signature, code = _signature(facts.get("parameters")), _code(facts.get("code"), session.sources)
        if signature is not None:
            self.__signature__ = signature
        if code is not None:
            self.__code__, self.__name__ = code, code.co_name

    def __call__(self, *args, **kwargs):
        session = self.session
        reply = session.ask({"do": "call", "number": self.number, "args": protocol.Value((args, kwargs))})
        given = [*args, *kwargs.values()]
        session.renew(reply, given)
        if reply.get("printed"):
            print(end=" ")  # a check asks whether anything was printed, not what
        value = session._given(reply)
        if isinstance(value, Items):
            value.given = given
        return value


class Items:
    """A student's iterator; its class is named like theirs."""

    given = ()

    def __init__(self, session, number):
        self.session, self.number = session, number

    def __iter__(self):
        return self

    def __next__(self):
        reply = self.session.ask({"do": "next", "number": self.number})
        self.session.renew(reply, self.given)
        if reply.get("end"):
            raise StopIteration
        return self.session._given(reply)


def _name(text):
    """Return a text that a class may be named by."""
    return "".join(letter for letter in str(text)[:100] if letter.isprintable()) or "object"


def _overwrite(old, new):
    if isinstance(old, np.ndarray) and isinstance(new, np.ndarray):
        if old.shape != new.shape:
            old.resize(new.shape, refcheck=False)
        old[...] = new
    elif isinstance(old, list) and isinstance(new, list):
        old[:] = new
    elif isinstance(old, dict) and isinstance(new, dict):
        old.clear()
        old.update(new)


class _Shown:
    """A default value, of which only the text is known."""

    def __init__(self, text):
        self.text = text

    def __repr__(self):
        return self.text


def _signature(parameters):
    """Return a signature like the student's, or None."""
    try:
        made = [
            inspect.Parameter(name, KINDS[kind], **({} if default is None else {"default": _Shown(str(default)[:60])}))
            for name, kind, default in parameters
        ]
        return inspect.Signature(made)
    except (TypeError, ValueError, IndexError):
        return None


def _code(facts, sources):
    """Return the code of a student's function, compiled here from the text of its cell and never run, or None."""
    try:
        file, name, line = facts
        waiting = [compile(sources[file], file, "exec", dont_inherit=True)]
    except Exception:  # a text that is no code, or none of the cells'
        return None
    while waiting:
        code = waiting.pop()
        if code.co_name == name and code.co_firstlineno == line:
            return code
        waiting += [part for part in code.co_consts if isinstance(part, types.CodeType)]
    return None


def _alike(facts, sources):
    """Return an error as the student's was: of its kind, with its text, from its line."""
    kind, text, place = _name(facts.get("kind")), str(facts.get("text"))[:300], facts.get("place")
    error = type(kind, (Exception,), {"__str__": lambda self: text})()
    try:
        file, line = place
        lines = sources[file].splitlines(keepends=True)
        line = min(max(int(line), 1), len(lines))
    except (TypeError, ValueError, KeyError):
        return error
    linecache.cache[file] = len(sources[file]), None, lines, file
    try:
        exec(compile("\n" * (line - 1) + "raise error", file, "exec"), {"error": error})
    except Exception as raised:
        return raised


def _size(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) if folder.exists() else 0


def _family(pid):
    try:
        return [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    except psutil.Error:
        return []


def _taken(family):
    """Return the memory and the computing time of processes."""
    memory = computed = 0
    for process in family:
        with contextlib.suppress(psutil.Error), process.oneshot():
            memory += process.memory_info().rss
            computed += sum(process.cpu_times()[:2])
    return memory, computed
