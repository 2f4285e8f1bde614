"""What students get for some chapters, as a zip: `python -m jobs.handout 06_momentum 09_adam [-o FILE]`.

In it are all chapters to read, the exercises of those named, and the library that they need, with its checks. There are
no solutions, no tests, and no jobs of the instructor. The answers that the checks compare with are packed, so that
nobody reads them by chance. That is all it is: whoever sets out to unpack them can, since a check that runs on a
student's machine must know the answer there. Points that count come from `nox -s grade`, on the instructor's machine.
"""

import argparse
import base64
import sys
import textwrap
import zipfile
import zlib
from pathlib import Path

from course_lib.checks.finding import exercise_names

ROOT = Path(__file__).parents[1]
FILES = ("LICENSE", "constraints.txt", "noxfile.py", "pyproject.toml")
FOLDERS = ("course_lib", "notebooks")
LEFT_OUT = {"__pycache__", ".ipynb_checkpoints"}
WHEN = (2020, 1, 1, 0, 0, 0)  # the same zip from the same course, whenever it is made

README = """# Descent

Python 3.11 or newer is needed, on Linux, macOS or Windows. In this folder,

    python -m pip install nox && nox -s course

makes the environment (the first time, a minute or two) and opens the course. Chapters are in `notebooks/`, and what to
answer is in:

{exercises}

Hand in these notebooks, under their names.
"""


def main(arguments):
    parser = argparse.ArgumentParser(prog="nox -s handout --", description="Zip what students get for some chapters.")
    parser.add_argument("chapters", nargs="+", metavar="CHAPTER", help="as in 06_momentum")
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "handout.zip", help="by default handout.zip")
    options = parser.parse_args(arguments)
    known = sorted(path.name for path in (ROOT / "exercises").iterdir() if path.is_dir())
    unknown = [name for name in options.chapters if name not in known]
    if unknown:
        print(f"there is no chapter {unknown[0]}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    with zipfile.ZipFile(options.output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(contents(options.chapters).items()):
            archive.writestr(zipfile.ZipInfo(f"descent/{name}", WHEN), content, zipfile.ZIP_DEFLATED)
    print(f"{options.output}: {options.output.stat().st_size / 1e6:.1f} MB, exercises of {', '.join(options.chapters)}")
    return 0


def contents(chapters):
    """Return what stands in the zip: for each name the bytes of the file."""
    paths = [ROOT / name for name in FILES]
    for folder in (*FOLDERS, *(f"exercises/{chapter}" for chapter in chapters)):
        paths += [path for path in (ROOT / folder).rglob("*") if path.is_file() and not LEFT_OUT & set(path.parts)]
    found = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in paths}
    for name, room in exercise_names().items():
        file = f"course_lib/chapters/{room}/{name}.py"
        found[file] = packed(found[file])
    exercises = sorted(f"- `{name}`" for name in found if name.startswith("exercises/") and name.endswith(".ipynb"))
    return found | {"README.md": README.format(exercises="\n".join(exercises)).encode()}


def packed(source):
    """Return a module that runs the given one without showing it."""
    text = base64.b85encode(zlib.compress(source, 9)).decode()
    lines = "\n".join(f'    "{line}"' for line in textwrap.wrap(text, 100))
    return (
        '"""An exercise: what it asks stands in the notebook. Its answer is packed, lest it be read by chance."""\n\n'
        "import base64\nimport zlib\n\n"
        f"PACKED = (\n{lines}\n)\n"
        'exec(compile(zlib.decompress(base64.b85decode(PACKED)), __file__, "exec"))\n'
    ).encode()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
