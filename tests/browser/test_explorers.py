"""The explorers in JupyterLab, moved as their users move them: by mouse, by touch, by keyboard alone."""

import json
import re
from pathlib import Path

import pytest
from looking import PIXELS
from playwright.sync_api import expect

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
WITH_EXPLORER = [path for path in NOTEBOOKS if re.search(r"\w+Explorer\(", path.read_text(encoding="utf-8"))]
DESCENT = """
from course_lib.chapters.gradient_descent.explorer import DescentExplorer
explorer = DescentExplorer()
explorer"""
VALUES = """
import json
from ipywidgets.widgets.widget import _instances
from course_lib.explore import Explorer
print(json.dumps([widget.values for widget in _instances.values() if isinstance(widget, Explorer)]))
"""


class Shown:
    """What a reader, a listener and the kernel know of an explorer at one moment."""

    def __init__(self, notebook, root):
        self.sentence = root.locator(".descent-sentence").inner_text()
        self.aloud = root.locator("canvas").get_attribute("aria-label")
        self.pixels = root.locator("canvas").evaluate(PIXELS)
        self.values = json.loads(notebook.run_code(VALUES))


def settled(notebook):
    """Wait until no explorer waits for the kernel any more, and the browser has painted."""
    notebook.page.wait_for_function(
        "() => [...document.querySelectorAll('.descent-sentence')].every(p => p.ariaBusy !== 'true')", timeout=10_000
    )


def changes(notebook, root, act):
    """Do something to an explorer; return what was shown before and after."""
    before = Shown(notebook, root)
    act()
    settled(notebook)
    return before, Shown(notebook, root)


def assert_all_changed(before, after, count=1):
    assert sum(one != other for one, other in zip(before.values, after.values, strict=True)) == count
    assert before.pixels != after.pixels
    assert before.sentence != after.sentence
    assert after.aloud == after.sentence


def press_slider(slider, small=True):
    """Move a slider by one key, to the side that has more room: a step, or to the end."""
    at, least, most = slider.evaluate("slider => [slider.valueAsNumber, Number(slider.min), Number(slider.max)]")
    up = at < (least + most) / 2
    slider.press(("ArrowRight" if up else "ArrowLeft") if small else ("End" if up else "Home"))


def drag(notebook, root, handle, x, y, steps=12):
    """Drag a handle with the mouse by x and y pixels."""
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    center = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    mouse = notebook.page.mouse
    mouse.move(*center)
    mouse.down()
    mouse.move(center[0] + x, center[1] + y, steps=steps)
    mouse.up()


@pytest.fixture
def descent(lab, open_notebook):
    """A page with one descent explorer, and the explorer."""
    notebook = open_notebook(lab.write("descent", DESCENT))
    notebook.run_all()
    root = notebook.explorers().first
    yield notebook, root
    assert notebook.complaints == []


def control(root, label):
    return root.get_by_label(label, exact=True)


@pytest.mark.parametrize("path", WITH_EXPLORER, ids=lambda path: path.stem)
def test_every_slider_and_handle_of_a_chapter_moves_its_picture_its_sentence_and_its_values(open_notebook, path):
    notebook = open_notebook(f"notebooks/{path.name}")
    notebook.run_all()
    explorers = notebook.explorers()
    for number in range(explorers.count()):
        root = explorers.nth(number)
        root.scroll_into_view_if_needed()
        for slider in root.locator("input[type=range]:visible").all():
            before, stepped = changes(notebook, root, lambda slider=slider: press_slider(slider))
            assert before.values != stepped.values
            # One step of a tiny ε need not be seen; the way to the end of any slider must.
            _, after = changes(notebook, root, lambda slider=slider: press_slider(slider, small=False))
            assert_all_changed(before, after)
            root.get_by_role("button", name="Reset all").click()
            settled(notebook)
        for handle in root.locator(".descent-handle").all():
            move = lambda x, y, handle=handle: drag(notebook, root, handle, x, y)  # noqa: E731, B023
            before, after = changes(notebook, root, lambda move=move: move(-25, 18))
            if before.values == after.values:  # it stands at its ends: the other way, then
                before, after = changes(notebook, root, lambda move=move: move(25, -18))
            assert_all_changed(before, after)
        notebook.shoot(f"{path.stem}-explorer-{number + 1}", root)
    assert notebook.complaints == []


@pytest.mark.parametrize("path", WITH_EXPLORER, ids=lambda path: path.stem)
def test_a_chapter_that_is_only_opened_shows_its_stored_pictures(open_notebook, path):
    notebook = open_notebook(f"notebooks/{path.name}")
    stored = json.loads(path.read_text(encoding="utf-8"))
    explorers = [
        output["data"]
        for cell in stored["cells"]
        for output in cell.get("outputs", ())
        if "application/vnd.jupyter.widget-view+json" in output.get("data", {})
    ]
    assert explorers
    assert all(data["image/png"] and len("".join(data["text/plain"])) > 40 for data in explorers)
    notebook.page.wait_for_selector(".jp-RenderedImage img")
    pictures = notebook.page.locator(".jp-RenderedImage img")
    assert pictures.count() >= len(explorers)
    assert all(picture.evaluate("img => img.complete && img.naturalWidth > 300") for picture in pictures.all())


def test_the_keyboard_alone_reaches_and_moves_every_control(descent):
    notebook, root = descent
    keyboard = notebook.page.keyboard
    active_cell = "() => window.jupyterapp.shell.currentWidget.content.activeCellIndex"
    cell_before = notebook.page.evaluate(active_cell)
    control(root, "rule").select_option("momentum")
    settled(notebook)
    control(root, "surface").focus()
    reached = []
    for _ in range(40):
        focused = notebook.page.evaluate(
            """() => {
                 const node = document.activeElement;
                 if (!node.closest(".descent")) return null;
                 const outline = getComputedStyle(node);
                 const name = node.getAttribute("aria-label") || node.textContent;
                 return [name, node.type, outline.outlineStyle, parseFloat(outline.outlineWidth)];
               }"""
        )
        if focused is None:
            break
        label, kind, outline, width = focused
        assert outline == "solid", f"{label} shows no focus"
        assert width >= 2
        keys = {
            "range": ["ArrowLeft"],
            "text": ["ArrowUp"],
            "select-one": ["ArrowDown"],
            "submit": ["ArrowRight"] if "arrow keys" in label else ["Space"],
        }[kind]
        before = Shown(notebook, root)
        for key in keys:
            keyboard.press(key)
        if label == "▶ Play":
            expect(control(root, "steps, as a number")).not_to_have_value("60")
            keyboard.press("Space")  # and pause again
        settled(notebook)
        if label != "Copy the line for the answer cell":
            assert Shown(notebook, root).values != before.values, label
        reached.append(label)
        keyboard.press("Tab")
    assert len(reached) == len(set(reached))
    wanted = ["surface", "condition number κ", "rule", "learning rate η", "momentum β", "steps", "start w₁", "start w₂"]
    assert [label for label in reached if label in wanted] == [
        label for label in wanted if label != "condition number κ"
    ]  # the first key left the bowl, whose κ went away
    assert {"▶ Play", "Step", "Restart", "Reset all", "Copy the line for the answer cell"} <= set(reached)
    assert any("start, at" in label for label in reached)
    assert notebook.page.evaluate(active_cell) == cell_before
    assert notebook.page.locator(".jp-Cell").count() == 1


def test_a_number_can_be_typed_and_is_the_line_to_copy(descent):
    notebook, root = descent
    box = control(root, "learning rate η, as a number")
    box.fill("0.1234")
    box.press("Enter")
    expect(root.locator(".descent-answer")).to_have_text("lr = 0.1234")
    assert json.loads(notebook.run_code(VALUES))[0]["lr"] == 0.1234
    notice = root.locator(".descent-notice")
    expect(notice).to_be_empty()
    box.fill("5000")
    box.press("Enter")
    expect(root.locator(".descent-answer")).to_have_text("lr = 10.0")
    expect(notice).to_have_text("learning rate η is a number from 0.0001 to 10: 5000 became 10.")
    notebook.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    root.get_by_label("Copy the line for the answer cell").click()
    expect(notice).to_have_text("Copied.")
    assert notebook.page.evaluate("() => navigator.clipboard.readText()") == "lr = 10.0"


def test_a_number_has_a_point_or_a_comma_and_what_is_none_is_said(descent):
    notebook, root = descent
    box = control(root, "learning rate η, as a number")
    answer, notice = root.locator(".descent-answer"), root.locator(".descent-notice")
    box.fill("0,3")
    box.press("Enter")
    expect(answer).to_have_text("lr = 0.3")
    expect(box).to_have_value("0.3")
    box.fill("3e-2")
    box.blur()
    expect(answer).to_have_text("lr = 0.03")
    box.fill("fast")
    box.press("Enter")
    expect(notice).to_have_text("learning rate η is a number from 0.0001 to 10; “fast” is none.")
    expect(box).to_have_value("0.03")
    box.press("ArrowUp")
    expect(notice).to_be_empty()
    box.fill("7")
    box.press("Escape")
    expect(box).to_have_value("0.0307")
    steps = control(root, "steps, as a number")
    steps.fill("12.5")
    steps.press("Enter")
    expect(notice).to_have_text("steps is a whole number from 0 to 200: 12.5 became 13.")
    start = control(root, "start w₁")
    start.fill("")
    start.blur()
    expect(start).to_have_value("-2.5")
    start.fill("−1,5")
    start.press("Enter")
    settled(notebook)
    assert json.loads(notebook.run_code(VALUES))[0]["start"] == [-1.5, 2.0]


def test_a_picture_that_arrives_leaves_a_box_alone_while_somebody_types(descent):
    notebook, root = descent
    box = control(root, "learning rate η, as a number")
    box.fill("0.0")
    notebook.run_code("explorer.set(lr=0.2, steps=7)")
    expect(control(root, "steps, as a number")).to_have_value("7")
    expect(box).to_have_value("0.0")
    box.press("End")
    box.press("5")
    box.press("Enter")
    expect(root.locator(".descent-answer")).to_have_text("lr = 0.05")


def test_every_control_has_a_label_that_leads_to_it(descent):
    notebook, root = descent
    root.locator("label", has_text="learning rate η").click()
    expect(control(root, "learning rate η")).to_be_focused()
    root.locator("label", has_text="w₂").click()
    expect(control(root, "start w₂")).to_be_focused()
    assert root.locator("input[type=range], select").evaluate_all("all => all.every(one => one.labels.length === 1)")


def test_without_https_the_line_is_copied_or_selected_and_that_is_said(descent):
    notebook, root = descent
    page, button, notice = notebook.page, root.get_by_label("Copy the line"), root.locator(".descent-notice")
    page.evaluate("() => Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    button.click()
    expect(notice).to_have_text("Copied.")
    page.evaluate("() => (document.execCommand = () => false)")
    button.click()
    expect(notice).to_contain_text("press Ctrl+C")
    assert page.evaluate("() => getSelection().toString()") == "lr = 0.1"


def test_an_explorer_says_when_the_goal_of_an_exercise_is_met(lab, open_notebook):
    cell = """
from course_lib import Quadratic
from course_lib.chapters.gradient_descent.explorer import DescentExplorer
DescentExplorer(objective=Quadratic([0.3, 6.0]), goal="find_learning_rate", hide="rule", lr=0.1, start=(1, 1))"""
    notebook = open_notebook(lab.write("goal", cell))
    notebook.run_all()
    root = notebook.explorers().first
    goal, box = root.locator(".descent-sentence strong"), control(root, "learning rate η, as a number")
    expect(goal).to_contain_text("Not there yet")
    expect(control(root, "rule")).to_have_count(0)
    box.fill("0.31")
    box.press("Enter")
    expect(goal).to_contain_text("Goal met")
    expect(root.locator(".descent-answer")).to_have_text("lr = 0.31")
    assert "Goal met" in root.locator("canvas").get_attribute("aria-label")
    root.get_by_role("button", name="Reset all").click()
    expect(goal).to_contain_text("Not there yet")
    assert notebook.complaints == []


def test_a_typed_start_is_taken_and_the_handle_goes_there(descent):
    notebook, root = descent
    control(root, "start w₁").fill("1.5")
    control(root, "start w₁").press("Enter")
    expect(root.locator(".descent-handle")).to_have_attribute("aria-label", re.compile(r"start, at 1\.5, 2;"))
    assert json.loads(notebook.run_code(VALUES))[0]["start"] == [1.5, 2.0]


def test_changing_one_setting_resets_no_other(descent):
    notebook, root = descent
    control(root, "learning rate η").press("ArrowRight")
    settled(notebook)
    before = json.loads(notebook.run_code(VALUES))[0]
    control(root, "surface").select_option("saddle")
    settled(notebook)
    control(root, "rule").select_option("Adam")
    settled(notebook)
    after = json.loads(notebook.run_code(VALUES))[0]
    assert after == before | {"surface": "saddle", "rule": "Adam"}
    expect(control(root, "condition number κ")).to_be_hidden()


def test_python_moves_the_controls(descent):
    notebook, root = descent
    notebook.run_code("explorer.set(lr=0.05, steps=12, start=(1, 2))")
    expect(control(root, "learning rate η, as a number")).to_have_value("0.05")
    expect(control(root, "steps, as a number")).to_have_value("12")
    expect(control(root, "start w₁")).to_have_value("1")
    expect(root.locator(".descent-sentence")).to_contain_text("learning rate 0.05: after 12 steps")


def test_play_runs_to_the_end_and_step_restart_and_reset_do_what_they_say(lab, open_notebook):
    imported = "from course_lib.chapters.start_here.explorer import FirstStepExplorer"
    notebook = open_notebook(lab.write("play", f"{imported}\nFirstStepExplorer(lr=0.1)"))
    notebook.run_all()
    root = notebook.explorers().first
    steps = control(root, "steps, as a number")
    control(root, "learning rate η").press("ArrowRight")
    root.get_by_role("button", name="Restart").click()
    expect(steps).to_have_value("0")
    root.get_by_role("button", name="Step", exact=True).click()
    expect(steps).to_have_value("1")
    root.get_by_role("button", name="▶ Play").click()
    expect(root.get_by_role("button", name="Pause")).to_be_visible()
    expect(steps).to_have_value("20", timeout=15_000)
    expect(root.get_by_role("button", name="▶ Play")).to_be_visible()
    assert json.loads(notebook.run_code(VALUES))[0]["lr"] > 0.1
    root.get_by_role("button", name="Reset all").click()
    expect(steps).to_have_value("4")
    assert json.loads(notebook.run_code(VALUES))[0] == {"lr": 0.1, "steps": 4, "start": 5.0}
    assert notebook.complaints == []


def test_a_fast_drag_drops_frames_and_the_last_position_wins(lab, open_notebook):
    slow = """
import time
from course_lib.chapters.start_here.explorer import FirstStepExplorer
class Slow(FirstStepExplorer):
    computed = 0
    def compute(self, v):
        time.sleep(0.1)
        self.computed += 1
        return super().compute(v)
explorer = Slow()
explorer"""
    notebook = open_notebook(lab.write("slow", slow))
    notebook.run_all()
    root = notebook.explorers().first
    slider = control(root, "learning rate η")
    box = slider.bounding_box()
    y = box["y"] + box["height"] / 2
    mouse = notebook.page.mouse
    mouse.move(box["x"] + 0.1 * box["width"], y)
    mouse.down()
    for position in range(60):
        mouse.move(box["x"] + (0.1 + 0.012 * position) * box["width"], y)
    mouse.up()
    last = float(control(root, "learning rate η, as a number").input_value())
    settled(notebook)
    assert float(control(root, "learning rate η, as a number").input_value()) == last
    expect(root.locator(".descent-answer")).to_have_text(f"lr = {last:g}")
    computed = int(notebook.run_code("print(explorer.computed)"))
    assert json.loads(notebook.run_code(VALUES))[0]["lr"] == last
    assert computed < 30
    assert notebook.complaints == []


def test_held_keys_move_a_handle_step_by_step_and_none_is_lost(descent):
    notebook, root = descent
    handle = root.locator(".descent-handle")
    handle.focus()
    for _ in range(20):
        notebook.page.keyboard.press("ArrowRight")
    settled(notebook)
    x, y = json.loads(notebook.run_code(VALUES))[0]["start"]
    assert x == pytest.approx(-2.5 + 20 * 0.02 * 6, abs=0.02)
    assert y == 2.0


def test_a_finger_drags_the_start(lab, open_notebook):
    notebook = open_notebook(lab.write("touch", DESCENT), has_touch=True)
    notebook.run_all()
    root = notebook.explorers().first
    handle = root.locator(".descent-handle")
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch = notebook.page.context.new_cdp_session(notebook.page)

    def finger():
        # A finger lands beside the ring and still has it.
        touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x + 12, "y": y + 8}]})
        for step in range(1, 11):
            point = {"x": x + 10 * step, "y": y + 6 * step}
            touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    before, after = changes(notebook, root, finger)
    assert_all_changed(before, after)
    now = handle.bounding_box()
    assert now["x"] - box["x"] == pytest.approx(100, abs=3)
    assert now["y"] - box["y"] == pytest.approx(60, abs=3)
    assert notebook.complaints == []


def test_an_error_is_shown_in_the_explorer(lab, open_notebook):
    faulty = """
from course_lib.chapters.start_here.explorer import FirstStepExplorer
class Faulty(FirstStepExplorer):
    def compute(self, v):
        if v.steps > 4:
            raise ZeroDivisionError("five is too many")
        return super().compute(v)
Faulty()"""
    notebook = open_notebook(lab.write("faulty", faulty))
    notebook.run_all()
    root = notebook.explorers().first
    control(root, "steps").press("ArrowRight")
    expect(root.locator(".descent-error")).to_have_text("ZeroDivisionError: five is too many")
    control(root, "steps").press("ArrowLeft")
    expect(root.locator(".descent-error")).to_be_empty()


def test_when_the_kernel_is_gone_the_picture_stays_and_says_what_to_do(descent):
    notebook, root = descent
    before = root.locator("canvas").evaluate(PIXELS)
    notebook.lab.end_kernels()
    root.get_by_role("button", name="Play").click()
    expect(root.locator(".descent-error")).to_contain_text("Run All Above Selected Cell", timeout=10_000)
    assert root.locator("canvas").evaluate(PIXELS) == before
    expect(root.get_by_role("button", name="Play")).to_be_visible()  # no longer "Pause"
    notebook.complaints.clear()  # JupyterLab itself complains of a kernel that is gone


def saved(notebook, path):
    """Save a notebook; return what stands in the file."""
    notebook.command("docmanager:save")
    notebook.page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.model.dirty")
    return (notebook.lab.folder / path).read_text(encoding="utf-8")


def test_a_saved_notebook_is_small_and_opened_again_shows_the_picture_unchanged(lab, open_notebook):
    path = lab.write("saved", DESCENT)
    notebook = open_notebook(path)
    for _ in range(5):
        notebook.run_all()
        notebook.page.wait_for_timeout(400)
    assert len(json.loads(notebook.run_code(VALUES))) == 1  # one explorer is alive
    text = saved(notebook, path)
    assert len(text) < 150_000
    assert "widget-view" not in text and "image/png" in text
    root = notebook.explorers().first  # saving took nothing from the page
    assert_all_changed(*changes(notebook, root, lambda: control(root, "steps").press("ArrowRight")))
    notebook.page.context.close()
    lab.end_kernels()
    again = open_notebook(path)
    picture = again.page.locator(".jp-RenderedImage img")
    expect(picture).to_have_count(1)
    assert picture.evaluate("img => img.naturalWidth") == 940
    again.page.wait_for_timeout(2000)
    assert not again.page.evaluate("() => window.jupyterapp.shell.currentWidget.model.dirty")
    again.shoot("opened-again")
    again.run_all()
    root = again.explorers().first
    assert_all_changed(*changes(again, root, lambda: control(root, "steps").press("ArrowRight")))


def test_an_explorer_is_no_higher_than_a_laptop_shows_and_stacks_its_panels_on_a_phone(lab, open_notebook):
    cells = "from course_lib.chapters.adam.explorer import AdamExplorer\nAdamExplorer()"
    notebook = open_notebook(lab.write("narrow", cells))
    notebook.run_all()
    root = notebook.explorers().first
    for width in (1400, 1000):
        notebook.page.set_viewport_size({"width": width, "height": 900})
        notebook.page.wait_for_timeout(300)
        assert root.bounding_box()["height"] <= 560
        notebook.shoot(f"adam-{width}", root)
    notebook.page.evaluate("() => (document.querySelector('.descent').style.width = '345px')")
    notebook.page.wait_for_function("() => document.querySelector('.descent-stage').clientHeight > 700")
    expect(root.locator(".descent-stage img")).to_be_hidden()
    before, after = changes(notebook, root, lambda: drag(notebook, root, root.locator(".descent-handle"), 40, 20))
    assert_all_changed(before, after)
    # The path begins under the ring, whichever way the page is laid out: its center moved by what the mouse did.
    start, moved = before.values[0]["start"], after.values[0]["start"]
    assert moved[0] > start[0] + 0.4 and moved[1] < start[1] - 0.2
    notebook.shoot("adam-345", root)
    assert notebook.complaints == []


def test_a_check_before_its_answer_says_which_cell_to_run_and_shows_one_box(lab, open_notebook):
    cells = 'check("first_step", first_step)', "first_step = lambda w, grad, lr: w + lr * grad", "no_such_name"
    path = lab.write("check", "from course_lib import check", cells[0], cells[1], cells[0], cells[2])
    content = json.loads((lab.folder / path).read_text(encoding="utf-8"))
    for cell in content["cells"]:
        cell["metadata"]["tags"] = ["raises-exception"]
    (lab.folder / path).write_text(json.dumps(content), encoding="utf-8")
    notebook = open_notebook(path)
    notebook.run_all()
    outputs = notebook.page.locator(".jp-OutputArea-output")
    expect(outputs).to_have_count(3)
    expect(outputs.nth(0)).to_contain_text("○ first_step is not there yet. Run the cell above that makes it")
    expect(outputs.nth(1)).to_contain_text("This goes uphill")
    expect(outputs.nth(2)).to_contain_text("NameError: name 'no_such_name' is not defined")


def test_ten_explorers_on_a_page_each_answer_alone(lab, open_notebook):
    cells = ["from course_lib.chapters.gradient_descent.explorer import DescentExplorer", *["DescentExplorer()"] * 10]
    notebook = open_notebook(lab.write("ten", *cells))
    notebook.run_all()
    roots = notebook.explorers()
    expect(roots).to_have_count(10)
    for number in (0, 4, 9):
        root = roots.nth(number)
        assert_all_changed(*changes(notebook, root, lambda root=root: control(root, "steps").press("ArrowRight")))
    assert notebook.complaints == []


def test_two_views_of_one_explorer_show_the_same(lab, open_notebook):
    notebook = open_notebook(lab.write("views", DESCENT, "explorer"))
    notebook.run_all()
    roots = notebook.explorers()
    expect(roots).to_have_count(2)
    control(roots.nth(0), "steps").press("ArrowRight")
    expect(control(roots.nth(1), "steps, as a number")).to_have_value("61")
    control(roots.nth(1), "steps").press("ArrowRight")
    expect(control(roots.nth(0), "steps, as a number")).to_have_value("62")
    settled(notebook)
    assert roots.nth(0).locator("canvas").evaluate(PIXELS) == roots.nth(1).locator("canvas").evaluate(PIXELS)


def test_the_canvas_has_the_pixels_of_the_screen_and_follows_the_width(lab, open_notebook):
    notebook = open_notebook(lab.write("sharp", DESCENT), device_scale_factor=2)
    notebook.run_all()
    canvas = notebook.explorers().first.locator("canvas")
    assert canvas.evaluate("canvas => canvas.width / canvas.clientWidth") == pytest.approx(2, abs=0.01)
    wide = canvas.evaluate("canvas => canvas.clientWidth")
    notebook.page.set_viewport_size({"width": 800, "height": 900})
    notebook.page.wait_for_function(
        "wide => document.querySelector('.descent canvas').clientWidth < wide", arg=wide
    )
    notebook.page.wait_for_function(
        """() => {
             const canvas = document.querySelector(".descent canvas");
             return Math.abs(canvas.width - 2 * canvas.clientWidth) < 2;
           }"""
    )
    notebook.shoot("narrow", notebook.explorers().first)
