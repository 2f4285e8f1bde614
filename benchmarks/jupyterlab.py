"""A JupyterLab of one's own and a page in a real Chromium, for the browser tests and for the benchmark.

CHROMIUM names the browser where it is not on the path, CHROMIUM_FLAGS replaces its flags, and
ARTIFACTS names the folder for screenshots (by default one in the temporary folder).
"""

import contextlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import nbformat
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)


class Lab:
    """A running JupyterLab whose folder holds a copy of the notebooks."""

    def __init__(self, folder):
        self.folder = folder
        self.token = secrets.token_hex(16)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        for name, content in {
            "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
            "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
        }.items():
            file = folder / "settings" / f"{name}.jupyterlab-settings"
            file.parent.mkdir(parents=True)
            file.write_text(json.dumps(content), encoding="utf-8")
        # As an installed course has it, whichever checkout this is.
        config = folder / "config" / "jupyter_server_config.d" / "course_lib.json"
        config.parent.mkdir(parents=True)
        shutil.copyfile(ROOT / "course_lib" / "jupyter_server.json", config)
        env = os.environ | {
            "PYTHONPATH": str(ROOT),
            "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
            "JUPYTER_CONFIG_DIR": str(folder / "config"),
        }
        self.log = (folder / "jupyterlab.log").open("w")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--ServerApp.port={self.port}",
             "--ServerApp.port_retries=0", f"--IdentityProvider.token={self.token}", f"--ServerApp.root_dir={folder}",
             "--LabApp.expose_app_in_browser=True", "--JupyterNotebookApp.expose_app_in_browser=True",
             "--LabApp.news_url=None",
             "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"],
            env=env, stdout=self.log, stderr=subprocess.STDOUT, cwd=folder,
        )  # fmt: skip
        self._wait()

    def _wait(self, seconds=60):
        for _ in range(seconds * 5):
            try:
                self._ask("")
                return
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.2)
        raise RuntimeError(f"JupyterLab did not start:\n{(self.folder / 'jupyterlab.log').read_text()[-2000:]}")

    def write(self, stem, *cells):
        """Write a new notebook of code cells, without outputs; return its path below the lab's folder."""
        name = f"{stem}-{secrets.token_hex(3)}.ipynb"
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(notebook, self.folder / name)
        return name

    def end_kernels(self):
        """Shut down every kernel, through the server: a page may no longer answer."""
        for session in json.loads(self._ask("sessions")):
            self._ask(f"sessions/{session['id']}", method="DELETE")

    def _ask(self, what, method="GET"):
        request = urllib.request.Request(f"{self.url}/api/{what}?token={self.token}", method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read()

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=30)
        self.log.close()


class NotebookPage:
    """A notebook open in JupyterLab, or in Notebook 7, which is an extension of the same server."""

    def __init__(self, lab, page, path, seven=False):
        self.lab, self.page = lab, page
        self.complaints = []
        page.on("console", lambda message: message.type == "error" and self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        place = "notebooks" if seven else f"lab/workspaces/{secrets.token_hex(6)}/tree"
        page.goto(f"{lab.url}/{place}/{path}?token={lab.token}")
        page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)

    def command(self, name):
        """Start a command of JupyterLab."""
        self.page.evaluate("name => { window.jupyterapp.commands.execute(name); }", name)

    def run_all(self):
        """Run all cells, and wait until each has its number."""
        # The indicator says idle before the kernel is there, and what is run then is lost.
        self.page.wait_for_function(
            """() => {
                 const context = window.jupyterapp.shell.currentWidget?.sessionContext;
                 const kernel = context?.session?.kernel;
                 return context?.isReady && kernel?.connectionStatus === "connected" && kernel.status === "idle";
               }""",
            timeout=60_000,
        )
        self.command("notebook:run-all-cells")
        self.page.wait_for_function(
            """() => [...document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")]
                     .every(prompt => /\\[\\d+\\]/.test(prompt.textContent))""",
            timeout=300_000,
        )

    def run_code(self, code):
        """Run code in the notebook's kernel; return what it printed."""
        return self.page.evaluate(
            """async code => {
                 const panel = window.jupyterapp.shell.currentWidget;
                 const future = panel.sessionContext.session.kernel.requestExecute({ code });
                 let printed = "";
                 future.onIOPub = message => {
                   if (message.header.msg_type === "stream") printed += message.content.text;
                   if (message.header.msg_type === "error") printed += message.content.traceback.join("\\n");
                 };
                 const late = new Promise((_, reject) => setTimeout(reject, 60000, "the kernel did not answer"));
                 await Promise.race([future.done, late]);
                 return printed;
               }""",
            code,
        )

    def explorers(self):
        """Return the explorers on the page, once the first has its picture."""
        self.page.wait_for_selector(".descent canvas[aria-label]", timeout=60_000)
        return self.page.locator(".descent")

    def shoot(self, name, locator=None):
        """Keep a screenshot among the artifacts."""
        folder = Path(os.environ.get("ARTIFACTS") or Path(tempfile.gettempdir(), "descent-screenshots"))
        folder.mkdir(parents=True, exist_ok=True)
        (locator or self.page).screenshot(path=folder / f"{name}.png")


@contextlib.contextmanager
def chromium():
    """Start the browser, and end it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome"),
            args=os.environ.get("CHROMIUM_FLAGS", FLAGS).split(),
        )
        yield browser
        browser.close()
