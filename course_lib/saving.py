"""An extension of Jupyter's server: what is saved of an explorer is its picture; what is only opened does not change.

A widget that is saved with its state makes a notebook large, counts as a change as soon as the notebook is opened, and
is an empty place where no kernel and no network are; without its state JupyterLab says "model not found". So a saved
notebook keeps the picture and the sentence that every explorer's output holds beside the widget. JupyterLab shows
them when the notebook is opened again; the cell, run again, makes the explorer live. The open page changes in nothing.

JupyterLab writes into an open notebook what the kernel says of its language, with Python's version, and from then on
the notebook counts as changed. So the server hands out a notebook with this filled in; the file is left alone.

What JupyterLab exports as HTML keeps the alt texts of its pictures, as `course_lib.exporting` says.

Installing the course turns it on, by `course_lib/jupyter_server.json`.
"""

import functools
import inspect
import sys

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
ALT_TEXTS = "course_lib.exporting.AltTexts"
LANGUAGE = {  # as a kernel of this Python says it; a test compares
    "name": "python",
    "version": sys.version.split()[0],
    "mimetype": "text/x-python",
    "codemirror_mode": {"name": "ipython", "version": sys.version_info[0]},
    "pygments_lexer": "ipython3",
    "nbconvert_exporter": "python",
    "file_extension": ".py",
}


def pictures_for_widgets(model, **_):
    """Take out of a notebook that is being saved every widget that has a picture beside it, and explorers' states."""
    if model.get("type") != "notebook" or not isinstance(model.get("content"), dict):
        return
    notebook = model["content"]
    for cell in notebook.get("cells", ()):
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if VIEW in data and "image/png" in data:
                del data[VIEW]
    widgets = notebook.get("metadata", {}).get("widgets", {})
    states = widgets.get(STATE, {}).get("state", {})
    for name in [name for name, one in states.items() if _is_ours(one)]:
        del states[name]
    if STATE in widgets and not any(one.get("state") for one in states.values()):  # no more than empty layouts is left
        del notebook["metadata"]["widgets"]


def language_for_kernel(model):
    """Fill into a notebook that is being read what its kernel will say of its language."""
    if model.get("type") == "notebook" and isinstance(model.get("content"), dict):
        metadata = model["content"].get("metadata", {})
        if metadata.get("kernelspec", {}).get("name") == "python3":  # that of the server's own Python
            metadata["language_info"] = {**LANGUAGE, "codemirror_mode": dict(LANGUAGE["codemirror_mode"])}
    return model


def _reading(get):
    """Return the method of a contents manager that reads, with the language filled in; it may be asynchronous."""

    @functools.wraps(get)
    def filled(*args, **kwargs):
        model = get(*args, **kwargs)
        return later(model) if inspect.isawaitable(model) else language_for_kernel(model)

    async def later(model):
        return language_for_kernel(await model)

    return filled


def _is_ours(state):
    return str(state.get("state", {}).get("_anywidget_id", "")).startswith("course_lib.")


def _jupyter_server_extension_points():
    return [{"module": "course_lib.saving"}]


def _load_jupyter_server_extension(server):
    manager = server.contents_manager
    manager.register_pre_save_hook(pictures_for_widgets)
    manager.get = _reading(manager.get)
    server.web_app.settings["config"].HTMLExporter.preprocessors.append(ALT_TEXTS)
