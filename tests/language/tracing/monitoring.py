# Tools of sys.monitoring: events, callbacks, what they may answer.
import sys

monitoring = sys.monitoring
E = monitoring.events
TOOL = monitoring.DEBUGGER_ID
events = []


def name_of(value):
    if value is monitoring.MISSING:
        return "MISSING"
    if isinstance(value, BaseException):
        return repr(value)
    if type(value).__name__ == "C":
        return "instance of C"
    return getattr(value, "__qualname__", value)


def recorder(name, places=1):
    def record(code, *args):
        if code.co_filename == __file__ and code.co_name not in ("watch", "<module>"):
            if name != "LINE":
                args = args[places:]
            else:
                args = [args[0] - code.co_firstlineno]
            events.append((name, code.co_name, *map(name_of, args)))
    return record


def watch(function, names, *args):
    events.clear()
    wanted = 0
    for name in names:
        event = getattr(E, name)
        wanted |= event
        monitoring.register_callback(TOOL, event, recorder(name, 2 if name in ("JUMP", "BRANCH_LEFT", "BRANCH_RIGHT") else 1))
    monitoring.set_events(TOOL, wanted)
    try:
        function(*args)
    except Exception as error:
        print("raised", repr(error))
    monitoring.set_events(TOOL, 0)
    print(function.__name__, names)
    for event in events:
        print("  ", *event)
    for name in names:
        monitoring.register_callback(TOOL, getattr(E, name), None)


def leaf(a):
    return a + 1


def loop(n):
    total = 0
    for i in range(n):
        if i % 2:
            total += leaf(i)
        else:
            total -= 1
    return total


def generator():
    try:
        yield 1
        yield 2
    except KeyError:
        yield "caught"


def generators():
    g = generator()
    next(g)
    g.throw(KeyError("k"))
    try:
        next(g)
    except StopIteration:
        pass


def raises():
    try:
        leaf("a")
    except TypeError:
        pass
    try:
        {}["x"]
    except KeyError as error:
        leaf(2)
    raise ValueError("out")


class C:
    def __init__(self, a):
        self.a = a

    def method(self):
        return len([self.a])


def calls():
    C(1).method()
    [].append(2)
    max(1, 2)
    print(end="")
    leaf(a=1)
    leaf(*[1])
    try:
        int("x")
    except ValueError:
        pass


print(monitoring.get_tool(TOOL))
monitoring.use_tool_id(TOOL, "test")
print(monitoring.get_tool(TOOL))

watch(loop, ["PY_START", "PY_RETURN"], 3)
watch(loop, ["LINE"], 3)
watch(loop, ["PY_START", "LINE", "PY_RETURN"], 2)
watch(generators, ["PY_START", "PY_RESUME", "PY_YIELD", "PY_RETURN", "PY_THROW", "PY_UNWIND"])
watch(raises, ["RAISE", "EXCEPTION_HANDLED", "RERAISE", "PY_UNWIND"])
watch(calls, ["CALL", "C_RETURN", "C_RAISE"])
watch(calls, ["CALL"])


# DISABLE, and everything anew.
def disabling(code, line):
    events.append(line - code.co_firstlineno)
    return monitoring.DISABLE


events.clear()
monitoring.register_callback(TOOL, E.LINE, disabling)
monitoring.set_local_events(TOOL, loop.__code__, E.LINE)
loop(3)
print(events)
loop(3)
print(events)
monitoring.restart_events()
loop(1)
print(events)
print(monitoring.get_local_events(TOOL, loop.__code__) == E.LINE, monitoring.get_events(TOOL))
monitoring.set_local_events(TOOL, loop.__code__, 0)
events.clear()
monitoring.restart_events()
loop(1)
print(events)


def refusing(code, offset, error):
    return monitoring.DISABLE


monitoring.register_callback(TOOL, E.RAISE, refusing)
monitoring.set_events(TOOL, E.RAISE)
try:
    leaf("a")
except ValueError as error:
    print(error)
except TypeError:
    print("TypeError")
monitoring.set_events(TOOL, 0)


# A callback that raises.
def bad(code, offset):
    if code is leaf.__code__:
        raise ZeroDivisionError("in a callback")


monitoring.register_callback(TOOL, E.PY_START, bad)
monitoring.set_events(TOOL, E.PY_START)
try:
    leaf(1)
except ZeroDivisionError as error:
    print("raised", error)
monitoring.set_events(TOOL, 0)
print(monitoring.register_callback(TOOL, E.PY_START, None) is bad)


# Two tools, and tracing beside them.
other = monitoring.PROFILER_ID
monitoring.use_tool_id(other, "other")
for tool in (TOOL, other):
    monitoring.register_callback(tool, E.PY_START, lambda code, offset, tool=tool: events.append((tool, code.co_name)))
    monitoring.set_events(tool, E.PY_START)


def tracer(frame, event, arg):
    events.append((event, frame.f_code.co_name))


events.clear()
sys.settrace(tracer)
leaf(1)
sys.settrace(None)
print([event for event in events if event[1] == "leaf"])
monitoring.free_tool_id(other)
monitoring.clear_tool_id(TOOL)
print(monitoring.get_tool(other), monitoring.get_tool(TOOL), monitoring.get_events(TOOL))


def refused(function, *args):
    try:
        print(function(*args))
    except (ValueError, TypeError) as error:
        print(type(error).__name__, error)


refused(monitoring.use_tool_id, TOOL, "again")
refused(monitoring.use_tool_id, 7, "seven")
refused(monitoring.use_tool_id, 3, 4)
refused(monitoring.set_events, 3, E.LINE)
refused(monitoring.set_events, TOOL, E.C_RETURN)
refused(monitoring.set_events, TOOL, 1 << 30)
refused(monitoring.set_local_events, TOOL, loop.__code__, E.RAISE)
refused(monitoring.set_local_events, TOOL, loop, E.LINE)
refused(monitoring.register_callback, TOOL, 3, None)
refused(monitoring.register_callback, TOOL, 1 << 25, None)
refused(monitoring.get_events, 3)
refused(monitoring.get_tool, 3)
monitoring.free_tool_id(TOOL)
