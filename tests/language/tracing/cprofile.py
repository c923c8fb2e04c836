# cProfile and profile: who called whom, and how often.
import cProfile
import io
import profile
import pstats
import sys


def leaf(a):
    return a + 1


def middle(n):
    total = 0
    for i in range(n):
        total += leaf(i)
        total += len(str(total))
    return total


def recursive(n):
    return 1 if n == 0 else recursive(n - 1) + leaf(n)


def generator():
    yield from range(3)


def work():
    middle(3)
    recursive(4)
    [].append(1)
    sorted([3, 1, 2], key=leaf)
    list(generator())


def counts(stats):
    ours = ("leaf", "middle", "recursive", "generator", "work")
    for (file, line, name), (primitive, calls, _, _, callers) in sorted(stats.items()):
        if name in ours or name.startswith("<method 'append'") or name.endswith("builtins.len>"):
            known = sorted((caller[2], count if isinstance(count, int) else count[:2]) for caller, count in callers.items() if caller[2] in ours)
            print("  ", name, primitive, calls, known)


profiler = cProfile.Profile()
profiler.enable()
work()
profiler.disable()
print("cProfile")
counts(pstats.Stats(profiler).stats)

with cProfile.Profile(builtins=False) as profiler:
    work()
print("without builtins")
counts(pstats.Stats(profiler).stats)

with cProfile.Profile(subcalls=False) as profiler:
    pass
profiler.enable(subcalls=False)
middle(2)
profiler.disable()
for entry in sorted(profiler.getstats(), key=lambda entry: getattr(entry.code, 'co_name', '')):
    if not isinstance(entry.code, str):
        print(entry.code.co_name, entry.callcount, entry.reccallcount, entry.totaltime >= entry.inlinetime >= 0, len(entry.calls or ()))
profiler.clear()
print(profiler.getstats())

first, second = cProfile.Profile(), cProfile.Profile()
first.enable()
try:
    second.enable()
except ValueError as error:
    print("ValueError", error)
first.disable()
second.enable()
second.disable()
print(sys.monitoring.get_tool(sys.monitoring.PROFILER_ID))

ticks = iter(range(1000))
timed = cProfile.Profile(lambda: next(ticks), 0.5)
timed.runcall(leaf, 1)
print([(entry.code.co_name, entry.totaltime) for entry in timed.getstats() if not isinstance(entry.code, str)])

print("profile")
pure = profile.Profile()
pure.runcall(middle, 2)
pure.create_stats()
counts(pure.stats)

out = io.StringIO()
profiler = cProfile.Profile()
profiler.runcall(middle, 2)
pstats.Stats(profiler, stream=out).sort_stats("name").print_stats("leaf|middle")
for line in out.getvalue().splitlines():
    if "leaf" in line or "middle" in line:
        print(line.split()[0], line.split("/")[-1].split(":")[-1])
