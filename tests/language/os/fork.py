# os.fork: hooks around it, the child's only thread, locks and modules that other threads had.
import os
import sys
import threading
import time
import warnings
import _imp


def wait(pid):
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status)


def in_child(body):
    """What the body prints in a child, and the child's exit code."""
    read, write = os.pipe()
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            os.dup2(write, 1)
            body()
            sys.stdout.flush()
            code = 7
        finally:
            os._exit(code)
    os.close(write)
    with open(read, 'rb') as answers:
        text = answers.read().decode()
    print(text, end='')
    print('exit code', wait(pid))


print('-- a child of its own')
parent = os.getpid()
in_child(lambda: print(os.getpid() != parent, os.getppid() == parent))

print('-- hooks')
for arguments in {}, {'before': 1}, {'after_in_child': None}:
    try:
        os.register_at_fork(**arguments)
    except TypeError as error:
        print(error)


def fail():
    raise ValueError('in a hook')


def unraisable(args):
    called.append((args.err_msg.split(' <')[0], type(args.exc_value).__name__, str(args.exc_value)))


sys.unraisablehook = unraisable
switched_on = False
called = []


def say(text):
    return lambda: switched_on and called.append(text)


os.register_at_fork(before=say('before 1'), after_in_parent=say('parent 1'), after_in_child=say('child 1'))
os.register_at_fork(before=lambda: fail() if switched_on else None)
os.register_at_fork(before=say('before 2'), after_in_parent=say('parent 2'), after_in_child=say('child 2'))
switched_on = True
in_child(lambda: print('child:', *called, sep='\n'))
switched_on = False
print('parent:', *called, sep='\n')

print('-- only the calling thread')
started = threading.Barrier(3)
end = threading.Event()
local = threading.local()


class Noisy:
    def __del__(self):
        if os.getpid() != parent:
            print('thread-local value is gone')


def work(lock):
    local.value = Noisy()
    with lock:
        started.wait()
        end.wait()


held = threading.Lock()
condition = threading.Condition()
others = [threading.Thread(target=work, args=(lock,), name=f'other {n}') for n, lock in enumerate((held, condition))]
for other in others:
    other.start()
started.wait()


def alone():
    print(threading.enumerate() == [threading.main_thread()], threading.current_thread() is threading.main_thread())
    for other in others:
        other.join()
        print(other.name, other.is_alive())
    print('lock of a thread that is gone:', held.locked(), held.acquire(timeout=0.01))
    result = []
    new = threading.Thread(target=lambda: result.append(sum(range(10))))
    new.start()
    new.join()
    print(result)


def from_thread(body):
    thread = threading.Thread(target=in_child, args=(body,), name='forker')
    thread.start()
    thread.join()


def is_main():
    main = threading.main_thread()
    print(main.name, main is threading.current_thread(), main.ident == threading.get_ident(), main.is_alive())
    print(main.native_id == threading.get_native_id() == os.getpid())


warnings.simplefilter('ignore', DeprecationWarning)
in_child(alone)
from_thread(is_main)

print('-- the warning')
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter('always')
    in_child(lambda: None)
for warning in caught:
    print(warning.category.__name__, str(warning.message).replace(str(os.getpid()), 'N'))
end.set()
for other in others:
    other.join()

print('-- the import lock')
taken = threading.Event()


def change_modules():
    _imp.acquire_lock()
    sys.modules['made up'] = None
    taken.set()
    time.sleep(0.05)
    sys.modules['made up'] = os
    _imp.release_lock()


thread = threading.Thread(target=change_modules)
thread.start()
taken.wait()
in_child(lambda: print(__import__('made up') is os, _imp.lock_held()))
thread.join()
try:
    _imp.release_lock()
except RuntimeError as error:
    print(error)

print('-- random numbers differ')
import random
random.seed(1)
first = random.Random(1).random()
in_child(lambda: print(random.random() == first))

print('-- forkpty')
sys.stdout.flush()
pid, terminal = os.forkpty()
if pid == 0:
    os.write(1, f'{os.isatty(0)} {os.isatty(1)}'.encode())
    os._exit(3)
print(os.read(terminal, 100), wait(pid))
os.close(terminal)
