"""The judge's end of the pipe: a student's process, watched, and what stands here for its functions."""

import contextlib
import inspect
import math
import queue
import shutil
import threading
import time

import numpy as np
import psutil

from course_lib.checks.values import Stop
from jobs.grading.standing_in import Function, Items, alike, name_of, overwrite
from jobs.grading.student import protocol

TOO_LONG = "took too long"
WATCHED_EVERY = 0.1
MOST_MEMORY, MOST_FILES, MOST_SENT, MOST_PROCESSES = 2 * 2**30, 200 * 2**20, 500 * 2**20, 20
SIGNALS = {24: "used more computing time than it may", 9: "was ended by the system", 11: "crashed Python"}


class Ended(Exception):
    """The student's process is no more; the message says why, as a sentence without a subject."""


class Session(protocol.Coder):
    """A process that runs a student's cells. Every question to it has a time within which it must be answered.

    Parameters
    ----------
    room : isolation.Room
        Where it runs.
    number : int
        Tells apart the processes that run at one time.
    latest : float
        When it ends in any case, by `time.monotonic`.

    Attributes
    ----------
    ended : str or None
        Why the process is no more: "ended Python itself", "used more than 2 GB of memory", …
    """

    def __init__(self, room, number, latest=math.inf):
        self.ended, self.sources, self._latest = None, {}, latest
        self._give(120)
        self.room = room
        self.process, self.home, self.user = room.start(number)
        self.arrived, self.asking = queue.Queue(maxsize=4), False
        for work in (self._listen, self._watch):
            threading.Thread(target=work, daemon=True).start()
        self.confined = self._await()["confined"]
        self._alone = len(_family(self.process.pid))
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
        """Let what comes take so many seconds of computing, or five times as many asleep or on a busy machine."""
        self._computed, self._most, self._received = None, seconds, 0
        self._until = min(time.monotonic() + 5 * seconds, self._latest)

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

    def is_alone(self):
        """Tell whether nothing that the answers started is left."""
        return len(_family(self.process.pid)) <= self._alone

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
            self._received += len(self._blob)
            if self._received > MOST_SENT:
                self._end(f"gave more than {MOST_SENT >> 20} MB of numbers")
                raise Ended(self._reason())
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
            raise alike(reply["error"], self.sources)
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
            return type(name_of(facts["strange"]), (), {})()
        kind = name_of(facts["kind"])
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
                overwrite(given[int(place)], value)
        for number, state in reply.get("states", {}).items():
            try:
                self.lent[int(number)].bit_generator.state = state
            except (ValueError, TypeError, KeyError, AttributeError, OverflowError, IndexError) as error:
                raise protocol.ProtocolError(f"a generator's state is malformed: {error}") from None


def _size(folder):
    """Return how many bytes lie in a folder; what comes and goes meanwhile does not count."""
    total = 0
    with contextlib.suppress(OSError):
        for path in folder.rglob("*"):
            with contextlib.suppress(OSError):
                total += path.lstat().st_size
    return total


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
