# os.posix_spawn, os.spawnv and the wait functions.
import os
import signal
import sys


def attempt(function, *args, **kwargs):
    try:
        print(function(*args, **kwargs))
    except (TypeError, ValueError, OSError) as error:
        print(type(error).__name__, error)


def code(pid):
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def output(function, path, argv, env, **kwargs):
    """What the program writes to its standard output, and its exit code."""
    read, write = os.pipe()
    actions = [(os.POSIX_SPAWN_DUP2, write, 1), *kwargs.pop('file_actions', ())]
    pid = function(path, argv, env, file_actions=actions, **kwargs)
    os.close(write)
    with open(read, 'rb') as answers:
        print(answers.read(), code(pid))


print('-- programs')
shell = '/bin/sh'
output(os.posix_spawn, shell, ['sh', '-c', 'echo $NAME; exit 3'], {'NAME': 'value'})
output(os.posix_spawnp, 'sh', ['sh', '-c', 'echo $0 $1', 'a', 'b'], {})
os.environ['INHERITED'] = 'yes'
output(os.posix_spawn, shell, ('sh', '-c', 'echo $INHERITED'), None)
output(os.posix_spawn, shell, ['sh', '-c', 'read line < /dev/fd/5; echo got: $line'], {},
       file_actions=[(os.POSIX_SPAWN_OPEN, 5, __file__, os.O_RDONLY, 0)])
output(os.posix_spawn, shell, ['sh', '-c', 'echo group'], {}, setpgroup=0)
output(os.posix_spawn, shell, ['sh', '-c', 'echo session'], {}, setsid=True, setsigmask=[signal.SIGUSR1],
       setsigdef=[signal.SIGPIPE])

print('-- mistakes')
attempt(os.posix_spawn, '/no/such/program', ['x'], {})
attempt(os.posix_spawn, shell, [], {})
attempt(os.posix_spawn, shell, [''], {})
attempt(os.posix_spawn, shell, 'x', {})
attempt(os.posix_spawn, shell, ['x'], 3)
attempt(os.posix_spawn, shell, ['x'], {'a=b': 'c'})
for actions in 3, [3], [()], [(9, 1)], [(None,)], [(os.POSIX_SPAWN_OPEN, 1)], [(os.POSIX_SPAWN_CLOSE, 1, 2)], [
        (os.POSIX_SPAWN_DUP2, 1)]:
    attempt(os.posix_spawn, shell, ['x'], {}, file_actions=actions)
attempt(os.posix_spawn, shell, ['x'], {}, scheduler=3)
attempt(os.posix_spawn, shell, ['x'], {}, scheduler=(1,))
attempt(os.posix_spawn, shell, ['x'], {}, setsigmask=[65])
attempt(os.posix_spawn, shell, ['x'], {}, setsigdef=['a'])


def child(status):
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        os._exit(status)
    return pid


print('-- waiting')
pid = child(5)
waited, status, usage = os.wait4(pid, 0)
print(waited == pid, os.waitstatus_to_exitcode(status), type(usage).__name__, usage.ru_utime >= 0)
pid = child(6)
waited, status, usage = os.wait3(0)
print(waited == pid, os.waitstatus_to_exitcode(status), usage.ru_maxrss > 0)
pid = child(7)
result = os.waitid(os.P_PID, pid, os.WEXITED)
print(type(result).__name__, result.si_pid == pid, result.si_status, result.si_code == os.CLD_EXITED,
      result.si_signo == signal.SIGCHLD, len(result))
read, write = os.pipe()
pid = os.fork()
if pid == 0:
    os.read(read, 1)
    os._exit(0)
print(os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG), os.waitpid(pid, os.WNOHANG))
os.kill(pid, signal.SIGKILL)
print(os.waitid(os.P_ALL, 0, os.WEXITED).si_code == os.CLD_KILLED)
attempt(os.wait)
attempt(os.wait4, pid, 0)

print('-- spawnv')
print(os.spawnv(os.P_WAIT, shell, ['sh', '-c', 'exit 9']), code(os.spawnl(os.P_NOWAIT, shell, 'sh', '-c', 'exit 8')))
