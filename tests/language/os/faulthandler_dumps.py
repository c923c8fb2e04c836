"""faulthandler: stacks of threads on request, at a signal, when time is over, and when the process crashes."""

import faulthandler
import os
import re
import signal
import tempfile
import threading
import time


def shown(text):
    """Without what differs: threads' numbers and names, directories, the C stack."""
    text = re.sub(r"hread 0x[0-9a-f]{16}( \[[^]\n]*\])?", "hread N", text)
    text = re.sub(r'File "[^"]*/', 'File "', text)
    text = re.sub(r'(?m)^  File "(<ashore>/)?threading.py".*\n', "", text)
    return re.sub(r"\nCurrent thread's C stack trace.*", "", text, flags=re.DOTALL)


def check(fill):
    with tempfile.TemporaryFile("w+") as file:
        fill(file)
        file.seek(0)
        print(shown(file.read()))


def outer(depth, function, *args, **named):
    if depth == 0:
        return function(*args, **named)
    return outer(depth - 1, function, *args, **named)


def own(file):
    outer(2, faulthandler.dump_traceback, file, all_threads=False)
    outer(1, faulthandler.dump_traceback, file)


def others(file):
    go_on = threading.Event()
    ready = threading.Barrier(3)

    def wait(depth):
        if depth:
            wait(depth - 1)
        else:
            ready.wait()
            go_on.wait()

    threads = [threading.Thread(target=wait, args=(depth,)) for depth in (0, 2)]
    for thread in threads:
        thread.start()
        time.sleep(0.05)
    ready.wait()
    time.sleep(0.1)
    faulthandler.dump_traceback(file)
    go_on.set()
    for thread in threads:
        thread.join()


def deep(file):
    outer(120, faulthandler.dump_traceback, file, False)


def later(file):
    faulthandler.dump_traceback_later(0.1, file=file)
    time.sleep(0.3)
    faulthandler.dump_traceback_later(60, file=file)
    faulthandler.cancel_dump_traceback_later()
    faulthandler.cancel_dump_traceback_later()


def registered(file):
    faulthandler.register(signal.SIGUSR1, file, all_threads=False)
    outer(1, os.kill, os.getpid(), signal.SIGUSR1)
    print(faulthandler.unregister(signal.SIGUSR1), faulthandler.unregister(signal.SIGUSR1))


def chained(file):
    signal.signal(signal.SIGUSR2, lambda number, frame: print("handler of", signal.Signals(number).name))
    faulthandler.register(signal.SIGUSR2, file, all_threads=False, chain=True)
    outer(0, os.kill, os.getpid(), signal.SIGUSR2)
    outer(0, os.kill, os.getpid(), signal.SIGUSR2)
    faulthandler.unregister(signal.SIGUSR2)


def crash(file, number):
    child = os.fork()
    if child == 0:
        faulthandler.enable(file, all_threads=False)
        outer(2, os.kill, os.getpid(), number)
        os._exit(1)
    _, status = os.waitpid(child, 0)
    print(os.WIFSIGNALED(status), signal.Signals(os.WTERMSIG(status)).name)


def refused(function, *args, **named):
    try:
        print(function(*args, **named))
    except Exception as error:
        print(type(error).__name__, error)


check(own)
check(others)
check(deep)
check(later)
check(registered)
check(chained)
for number in (signal.SIGSEGV, signal.SIGABRT, signal.SIGFPE, signal.SIGBUS, signal.SIGILL):
    check(lambda file: crash(file, number))
print(faulthandler.is_enabled(), faulthandler.disable())
with tempfile.TemporaryFile("w+") as file:
    faulthandler.enable(file)
    print(faulthandler.is_enabled(), faulthandler.disable(), faulthandler.disable())
refused(faulthandler.register, signal.SIGSEGV)
refused(faulthandler.register, 1000)
refused(faulthandler.dump_traceback_later, 0)
refused(faulthandler.dump_traceback_later, -1)
refused(faulthandler.dump_traceback_later, "1")
refused(faulthandler.dump_traceback, -1)
refused(faulthandler.dump_traceback, "text")
