"""The repository as a stranger finds it: small, tidy, and tied to no machine."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MEGABYTE = 1_000_000

TOP_LEVEL = {
    ".binder", ".ci", ".devcontainer", ".gitattributes", ".github", ".gitignore", "CHANGELOG.md", "CONTRIBUTING.md",
    "LICENSE", "README.md", "benchmarks", "conftest.py", "constraints.txt", "course_lib", "deploy", "exercises", "jobs",
    "nbgrader_config.py", "notebooks", "noxfile.py", "pyproject.toml", "solutions", "tests",
}  # fmt: skip


@pytest.fixture(scope="module")
def tracked():
    """The files that git keeps."""
    if not (ROOT / ".git").exists():
        pytest.skip("this copy of the course is no clone")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).exists()]


def constraints():
    """Return the tested version of each package."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines)


def documents():
    return [ROOT / name for name in ("README.md", "CONTRIBUTING.md")]


def test_the_top_level_is_as_designed(tracked):
    assert {path.relative_to(ROOT).parts[0] for path in tracked} <= TOP_LEVEL


def test_it_is_small(tracked):
    sizes = {path.relative_to(ROOT).as_posix(): path.stat().st_size for path in tracked}
    assert sum(sizes.values()) < 40 * MEGABYTE
    assert not {name: size for name, size in sizes.items() if size > 1.5 * MEGABYTE}


def test_it_names_no_machine(tracked):
    # jovyan is the user in every image of Jupyter.
    places = re.compile(
        r"(?<![\w.~*/])/(?:root|home(?!/jovyan)|Users|opt|work|mnt)/\w|\b[A-Z]:\\\\?Users\b|https?://[^\s\"')]*(?:pypi|pythonhosted|npmjs)\."
    )
    for path in tracked:
        if path.suffix not in {".png", ".npz"}:
            found = places.search(path.read_text(encoding="utf-8"))
            assert not found, f"{path.relative_to(ROOT)}: {found[0]}"


def test_constraints_are_plain_versions():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert lines == sorted(set(lines), key=lambda line: line.split("==")[0].lower())
    for line in lines:
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.]*", line), line


def test_every_dependency_has_a_tested_version():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = [project["dependencies"], *project["optional-dependencies"].values()]
    packages = {re.match(r"[\w-]+", requirement)[0] for requirements in named for requirement in requirements}
    assert packages - {"descent-course"} <= set(constraints())


def test_the_documents_name_jobs_that_exist():
    jobs = set(re.findall(r"@nox\.session\ndef (\w+)", (ROOT / "noxfile.py").read_text(encoding="utf-8")))
    for document in documents():
        named = set(re.findall(r"nox -s (\w+)", document.read_text(encoding="utf-8")))
        assert named and named <= jobs, document.name


def test_links_in_the_documents_lead_somewhere():
    for document in documents():
        targets = re.findall(r"\]\(([^)\s]+)\)", document.read_text(encoding="utf-8"))
        missing = [target for target in targets if not re.match("https?://|#", target) and not (ROOT / target).exists()]
        assert not missing, document.name


def test_the_command_of_the_readme_is_the_one_that_is_tested():
    command = "python -m pip install nox && nox -s tests"
    assert f"\n{command}\n" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert f'part "{command}"\n' in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
