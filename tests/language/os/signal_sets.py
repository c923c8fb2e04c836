# Sets of signals: blocked, pending, waited for; and how processors are shared out.
import os
import signal
import warnings


def attempt(what, *args):
    try:
        print(what(*args))
    except Exception as error:
        print(type(error).__name__, error)


print(signal.pthread_sigmask(signal.SIG_BLOCK, []), signal.sigpending())
print(signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1, signal.SIGUSR2]))
os.kill(os.getpid(), signal.SIGUSR1)
print(signal.sigpending(), signal.sigwait({signal.SIGUSR1}), signal.sigpending())
signal.raise_signal(signal.SIGUSR2)
info = signal.sigwaitinfo([signal.SIGUSR1, signal.SIGUSR2])
print(info.si_signo, info.si_errno, info.si_pid == os.getpid(), info.si_uid == os.getuid(), type(info).__name__, len(info))
print(signal.sigtimedwait([signal.SIGUSR1], 0), signal.sigtimedwait([signal.SIGUSR1], 0.01))
handled = []
signal.signal(signal.SIGUSR1, lambda number, frame: handled.append(number))
os.kill(os.getpid(), signal.SIGUSR1)
print(handled, signal.sigpending())
print(sorted(signal.pthread_sigmask(signal.SIG_SETMASK, [])), handled)
attempt(signal.pthread_sigmask, 99, [])
attempt(signal.pthread_sigmask, signal.SIG_BLOCK, [0])
attempt(signal.pthread_sigmask, signal.SIG_BLOCK, [2**70])
attempt(signal.pthread_sigmask, signal.SIG_BLOCK, ["a"])
attempt(signal.pthread_sigmask, signal.SIG_BLOCK, 5)
attempt(signal.sigtimedwait, [signal.SIGUSR1], -1)
attempt(signal.sigtimedwait, [signal.SIGUSR1], "a")
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    signal.pthread_sigmask(signal.SIG_BLOCK, [32])
    print([str(warning.message) for warning in caught])
print(signal.getitimer(signal.ITIMER_REAL))

print(os.sched_get_priority_max(os.SCHED_FIFO), os.sched_get_priority_min(os.SCHED_RR))
attempt(os.sched_get_priority_max, 99)
print(os.sched_getscheduler(0) == os.SCHED_OTHER, os.sched_getparam(0))
print(os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0)))
attempt(os.sched_setscheduler, 0, os.SCHED_OTHER, 5)
attempt(os.sched_setparam, 0, os.sched_param(50))
print(os.sched_rr_get_interval(0) >= 0)
processors = os.sched_getaffinity(0)
print(os.sched_setaffinity(0, processors), os.sched_getaffinity(0) == processors)
attempt(os.sched_setaffinity, 0, [])
attempt(os.sched_setaffinity, 0, [-1])
attempt(os.sched_setaffinity, 0, ["a"])
attempt(os.sched_setaffinity, 0, [2**40])
print(os.sched_param(sched_priority=3), os.sched_param(3).sched_priority, os.sched_param(3) == (3,))
