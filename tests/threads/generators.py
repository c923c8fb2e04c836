"""Generators shared between threads: each step happens once, whichever thread takes it, and two at a time are refused."""

from common.hammer import Random, check, hammer

closed = []


def count(owner):
    """Numbers its steps; what it is sent it gives back with the next one."""
    step = 0
    kept = [owner]
    try:
        while True:
            kept.append(step)
            if len(kept) > 20:
                kept = [owner]
            # The same list is in the generator and with whoever took the step.
            got = yield step, kept
            if got is not None:
                kept.append(got)
            step += 1
    finally:
        closed.append(owner)


def outer(owner):
    """Delegates to generators that end, again and again."""
    while True:
        for _ in range(3):
            yield owner
        result = yield from inner(owner)
        check(result == owner, "result", result)


def inner(owner):
    for n in range(5):
        try:
            yield [owner, n]
        except LookupError as error:
            yield ("caught", error.args[0])
    return owner


slots = [count(-1) for _ in range(4)]
nested = [outer(-1) for _ in range(4)]
taken = {}


def guarded(call, *args):
    """The result of a step; none if another thread is taking one, or the generator is at its beginning or end."""
    try:
        return call(*args)
    except ValueError as error:
        check(str(error) == "generator already executing", str(error))
    except TypeError as error:
        check("just-started" in str(error), str(error))
    except StopIteration:
        pass
    return None


def work(index, running):
    random = Random(index + 1)
    made = 0
    while running():
        for _ in range(100):
            place = random.below(4)
            action = random.below(12)
            generator = slots[place]
            if action < 6:
                result = guarded(next, generator)
            elif action < 8:
                result = guarded(generator.send, [index, "sent"])
            elif action == 8:
                slots[place] = count((index, made))
                made += 1
                guarded(generator.close)
                result = None
            elif action == 9:
                delegating = nested[place]
                result = guarded(next, delegating)
                if type(result) is list:
                    check(len(result) == 2 and 0 <= result[1] < 5, "inner", result)
                inner_now = delegating.gi_yieldfrom
                check(inner_now is None or inner_now.gi_code.co_name == "inner", "delegate")
                result = None
            elif action == 10:
                try:
                    guarded(nested[place].throw, LookupError(index))
                except LookupError:
                    nested[place] = outer(index)
                result = None
            else:
                check(generator.gi_running in (True, False), "running")
                result = None
            if result is None:
                continue
            step, kept = result
            kept.append(index)
            if type(kept[0]) is tuple:
                token = [index]
                check(taken.setdefault((kept[0], step), token) is token, "twice", kept[0], step)
        if len(taken) > 50000:
            taken.clear()
    return made


made = sum(hammer(work))
for generator in slots:
    generator.close()
ended = {}
for owner in closed:
    ended[owner] = ended.get(owner, 0) + 1
check(all(times == 1 for owner, times in ended.items() if owner != -1), "closed twice")
check(made > 0, "nothing happened")
print("generators: each step taken once")
