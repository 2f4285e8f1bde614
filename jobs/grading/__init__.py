"""Grade a class: what `nox -s grade` does.

The way of a copy, and the file that knows each step::

    submitted/  ── collecting ──►  a copy, whose it is, of which chapter
                ── transplanting ► its answers, put into an exercise made freshly from solutions/
                ── judging ──────► the verdicts: the judge asks, and compares with its own, clean course_lib
                       ▲  pipe: numbers, texts and arrays (student/protocol)
                       ▼
                   student/running   the answers, in a process of their own, held by student/confining
                ── hooks ────────► nbgrader's own autograde: autograded/, the gradebook
                ── recording ────► feedback/: pages, grades.csv, results.json

`working` spreads the copies over the cores, `__main__` goes through a class and says how it went. Only what `student/`
holds runs together with a student's code; it gets a course_lib without the exercises' references (`isolation`).
"""
