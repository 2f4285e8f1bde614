"""Grade a class: what `nox -s grade` does.

The way of a copy, and the file that knows each step::

    submitted/  ── collecting ──►  a copy, whose it is, of which chapter
                ── transplanting ► its answers, put into an exercise made freshly from solutions/
                ── judging ──────► the verdicts: the judge asks, and compares with its own, clean course_lib
                       ▲  session, standing_in: its end of the pipe
                       │  student/protocol: numbers, texts and arrays, nothing that runs
                       ▼  student/running: the answers, in a process of their own, held by student/confining
                ── hooks ────────► nbgrader's own autograde: autograded/, the gradebook
                ── recording ────► the pages in feedback/
                ── tables ───────► grades.csv, results.json

`working` spreads the copies over the cores, `__main__` goes through a class, `telling` says how it went. What
`student/` holds runs together with a student's code, and nothing else of this; it gets a course_lib without the
exercises' references (`isolation`), and `probing` tries what it cannot do there.
"""

import sys

# Reading a notebook loads jsonschema, and that builds grammars of addresses for a second, where this package is
# installed. No notebook needs them.
sys.modules.setdefault("rfc3987_syntax", None)
