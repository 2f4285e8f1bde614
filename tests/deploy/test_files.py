"""The container's file and those that point to it name what exists; and what the container's steps write is right."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONTAINER = (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8")
STAGES = re.findall(r"^FROM (\S+) AS (\S+)$", CONTAINER, re.MULTILINE)


def test_binder_reads_the_same_file():
    dockerfile = ROOT / ".binder" / "Dockerfile"
    assert dockerfile.read_text(encoding="utf-8") == CONTAINER, "copy deploy/Containerfile to .binder/Dockerfile"
    assert not dockerfile.is_symlink()  # BuildKit sends the folder of the file alone, and follows no link out of it


def test_a_dev_container_takes_a_stage_of_it():
    folder = ROOT / ".devcontainer"
    build = json.loads((folder / "devcontainer.json").read_text(encoding="utf-8"))["build"]
    assert (folder / build["dockerfile"]).resolve() == ROOT / "deploy" / "Containerfile"
    assert (folder / build["context"]).resolve() == ROOT
    assert build["target"] in dict(map(reversed, STAGES))


def test_each_stage_begins_with_an_earlier_one_and_the_last_is_the_students():
    names = [name for _, name in STAGES]
    assert [base for base, _ in STAGES][1:] == ["environment"] * (len(STAGES) - 1)
    assert names[-1] == "students"


def test_what_is_copied_exists_and_no_solution_is():
    copied = [
        name
        for line in re.findall(r"^COPY (?!--from)(.+)$", CONTAINER, re.MULTILINE)
        for name in line.split()[:-1]
        if not name.startswith("--")
    ]
    assert copied and all((ROOT / name).exists() for name in copied)
    assert not [name for name in copied if name.startswith((".", "solutions", "submitted"))]


@pytest.mark.parametrize("hub", ["jupyterhub", "jupyterhub==5.5.0"])
def test_the_hub_s_version_is_the_tested_one_or_the_one_asked_for(tmp_path, hub):
    for name in ("constraints.txt", "pyproject.toml"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    subprocess.run([sys.executable, ROOT / "deploy" / "requirements.py", hub], cwd=tmp_path, check=True)
    assert hub in (tmp_path / "requirements.txt").read_text().splitlines()
    tested = (tmp_path / "tested.txt").read_text()
    assert "numpy==" in tested and ("\njupyterhub==" in tested) == (hub == "jupyterhub")


def test_the_grading_stage_has_what_an_instructor_installs():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    (installed,) = re.findall(r"^RUN pip install .*nbgrader.*$", CONTAINER, re.MULTILINE)
    assert all(f'"{needed}"' in installed for needed in extras["instructors"])
