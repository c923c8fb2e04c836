# atexit: handlers are compared oldest first, and comparisons may change what is registered
import atexit


def handlers(names):
    made = {}
    for name in names:
        exec(f"def {name}(): print('handler {name}')", made)
    return [made[name] for name in names]


a, b, c, d = handlers("abcd")


class Probe:
    def __init__(self, answer, action=None):
        self.answer, self.action, self.seen = answer, action, []

    def __eq__(self, other):
        self.seen.append(other.__name__)
        if self.action:
            self.action()
        return self.answer


def replace():
    atexit._clear()
    atexit.register(d)


for answer, action in ((False, None), (True, None), (True, atexit._clear), (True, replace), (False, replace),
                       (True, lambda: atexit.register(c)), (True, lambda: atexit.unregister(b))):
    atexit._clear()
    for handler in (a, b, a):
        atexit.register(handler)
    probe = Probe(answer, action)
    atexit.unregister(probe)
    print(probe.seen, atexit._ncallbacks())
    atexit._run_exitfuncs()
atexit.register(print, "at", "the", "end")
