"""An extension of Jupyter's server: what is saved of an explorer is its picture, not its life.

A widget that is saved with its state makes a notebook large, counts as a change as soon as the notebook is opened, and
is an empty place where no kernel and no network are; without its state JupyterLab says "model not found". So a saved
notebook keeps the picture and the sentence that every explorer's output holds beside the widget. JupyterLab shows
them when the notebook is opened again; the cell, run again, makes the explorer live. The open page changes in nothing.

Installing the course turns it on, by `course_lib/jupyter_server.json`.
"""

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"


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


def _is_ours(state):
    return str(state.get("state", {}).get("_anywidget_id", "")).startswith("course_lib.")


def _jupyter_server_extension_points():
    return [{"module": "course_lib.saving"}]


def _load_jupyter_server_extension(server):
    server.contents_manager.register_pre_save_hook(pictures_for_widgets)
