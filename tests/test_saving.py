"""What the server's extension leaves of a notebook that is saved, and that installing the course turns it on."""

import copy
import json
import tomllib
from pathlib import Path

import nbformat
from nbconvert import HTMLExporter

from course_lib import saving

ROOT = Path(__file__).parents[1]
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
OURS = {"model_name": "AnyModel", "state": {"_anywidget_id": "course_lib.chapters.adam.explorer.AdamExplorer"}}


def notebook(data, states):
    cell = nbformat.v4.new_code_cell("explorer", outputs=[nbformat.v4.new_output("display_data", data=data)])
    metadata = {"widgets": {saving.STATE: {"version_major": 2, "version_minor": 0, "state": states}}}
    return nbformat.v4.new_notebook(cells=[cell], metadata=metadata)


def saved(content):
    model = {"type": "notebook", "content": copy.deepcopy(content)}
    saving.pictures_for_widgets(model, path="any.ipynb", contents_manager=None)
    return model["content"]


def test_an_explorer_is_saved_as_its_picture_and_exported_as_one():
    data = {saving.VIEW: {"model_id": "abc"}, "image/png": PNG, "text/plain": "A sentence."}
    content = notebook(data, {"abc": OURS, "old": OURS, "layout": {"model_name": "LayoutModel", "state": {}}})
    assert PNG not in HTMLExporter().from_notebook_node(content)[0]  # what the extension is for
    after = saved(content)
    assert after.cells[0].outputs[0].data == {"image/png": PNG, "text/plain": "A sentence."}
    assert "widgets" not in after.metadata
    assert PNG in HTMLExporter().from_notebook_node(after)[0]


def test_other_widgets_stay_and_other_files_are_left_alone():
    slider = {"model_name": "FloatSliderModel", "state": {"value": 1.0}}
    content = notebook({saving.VIEW: {"model_id": "abc"}, "text/plain": "FloatSlider()"}, {"abc": slider, "old": OURS})
    after = saved(content)
    assert saving.VIEW in after.cells[0].outputs[0].data
    assert set(after.metadata.widgets[saving.STATE]["state"]) == {"abc"}
    for model in ({"type": "file", "content": "text"}, {"type": "notebook", "content": None}, {"type": "directory"}):
        before = copy.deepcopy(model)
        saving.pictures_for_widgets(model)
        assert model == before


def test_installing_the_course_turns_it_on():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (file, target), = project["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"].items()
    assert target.startswith("etc/jupyter/jupyter_server_config.d/")
    (module,) = json.loads((ROOT / file).read_text(encoding="utf-8"))["ServerApp"]["jpserver_extensions"]
    assert [{"module": module}] == saving._jupyter_server_extension_points()
