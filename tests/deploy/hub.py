"""A hub started as deploy/README.md says, and students who use it as their browsers would."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import uuid
from pathlib import Path

import psutil
import requests
import websocket

CONFIG = Path(__file__).parents[2] / "deploy" / "jupyterhub_config.py"
PATIENCE = 200  # seconds; no test judges a time, but none waits for ever


def free_ports(count):
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def wait_until(true, what):
    end = time.monotonic() + PATIENCE
    while not (found := true()):
        if time.monotonic() > end:
            raise TimeoutError(f"{what}: not within {PATIENCE} s")
        time.sleep(1)
    return found


def settings(folder, handout, **more):
    """Return the environment of a hub on free ports, whose files all lie in `folder`."""
    outer, inner, proxy = (f"http://127.0.0.1:{port}" for port in free_ports(3))
    kept = {key for key in os.environ if key == "DESCENT_PROXY" or not key.startswith("DESCENT_")}
    return {
        **{key: os.environ[key] for key in kept},
        "DESCENT_HUB": str(folder / "hub"),
        "DESCENT_HANDOUT": str(handout),
        "DESCENT_ADDRESS": outer,
        "DESCENT_INNER_ADDRESS": inner,
        "DESCENT_PROXY_API": proxy,
        **more,
    }


class Hub:
    """A hub in a process of its own; `stop` ends it and tells which of its processes are left."""

    def __init__(self, folder, handout):
        env = settings(folder, handout, DESCENT_TRIAL="1")
        self.address, self.students = env["DESCENT_ADDRESS"], folder / "hub" / "students"
        self.log_path = folder / "hub.log"
        command = [sys.executable, "-m", "jupyterhub", "-f", str(CONFIG)]
        with self.log_path.open("wb") as log:
            self.process = subprocess.Popen(command, cwd=folder, env=env, stdout=log, stderr=log)
        wait_until(self._answers, "the hub's login page")

    def _answers(self):
        assert self.process.poll() is None, self.log_path.read_text(encoding="utf-8")[-3000:]
        with contextlib.suppress(requests.ConnectionError):
            return requests.get(f"{self.address}/hub/login", timeout=10).ok

    def processes(self):
        return psutil.Process(self.process.pid).children(recursive=True)

    def memory(self):
        """Return for each student the bytes of their processes that nobody else shares, and "" for the hub's own."""
        found = {"": psutil.Process(self.process.pid).memory_full_info().uss}
        for process in self.processes():
            with contextlib.suppress(psutil.NoSuchProcess):
                name = process.environ().get("JUPYTERHUB_USER", "")
                found[name] = found.get(name, 0) + process.memory_full_info().uss
        return found

    def stop(self):
        started = self.processes()
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(60)
        finally:
            _, left = psutil.wait_procs(started, 20)
            for process in (*left, self.process):
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
        return [process.pid for process in left]


class Student:
    """A student's browser: cookies of its own, and what JupyterLab would send."""

    def __init__(self, hub, name):
        self.hub, self.name = hub, name
        self.base = f"{hub.address}/user/{name}"
        self.session = requests.Session()

    def log_in(self):
        """Fill in the form, and wait for JupyterLab; return the seconds it took."""
        start = time.monotonic()
        page = self.session.get(f"{self.hub.address}/hub/login", timeout=PATIENCE)
        token = re.search(r'name="_xsrf"\s+value="([^"]+)"', page.text)[1]
        form = {"username": self.name, "password": "", "_xsrf": token}
        self.session.post(f"{self.hub.address}/hub/login", data=form, timeout=PATIENCE).raise_for_status()
        self.session.get(f"{self.hub.address}/hub/spawn/{self.name}", timeout=PATIENCE).raise_for_status()
        wait_until(self._lab_is_open, f"the server of {self.name}")
        return time.monotonic() - start

    def _lab_is_open(self):
        answer = self.session.get(f"{self.base}/lab", timeout=PATIENCE)
        assert answer.status_code < 500 or answer.status_code == 503, re.sub(r"<[^>]+>|\s+", " ", answer.text)[-500:]
        return answer.ok and "jupyter-config-data" in answer.text and answer.url.startswith(self.base)

    def api(self, method, path, /, base=None, **json_body):
        token = next(each.value for each in self.session.cookies if each.name == "_xsrf" and self.name in each.path)
        headers = {"X-XSRFToken": token, "Referer": f"{self.base}/lab"}
        address = f"{base or self.base}/api/{path}"
        return self.session.request(method, address, headers=headers, json=json_body or None, timeout=PATIENCE)

    def open(self, path):
        answer = self.api("GET", f"contents/{path}")
        answer.raise_for_status()
        return answer.json()["content"]

    def save(self, path, notebook):
        self.api("PUT", f"contents/{path}", type="notebook", format="json", content=notebook).raise_for_status()

    def run(self, path, notebook):
        """Run all code cells in a kernel of their own, which stays; return their outputs, and the seconds."""
        start = time.monotonic()
        asked = {"path": path, "type": "notebook", "name": path, "kernel": {"name": "python3"}}
        answer = self.api("POST", "sessions", **asked)
        answer.raise_for_status()
        kernel = answer.json()["kernel"]["id"]
        cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        with self._channels(kernel) as channels:
            outputs = [execute(channels, cell["source"]) for cell in cells]
        return outputs, time.monotonic() - start

    @contextlib.contextmanager
    def _channels(self, kernel):
        address = f"{self.base}/api/kernels/{kernel}/channels".replace("http://", "ws://", 1)
        request = requests.Request("GET", f"{self.base}/api/kernels")
        cookies = self.session.prepare_request(request).headers["Cookie"]
        channels = websocket.create_connection(address, cookie=cookies, origin=self.hub.address, timeout=PATIENCE)
        try:
            yield channels
        finally:
            channels.close()


def execute(channels, code):
    """Run a cell; return the messages that a notebook would show as its outputs."""
    header = {"msg_id": uuid.uuid4().hex, "session": "s", "username": "", "version": "5.3"}
    header["msg_type"] = "execute_request"
    content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
    message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
    channels.send(json.dumps(message | {"channel": "shell", "buffers": []}))
    outputs = []
    while True:
        answer = channels.recv()
        if not isinstance(answer, str):  # a widget's state, with buffers
            continue
        answer = json.loads(answer)
        if answer["parent_header"].get("msg_id") != header["msg_id"]:
            continue
        if answer["msg_type"] in ("stream", "display_data", "execute_result", "error"):
            outputs.append((answer["msg_type"], answer["content"]))
        if answer["msg_type"] == "status" and answer["content"]["execution_state"] == "idle":
            return outputs
