"""Calls that other threads do (a subset of CPython's concurrent.futures)."""

import os
import threading
from time import monotonic as _monotonic

FIRST_COMPLETED = 'FIRST_COMPLETED'
FIRST_EXCEPTION = 'FIRST_EXCEPTION'
ALL_COMPLETED = 'ALL_COMPLETED'

PENDING = 'PENDING'
RUNNING = 'RUNNING'
CANCELLED = 'CANCELLED'
FINISHED = 'FINISHED'

__all__ = ['FIRST_COMPLETED', 'FIRST_EXCEPTION', 'ALL_COMPLETED', 'CancelledError', 'TimeoutError', 'InvalidStateError',
           'BrokenExecutor', 'Future', 'Executor', 'wait', 'as_completed', 'ThreadPoolExecutor']


class Error(Exception):
    """Base of the errors of futures."""


class CancelledError(Error):
    """The future was cancelled."""


TimeoutError = TimeoutError


class InvalidStateError(Error):
    """The operation is not allowed in the future's state."""


class BrokenExecutor(RuntimeError):
    """The executor can run nothing any more."""


class Future:
    """The result of a call that may not be done yet."""

    def __init__(self):
        self._condition = threading.Condition()
        self._state = PENDING
        self._result = None
        self._exception = None
        self._callbacks = []

    def __repr__(self):
        with self._condition:
            state = self._state.lower()
            if self._state == FINISHED:
                what = 'raised' if self._exception else 'returned'
                value = self._exception if self._exception else self._result
                return f'<{type(self).__name__} at {id(self):#x} state={state} {what} {type(value).__name__}>'
            return f'<{type(self).__name__} at {id(self):#x} state={state}>'

    def cancel(self):
        """Cancels the call if it has not begun; returns whether it is cancelled."""
        with self._condition:
            if self._state in (RUNNING, FINISHED):
                return False
            if self._state == CANCELLED:
                return True
            self._state = CANCELLED
            self._condition.notify_all()
        self._invoke_callbacks()
        return True

    def cancelled(self):
        return self._state == CANCELLED

    def running(self):
        return self._state == RUNNING

    def done(self):
        return self._state in (CANCELLED, FINISHED)

    def _invoke_callbacks(self):
        for callback in self._callbacks:
            try:
                callback(self)
            except Exception as exception:
                threading.excepthook(
                    threading.ExceptHookArgs((type(exception), exception, exception.__traceback__, None)))

    def add_done_callback(self, fn):
        """Has fn(future) called when the future is done; at once if it is."""
        with self._condition:
            if not self.done():
                self._callbacks.append(fn)
                return
        fn(self)

    def _wait(self, timeout):
        if not self.done():
            self._condition.wait_for(self.done, timeout)
        if self._state == CANCELLED:
            raise CancelledError()
        if self._state != FINISHED:
            raise TimeoutError()

    def result(self, timeout=None):
        """The call's result; raises what it raised. Waits at most timeout seconds."""
        try:
            with self._condition:
                self._wait(timeout)
                if self._exception is not None:
                    raise self._exception
                return self._result
        finally:
            # The traceback of the exception must not keep the future alive.
            self = None

    def exception(self, timeout=None):
        """The exception the call raised, None if it returned."""
        with self._condition:
            self._wait(timeout)
            return self._exception

    def set_running_or_notify_cancel(self):
        """Marks the future as running; False if it was cancelled."""
        with self._condition:
            if self._state == CANCELLED:
                return False
            if self._state != PENDING:
                raise RuntimeError('Future in unexpected state')
            self._state = RUNNING
            return True

    def _finish(self, result, exception):
        with self._condition:
            if self.done():
                raise InvalidStateError(f'{self._state}: {self!r}')
            self._result = result
            self._exception = exception
            self._state = FINISHED
            self._condition.notify_all()
        self._invoke_callbacks()

    def set_result(self, result):
        self._finish(result, None)

    def set_exception(self, exception):
        self._finish(None, exception)


class DoneAndNotDoneFutures(tuple):
    """What wait returns: two sets."""

    @property
    def done(self):
        return self[0]

    @property
    def not_done(self):
        return self[1]

    def __repr__(self):
        return f'DoneAndNotDoneFutures(done={self[0]!r}, not_done={self[1]!r})'


class _Finished:
    """Collects futures as they are done."""

    def __init__(self, futures):
        self.condition = threading.Condition()
        self.finished = []
        for future in futures:
            future.add_done_callback(self._add)

    def _add(self, future):
        with self.condition:
            self.finished.append(future)
            self.condition.notify_all()


def wait(fs, timeout=None, return_when=ALL_COMPLETED):
    """Waits until the futures, the first of them, or the first that raises, are done."""
    futures = set(fs)
    if return_when not in (FIRST_COMPLETED, FIRST_EXCEPTION, ALL_COMPLETED):
        raise ValueError(f'Invalid return condition: {return_when!r}')
    collector = _Finished(futures)

    def enough():
        if len(collector.finished) == len(futures):
            return True
        if return_when == FIRST_COMPLETED:
            return bool(collector.finished)
        if return_when == FIRST_EXCEPTION:
            return any(not f.cancelled() and f._exception is not None for f in collector.finished)
        return False

    with collector.condition:
        collector.condition.wait_for(enough, timeout)
        done = set(collector.finished)
    return DoneAndNotDoneFutures((done, futures - done))


def as_completed(fs, timeout=None):
    """Gives the futures in the order in which they are done."""
    end = None if timeout is None else timeout + _monotonic()
    futures = set(fs)
    collector = _Finished(futures)
    given = 0
    while given < len(futures):
        with collector.condition:
            remaining = None if end is None else end - _monotonic()
            if not collector.condition.wait_for(lambda: len(collector.finished) > given, remaining):
                raise TimeoutError(f'{len(futures) - given} (of {len(futures)}) futures unfinished')
            ready = collector.finished[given:]
        for future in ready:
            given += 1
            yield future


class Executor:
    """Something that runs calls."""

    def submit(self, fn, /, *args, **kwargs):
        raise NotImplementedError()

    def map(self, fn, *iterables, timeout=None, chunksize=1, buffersize=None):
        """Like the builtin map, with the calls made by the executor; results come in order."""
        if buffersize is not None and not isinstance(buffersize, int):
            raise TypeError('buffersize must be an integer or None')
        if buffersize is not None and buffersize < 1:
            raise ValueError('buffersize must be None or > 0')
        end = None if timeout is None else timeout + _monotonic()
        arguments = zip(*iterables)
        if buffersize is None:
            futures = [self.submit(fn, *args) for args in arguments]
        else:
            futures = []
            for args in arguments:
                futures.append(self.submit(fn, *args))
                if len(futures) == buffersize:
                    break

        def results():
            try:
                # Reversed, so that taking the next one is cheap and lets go of it.
                futures.reverse()
                while futures:
                    if buffersize is not None:
                        for args in arguments:
                            futures.insert(0, self.submit(fn, *args))
                            break
                    remaining = None if end is None else end - _monotonic()
                    yield futures.pop().result(remaining)
            finally:
                for future in futures:
                    future.cancel()

        return results()

    def shutdown(self, wait=True, *, cancel_futures=False):
        pass

    def __enter__(self):
        return self

    def __exit__(self, exc_type, exc_val, exc_tb):
        self.shutdown(wait=True)
        return False


_executors_lock = threading.Lock()
_executors = {}
_executor_count = 0
_exiting = False


def _exit():
    """The program ends: workers finish what is queued."""
    global _exiting
    with _executors_lock:
        _exiting = True
        executors = list(_executors.values())
    for executor in executors:
        executor.shutdown(wait=True)


threading._register_atexit(_exit)


class ThreadPoolExecutor(Executor):
    """Runs calls on a number of threads."""

    def __init__(self, max_workers=None, thread_name_prefix='', initializer=None, initargs=()):
        global _executor_count
        if max_workers is None:
            max_workers = min(32, (os.process_cpu_count() or 1) + 4)
        if max_workers <= 0:
            raise ValueError('max_workers must be greater than 0')
        if initializer is not None and not callable(initializer):
            raise TypeError('initializer must be a callable')
        with _executors_lock:
            number = _executor_count
            _executor_count += 1
        self._number = number
        self._max_workers = max_workers
        self._name = thread_name_prefix or f'ThreadPoolExecutor-{number}'
        self._initializer = initializer
        self._initargs = initargs
        self._condition = threading.Condition(threading.Lock())
        self._queue = []
        self._next = 0
        self._idle = 0
        self._threads = []
        self._shutdown = False
        self._broken = False

    def submit(self, fn, /, *args, **kwargs):
        with self._condition:
            if self._broken:
                raise BrokenExecutor(self._broken)
            if self._shutdown:
                raise RuntimeError('cannot schedule new futures after shutdown')
            if _exiting:
                raise RuntimeError('cannot schedule new futures after interpreter shutdown')
            future = Future()
            self._queue.append((future, fn, args, kwargs))
            if self._idle > len(self._queue) - self._next - 1:
                self._condition.notify()
                return future
            if len(self._threads) >= self._max_workers:
                return future
            name = f'{self._name}_{len(self._threads)}'
            thread = threading.Thread(target=self._work, name=name)
            self._threads.append(thread)
            if len(self._threads) == 1:
                with _executors_lock:
                    _executors[self._number] = self
        thread.start()
        return future

    def _take(self):
        """The next call, None when there will be no more."""
        with self._condition:
            while self._next == len(self._queue):
                if self._shutdown:
                    return None
                self._idle += 1
                self._condition.wait()
                self._idle -= 1
            item = self._queue[self._next]
            self._queue[self._next] = None
            self._next += 1
            if self._next > 64 and self._next * 2 > len(self._queue):
                del self._queue[:self._next]
                self._next = 0
            return item

    def _work(self):
        if self._initializer is not None:
            try:
                self._initializer(*self._initargs)
            except BaseException:
                self._break()
                raise
        while True:
            item = self._take()
            if item is None:
                return
            future, fn, args, kwargs = item
            if not future.set_running_or_notify_cancel():
                continue
            try:
                result = fn(*args, **kwargs)
            except BaseException as exception:
                future.set_exception(exception)
            else:
                future.set_result(result)
            # An idle worker keeps nothing alive.
            del item, future, fn, args, kwargs
            result = None

    def _break(self):
        with self._condition:
            self._broken = 'A thread initializer failed, the thread pool is not usable anymore'
            waiting = self._queue[self._next:]
            self._next = len(self._queue)
        for item in waiting:
            item[0].set_exception(BrokenExecutor(self._broken))

    def shutdown(self, wait=True, *, cancel_futures=False):
        with self._condition:
            self._shutdown = True
            cancelled = []
            if cancel_futures:
                cancelled = self._queue[self._next:]
                self._next = len(self._queue)
            self._condition.notify_all()
        for item in cancelled:
            item[0].cancel()
        if wait:
            for thread in self._threads:
                thread.join()
            with _executors_lock:
                _executors.pop(self._number, None)
