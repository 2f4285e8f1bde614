"""A real Firefox, driven through WebDriver BiDi, the protocol of the W3C that every Firefox speaks by itself.

Playwright drives a Firefox of its own making, which no distribution has, and Selenium asks for geckodriver; this needs
neither. FIREFOX names the browser where it is not on the path.
"""

import json
import os
import re
import shutil
import subprocess
import time

import websocket

# No network: everything but files would go through a proxy that is not there.
PREFERENCES = {
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "network.proxy.no_proxies_on": "",
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.enabled": False,
    "app.update.enabled": False,
    "remote.active-protocols": 1,
}


def program():
    """Return the path of Firefox, or None."""
    return os.environ.get("FIREFOX") or shutil.which("firefox") or shutil.which("firefox-esr")


class Firefox:
    """A headless Firefox with one page; `complaints` holds what its console and its requests complained of."""

    def __init__(self, folder, width, height):
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in PREFERENCES.items()]
        (folder / "user.js").write_text("".join(lines), encoding="utf-8")
        self.log = folder / "firefox.log"
        with self.log.open("w") as log:
            command = [program(), "--headless", "--no-remote", "--profile", folder, "--remote-debugging-port", "0"]
            home = os.environ | {"HOME": str(folder)}
            self.process = subprocess.Popen([*map(str, command), "about:blank"], stdout=log, stderr=log, env=home)
        self.complaints, self.number = [], 0
        try:
            self.socket = websocket.create_connection(f"{self._address()}/session", timeout=60, suppress_origin=True)
            self._ask("session.new", capabilities={})
            self._ask("session.subscribe", events=["log.entryAdded", "network.fetchError", "network.beforeRequestSent"])
            self.context = self._ask("browsingContext.getTree")["contexts"][0]["context"]
            viewport = {"width": width, "height": height}
            self._ask("browsingContext.setViewport", context=self.context, viewport=viewport)
        except BaseException:
            self.process.kill()
            raise

    def goto(self, url):
        """Open a page, and wait until it has loaded."""
        self._ask("browsingContext.navigate", context=self.context, url=url, wait="complete")

    def evaluate(self, expression):
        """Return what an expression of JavaScript is, or comes to be; it travels as JSON."""
        code = f"(async () => JSON.stringify(await ({expression})))()"
        target = {"context": self.context}
        found = self._ask("script.evaluate", expression=code, target=target, awaitPromise=True)
        if found["type"] == "exception":
            raise AssertionError(found["exceptionDetails"]["text"])
        return json.loads(found["result"]["value"]) if "value" in found["result"] else None

    def wait_for(self, expression, seconds=30):
        """Wait until an expression holds."""
        end = time.monotonic() + seconds
        while not self.evaluate(expression):
            assert time.monotonic() < end, f"{expression} did not come true within {seconds} seconds"
            time.sleep(0.05)

    def press(self, key):
        """Press a key, as the user would."""
        actions = [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]
        keyboard = {"type": "key", "id": "keyboard", "actions": actions}
        self._ask("input.performActions", context=self.context, actions=[keyboard])

    def close(self):
        """End the browser."""
        try:
            self._ask("browser.close")
            self.socket.close()
            self.process.wait(timeout=20)
        finally:
            self.process.kill()
            self.process.wait()

    def _address(self, seconds=60):
        for _ in range(seconds * 10):
            if found := re.search(r"listening on (ws://\S+)", self.log.read_text(errors="replace")):
                return found[1]
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise RuntimeError(f"Firefox did not start:\n{self.log.read_text(errors='replace')[-2000:]}")

    def _ask(self, method, **params):
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": params}))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == self.number:
                if answer["type"] == "error":
                    raise RuntimeError(f"{method}: {answer['error']}: {answer['message']}")
                return answer["result"]
            self._hear(answer)

    def _hear(self, event):
        if event.get("method") == "log.entryAdded" and event["params"]["level"] in ("error", "warn"):
            self.complaints.append(event["params"]["text"])
        elif event.get("method") == "network.fetchError":
            self.complaints.append(f"failed: {event['params']['request']['url']}")
        elif event.get("method") == "network.beforeRequestSent":
            url = event["params"]["request"]["url"]
            if url.startswith("http"):
                self.complaints.append(f"asked for {url}")
