"""What the course changes in notebooks that are saved, read and exported, and that installing it turns this on."""

import asyncio
import copy
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from html import unescape
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from nbconvert import HTMLExporter
from traitlets.config import Config

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


def server(get, config):
    """Return what the extension sees of a server."""
    hooks = []
    manager = SimpleNamespace(get=get, register_pre_save_hook=hooks.append, hooks=hooks)
    return SimpleNamespace(contents_manager=manager, web_app=SimpleNamespace(settings={"config": config}))


def plain(kernel="python3"):
    metadata = {"kernelspec": {"name": kernel, "display_name": kernel}, "language_info": {"name": "python"}}
    return {"type": "notebook", "content": nbformat.v4.new_notebook(metadata=metadata)}


def said_by_a_kernel():
    """Return what a kernel says of its language: asked elsewhere, since its import makes widgets look for a kernel."""
    code = "import json; from ipykernel.ipkernel import IPythonKernel as one; print(json.dumps(one.language_info))"
    return json.loads(subprocess.check_output([sys.executable, "-c", code]))


def test_a_notebook_is_read_with_what_the_kernel_would_write_into_it():
    of_the_kernel = said_by_a_kernel()

    async def get(path, **options):
        assert options == {"content": True}
        return plain(path)

    for reading in (get, lambda path, **options: plain(path)):
        running = server(reading, Config())
        saving._load_jupyter_server_extension(running)
        assert running.contents_manager.hooks == [saving.pictures_for_widgets]
        model, other = (running.contents_manager.get(kernel, content=True) for kernel in ("python3", "julia"))
        if reading is get:
            model, other = asyncio.run(model), asyncio.run(other)
        assert model["content"].metadata.language_info == of_the_kernel
        assert other == plain("julia")
    for model in ({"type": "file", "content": "text"}, {"type": "notebook", "content": None}, {"type": "directory"}):
        assert saving.language_for_kernel(dict(model)) == model


@pytest.mark.parametrize("own", [{}, {"HTMLExporter": {"preprocessors": []}}])
def test_the_server_s_export_gets_the_alt_texts(own):
    running = server(plain, Config(own))
    saving._load_jupyter_server_extension(running)
    exporter = HTMLExporter(config=running.web_app.settings["config"])
    assert 'alt="A sentence."' in exporter.from_notebook_node(picture({"alt": "A sentence."}))[0]


def picture(told, **more):
    output = nbformat.v4.new_output("display_data", data={"image/png": PNG, **more}, metadata={"image/png": told})
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("plot", outputs=[output])])


def exported(content, **options):
    page = HTMLExporter(preprocessors=[saving.ALT_TEXTS], **options).from_notebook_node(content)[0]
    (image,) = re.findall(r"<img[^>]*>", page)
    return unescape(image)


def test_an_exported_picture_keeps_its_words_and_its_size():
    told = {"alt": 'κ < 3 & "so on"', "width": 300, "height": 200}
    image = exported(picture(told))
    assert 'κ < 3 & "so on"' in image and 'width="300"' in image and 'height="200"' in image and PNG in image
    assert PNG in exported(picture(told), sanitize_html=True)
    assert "No description" in exported(picture({}))
    assert exported(picture(told, **{"text/html": "<img alt='another form'>"})) == '<img alt="another form"/>'


@pytest.mark.parametrize("chapter", sorted(ROOT.glob("notebooks/*.ipynb")), ids=lambda path: path.stem)
def test_every_picture_of_a_chapter_is_exported_with_a_sentence(chapter):
    exporter = HTMLExporter(preprocessors=[saving.ALT_TEXTS])
    images = re.findall(r"<img[^>]*>", exporter.from_filename(chapter)[0])
    stored = sum("image/png" in output.get("data", {}) for output in outputs(chapter))
    assert len(images) == stored
    for image in images:
        (alt,) = re.findall(r'\balt="([^"]*)"', image)
        assert len(unescape(alt).split()) >= 5 and "No description" not in alt


def outputs(path):
    return [output for cell in nbformat.read(path, 4).cells for output in cell.get("outputs", ())]


def test_the_plain_command_says_every_picture(tmp_path):
    shared = project()["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"]
    for file, target in shared.items():  # as an installed course has it
        place = tmp_path / Path(target).relative_to("etc/jupyter")
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / file, place)
    command = [sys.executable, "-m", "nbconvert", "--to", "html", "--output-dir", str(tmp_path)]
    environment = os.environ | {"JUPYTER_CONFIG_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [*command, str(ROOT / "notebooks" / "06_momentum.ipynb")],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "Alternative text is missing" not in done.stderr
    page = (tmp_path / "06_momentum.html").read_text(encoding="utf-8")
    assert page.count("<img ") >= 5 and "No description" not in page


def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_installing_the_course_turns_it_on():
    shared = project()["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"]
    places = {target: json.loads((ROOT / file).read_text(encoding="utf-8")) for file, target in shared.items()}
    (module,) = places.pop("etc/jupyter/jupyter_server_config.d/course_lib.json")["ServerApp"]["jpserver_extensions"]
    assert [{"module": module}] == saving._jupyter_server_extension_points()
    (name,) = places.pop("etc/jupyter/jupyter_nbconvert_config.json")["HTMLExporter"]["preprocessors"]
    assert name == saving.ALT_TEXTS
    assert not places
    for file in ("deploy/Containerfile", "deploy/jupyterhub_config.py"):
        text = (ROOT / file).read_text(encoding="utf-8")
        assert all(Path(one).name in text for one in shared), file
