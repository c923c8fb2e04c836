"""Threads, and what they wait for each other with (a subset of CPython's threading module)."""

import _thread
import sys as _sys
from _weakrefset import WeakSet as _WeakSet
from posix import register_at_fork as _register_at_fork
from time import monotonic as _time

__all__ = ['get_ident', 'active_count', 'Condition', 'current_thread', 'enumerate', 'main_thread', 'TIMEOUT_MAX',
           'Event', 'Lock', 'RLock', 'Semaphore', 'BoundedSemaphore', 'Thread', 'Barrier', 'BrokenBarrierError', 'Timer',
           'ThreadError', 'ExceptHookArgs', 'excepthook', 'get_native_id', 'local', 'stack_size', 'setprofile', 'settrace',
           'gettrace', 'getprofile', 'setprofile_all_threads', 'settrace_all_threads']

get_ident = _thread.get_ident
get_native_id = _thread.get_native_id
_HAVE_THREAD_NATIVE_ID = True
stack_size = _thread.stack_size
TIMEOUT_MAX = _thread.TIMEOUT_MAX
ThreadError = _thread.error
Lock = _thread.lock
RLock = _thread.RLock
local = _thread._local

# What threads that start are traced and profiled by. Only who sets it names what does it: for programs that name it nowhere,
# executables are smaller.
_trace_hook = _begin_tracing = None
_profile_hook = _begin_profiling = None


def settrace(func):
    """Has threads that are started from now on call sys.settrace with the function."""
    global _trace_hook, _begin_tracing
    _trace_hook, _begin_tracing = func, _sys.settrace


def settrace_all_threads(func):
    """The same, and for the threads that run."""
    settrace(func)
    _sys._settraceallthreads(func)


def gettrace():
    """The function that settrace was given."""
    return _trace_hook


def setprofile(func):
    """Has threads that are started from now on call sys.setprofile with the function."""
    global _profile_hook, _begin_profiling
    _profile_hook, _begin_profiling = func, _sys.setprofile


def setprofile_all_threads(func):
    """The same, and for the threads that run."""
    setprofile(func)
    _sys._setprofileallthreads(func)


def getprofile():
    """The function that setprofile was given."""
    return _profile_hook


class Condition:
    """A lock, and threads that wait until another one says that something changed."""

    def __init__(self, lock=None):
        if lock is None:
            lock = RLock()
        self._lock = lock
        self.acquire = lock.acquire
        self.release = lock.release
        self._waiters = []

    def __enter__(self):
        return self._lock.__enter__()

    def __exit__(self, *args):
        return self._lock.__exit__(*args)

    def __repr__(self):
        return f'<Condition({self._lock}, {len(self._waiters)})>'

    def _at_fork_reinit(self):
        self._lock._at_fork_reinit()
        self._waiters.clear()

    def _release_save(self):
        save = getattr(self._lock, '_release_save', None)
        if save is not None:
            return save()
        self._lock.release()
        return None

    def _acquire_restore(self, state):
        restore = getattr(self._lock, '_acquire_restore', None)
        if restore is not None:
            restore(state)
        else:
            self._lock.acquire()

    def _is_owned(self):
        owned = getattr(self._lock, '_is_owned', None)
        if owned is not None:
            return owned()
        if self._lock.acquire(False):
            self._lock.release()
            return False
        return True

    def wait(self, timeout=None):
        """Releases the lock until notified or until the timeout, in seconds; then takes it again."""
        if not self._is_owned():
            raise RuntimeError('cannot wait on un-acquired lock')
        waiter = Lock()
        waiter.acquire()
        self._waiters.append(waiter)
        state = self._release_save()
        notified = False
        try:
            if timeout is None:
                waiter.acquire()
                notified = True
            elif timeout > 0:
                notified = waiter.acquire(True, timeout)
            else:
                notified = waiter.acquire(False)
            return notified
        finally:
            self._acquire_restore(state)
            if not notified:
                try:
                    self._waiters.remove(waiter)
                except ValueError:
                    pass

    def wait_for(self, predicate, timeout=None):
        """Waits until the predicate is true; returns its last value."""
        end = None
        remaining = timeout
        result = predicate()
        while not result:
            if remaining is not None:
                if end is None:
                    end = _time() + remaining
                else:
                    remaining = end - _time()
                    if remaining <= 0:
                        break
            self.wait(remaining)
            result = predicate()
        return result

    def notify(self, n=1):
        """Wakes up to n waiting threads."""
        if not self._is_owned():
            raise RuntimeError('cannot notify on un-acquired lock')
        waiters = self._waiters
        while waiters and n > 0:
            waiter = waiters.pop(0)
            waiter.release()
            n -= 1

    def notify_all(self):
        """Wakes all waiting threads."""
        self.notify(len(self._waiters))


class Semaphore:
    """A counter that cannot go below zero."""

    def __init__(self, value=1):
        if value < 0:
            raise ValueError('semaphore initial value must be >= 0')
        self._cond = Condition(Lock())
        self._value = value

    def __repr__(self):
        cls = self.__class__
        return f'<{cls.__module__}.{cls.__qualname__} at {id(self):#x}: value={self._value}>'

    def acquire(self, blocking=True, timeout=None):
        """Counts down, waiting while the counter is zero."""
        if not blocking and timeout is not None:
            raise ValueError("can't specify timeout for non-blocking acquire")
        end = None
        with self._cond:
            while self._value == 0:
                if not blocking:
                    return False
                if timeout is not None:
                    if end is None:
                        end = _time() + timeout
                    else:
                        timeout = end - _time()
                        if timeout <= 0:
                            return False
                self._cond.wait(timeout)
            self._value -= 1
            return True

    __enter__ = acquire

    def release(self, n=1):
        """Counts up by n."""
        if n < 1:
            raise ValueError('n must be one or more')
        with self._cond:
            self._value += n
            self._cond.notify(n)

    def __exit__(self, t, v, tb):
        self.release()


class BoundedSemaphore(Semaphore):
    """A semaphore that cannot be counted above its initial value."""

    def __init__(self, value=1):
        super().__init__(value)
        self._initial_value = value

    def release(self, n=1):
        if n < 1:
            raise ValueError('n must be one or more')
        with self._cond:
            if self._value + n > self._initial_value:
                raise ValueError('Semaphore released too many times')
            self._value += n
            self._cond.notify(n)


class Event:
    """A flag threads can wait for."""

    def __init__(self):
        self._cond = Condition(Lock())
        self._flag = False

    def __repr__(self):
        cls = self.__class__
        status = 'set' if self._flag else 'unset'
        return f'<{cls.__module__}.{cls.__qualname__} at {id(self):#x}: {status}>'

    def _at_fork_reinit(self):
        self._cond._at_fork_reinit()

    def is_set(self):
        return self._flag

    def set(self):
        with self._cond:
            self._flag = True
            self._cond.notify_all()

    def clear(self):
        with self._cond:
            self._flag = False

    def wait(self, timeout=None):
        with self._cond:
            signaled = self._flag
            if not signaled:
                signaled = self._cond.wait_for(self.is_set, timeout)
            return signaled


class BrokenBarrierError(RuntimeError):
    pass


class Barrier:
    """A point that a fixed number of threads pass together."""

    def __init__(self, parties, action=None, timeout=None):
        if parties < 1:
            raise ValueError('parties must be >= 1')
        self._cond = Condition(Lock())
        self._action = action
        self._timeout = timeout
        self._parties = parties
        self._state = 'filling'
        self._count = 0

    def wait(self, timeout=None):
        """Waits for the other threads; returns this thread's number among them."""
        if timeout is None:
            timeout = self._timeout
        with self._cond:
            self._cond.wait_for(lambda: self._state not in ('draining', 'resetting'))
            if self._state == 'broken':
                raise BrokenBarrierError
            index = self._count
            self._count += 1
            try:
                if index + 1 == self._parties:
                    self._release()
                else:
                    self._wait(timeout)
                return index
            finally:
                self._count -= 1
                if self._count == 0 and self._state in ('draining', 'resetting'):
                    self._state = 'filling'
                    self._cond.notify_all()

    def _release(self):
        try:
            if self._action:
                self._action()
            self._state = 'draining'
            self._cond.notify_all()
        except:
            self._break()
            raise

    def _wait(self, timeout):
        if not self._cond.wait_for(lambda: self._state != 'filling', timeout):
            self._break()
            raise BrokenBarrierError
        if self._state in ('broken', 'resetting'):
            raise BrokenBarrierError

    def _break(self):
        self._state = 'broken'
        self._cond.notify_all()

    def reset(self):
        with self._cond:
            if self._count > 0:
                if self._state in ('filling', 'broken'):
                    self._state = 'resetting'
            else:
                self._state = 'filling'
            self._cond.notify_all()

    def abort(self):
        with self._cond:
            self._break()

    @property
    def parties(self):
        return self._parties

    @property
    def n_waiting(self):
        return self._count if self._state == 'filling' else 0

    @property
    def broken(self):
        return self._state == 'broken'


_active_lock = Lock()
_active = {}
_counter = 0
# All thread objects, those of threads that have ended or were never started too.
_dangling = _WeakSet()


def _new_name(target):
    global _counter
    with _active_lock:
        _counter += 1
        number = _counter
    if target is not None:
        try:
            return f'Thread-{number} ({target.__name__})'
        except AttributeError:
            pass
    return f'Thread-{number}'


class Thread:
    """A thread of control."""

    def __init__(self, group=None, target=None, name=None, args=(), kwargs=None, *, daemon=None, context=None):
        assert group is None, 'group argument must be None for now'
        self._target = target
        self._name = str(name) if name is not None else _new_name(target)
        self._args = args
        self._kwargs = {} if kwargs is None else kwargs
        self._daemonic = current_thread().daemon if daemon is None else daemon
        self._ident = None
        self._native_id = None
        self._handle = None
        self._started = Event()
        self._initialized = True
        _dangling.add(self)

    def __repr__(self):
        status = 'initial'
        if self._started.is_set():
            status = 'started'
        if self._handle is not None and self._handle.is_done():
            status = 'stopped'
        if self._daemonic:
            status += ' daemon'
        if self._ident is not None:
            status += f' {self._ident}'
        return f'<{self.__class__.__name__}({self._name}, {status})>'

    def start(self):
        """Starts the thread; to be called once."""
        if not getattr(self, '_initialized', False):
            raise RuntimeError('thread.__init__() not called')
        if self._started.is_set():
            raise RuntimeError('threads can only be started once')
        self._handle = _thread.start_joinable_thread(self._bootstrap, daemon=self._daemonic)
        self._started.wait()

    def run(self):
        """What the thread does: calls the target."""
        try:
            if self._target is not None:
                self._target(*self._args, **self._kwargs)
        finally:
            # A thread object that lives on keeps nothing else alive.
            del self._target, self._args, self._kwargs

    def _set_native_id(self):
        self._native_id = get_native_id()

    def _bootstrap(self):
        self._ident = get_ident()
        self._set_native_id()
        _thread.set_name(self._name)
        with _active_lock:
            _active[self._ident] = self
        self._started.set()
        if _trace_hook:
            _begin_tracing(_trace_hook)
        if _profile_hook:
            _begin_profiling(_profile_hook)
        try:
            self.run()
        except SystemExit:
            pass
        except BaseException as exception:
            excepthook(ExceptHookArgs((type(exception), exception, exception.__traceback__, self)))
        finally:
            with _active_lock:
                del _active[self._ident]

    def join(self, timeout=None):
        """Waits until the thread ends, or until the timeout, in seconds."""
        if not getattr(self, '_initialized', False):
            raise RuntimeError('Thread.__init__() not called')
        if not self._started.is_set():
            raise RuntimeError('cannot join thread before it is started')
        if self is current_thread():
            raise RuntimeError('cannot join current thread')
        if timeout is not None:
            timeout = max(timeout, 0)
        if self._handle is not None:
            self._handle.join(timeout)

    def _after_fork(self):
        """In the child: whoever had the event's lock may be gone, and so may be the thread."""
        self._started._at_fork_reinit()
        if self._ident == get_ident():
            self._set_native_id()
        elif self._handle is not None:
            self._handle._set_done()

    def is_alive(self):
        return self._started.is_set() and not (self._handle is None or self._handle.is_done())

    @property
    def name(self):
        return self._name

    @name.setter
    def name(self, name):
        self._name = str(name)
        if self._ident == get_ident():
            _thread.set_name(self._name)

    @property
    def ident(self):
        return self._ident

    @property
    def native_id(self):
        return self._native_id

    @property
    def daemon(self):
        return self._daemonic

    @daemon.setter
    def daemon(self, daemonic):
        if self._started.is_set():
            raise RuntimeError('cannot set daemon status of active thread')
        self._daemonic = daemonic

    def isDaemon(self):
        return self.daemon

    def setDaemon(self, daemonic):
        self.daemon = daemonic

    def getName(self):
        return self.name

    def setName(self, name):
        self.name = name


excepthook = _thread._excepthook
ExceptHookArgs = _thread._ExceptHookArgs
__excepthook__ = excepthook


class Timer(Thread):
    """Calls a function after some seconds, unless cancelled."""

    def __init__(self, interval, function, args=None, kwargs=None):
        super().__init__()
        self.interval = interval
        self.function = function
        self.args = args if args is not None else []
        self.kwargs = kwargs if kwargs is not None else {}
        self.finished = Event()

    def cancel(self):
        self.finished.set()

    def run(self):
        self.finished.wait(self.interval)
        if not self.finished.is_set():
            self.function(*self.args, **self.kwargs)
        self.finished.set()


class _MainThread(Thread):

    def __init__(self):
        self._name = 'MainThread'
        self._daemonic = False
        self._started = Event()
        self._started.set()
        self._ident = get_ident()
        self._set_native_id()
        # Done when the program waits for its threads.
        self._handle = _thread._make_thread_handle(self._ident)
        self._initialized = True
        _dangling.add(self)
        _active[self._ident] = self


class _DummyThread(Thread):
    """A thread that this module did not start."""

    def __init__(self):
        super().__init__(name=_new_name(None).replace('Thread', 'Dummy'), daemon=True)
        self._started.set()
        self._ident = get_ident()
        self._set_native_id()
        self._handle = _thread._make_thread_handle(self._ident)
        with _active_lock:
            _active[self._ident] = self

    def join(self, timeout=None):
        raise RuntimeError('cannot join a dummy thread')

    def _after_fork(self):
        if self._ident == get_ident():
            self.__class__ = _MainThread
            self._name = 'MainThread'
            self._daemonic = False
        Thread._after_fork(self)


def current_thread():
    """The Thread object of the thread that runs."""
    try:
        return _active[get_ident()]
    except KeyError:
        return _DummyThread()


def active_count():
    with _active_lock:
        return len(_active)


def enumerate():
    """All threads that are alive."""
    with _active_lock:
        return list(_active.values())


def main_thread():
    return _main_thread


def _after_fork():
    """In the child of a fork: the thread that forked is the main thread, and the others are gone."""
    global _active_lock, _main_thread
    _active_lock = Lock()
    threads = set(_active.values())
    threads.update(_dangling)
    own = _active.get(get_ident())
    _active.clear()
    if own is None:
        own = _MainThread()
    _main_thread = own
    _active[get_ident()] = own
    for thread in threads:
        thread._after_fork()


_register_at_fork(after_in_child=_after_fork)


def _shutdown():
    """The program ends: waits for the threads that are no daemons."""
    _main_thread._handle._set_done()
    for function in _exit_functions:
        function()
    # Threads that are about to end, and are listed here no more, count as well.
    _thread._shutdown()


_exit_functions = []


def _register_atexit(function):
    """Has a function called before the threads are waited for."""
    _exit_functions.insert(0, function)


_main_thread = _MainThread()
