"""axe-core finds no serious violation inside an explorer, in JupyterLab's light and dark themes."""

import shutil
import subprocess
import tarfile

import pytest

from course_lib import chapters

AXE = "axe-core@4.14.1"
EXPLORERS = {kind.__name__: kind.__module__ for kind in chapters.explorers().values()}


@pytest.fixture(scope="session")
def axe(tmp_path_factory):
    """The script of axe-core, from npm; `axe.min.js` comes ready to use in the package."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.fail("npm, which comes with Node.js, is needed to fetch axe-core")
    folder = tmp_path_factory.mktemp("axe")
    subprocess.run([npm, "pack", AXE, "--silent"], cwd=folder, check=True, timeout=120)
    with tarfile.open(next(folder.glob("*.tgz"))) as package:
        return package.extractfile("package/axe.min.js").read().decode()


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_no_serious_violation(lab, open_notebook, axe, theme):
    cells = [f"from {module} import {name}\n{name}()" for name, module in EXPLORERS.items()]
    notebook = open_notebook(lab.write("accessible", *cells))
    notebook.run_all()
    roots = notebook.explorers()
    notebook.page.evaluate(
        "theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme })", theme
    )
    notebook.page.wait_for_selector(f"body[data-jp-theme-name='{theme}']", state="attached")
    notebook.page.wait_for_timeout(500)
    notebook.page.evaluate(axe)
    found = notebook.page.evaluate("() => axe.run('.descent')")
    for number, name in enumerate(EXPLORERS):
        notebook.shoot(f"{theme.split()[-1].lower()}-{name}", roots.nth(number))
    assert found["passes"]
    serious = [
        f"{violation['id']}: {violation['help']}: {node['html']}"
        for violation in found["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]
    assert serious == []
