"""axe-core finds no serious violation inside an explorer, in JupyterLab's light and dark themes."""

import pytest
from looking import serious

from course_lib import chapters

EXPLORERS = {kind.__name__: kind.__module__ for kind in chapters.explorers().values()}


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
    assert serious(found) == []
