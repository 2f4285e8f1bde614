"""The language of a notebook's cells, without what it does for a person who looks on."""


def quiet_shell():
    """Return IPython without its history and its tracebacks: the cells of a notebook are its language."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "NoColor"
    shell = InteractiveShell.instance(config=config)
    shell.showtraceback = shell.showsyntaxerror = lambda *args, **kwargs: None
    shell.displayhook.write_output_prompt = lambda: None
    return shell


def without_judging():
    """Let what the course says of checks do nothing here: an answer is judged elsewhere."""
    import course_lib.checks as checks

    class Elsewhere:
        parameters, name = (), "judged elsewhere"

        def towards(self, **settings):
            return False, ""

    checks.find = lambda name: Elsewhere()
    checks.check = lambda name, answer: None
