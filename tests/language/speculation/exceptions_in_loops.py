# Hot loops left, entered and resumed by exceptions; values of variables at that moment.


def sum_until(items, limit):
    total = 0
    i = -1
    try:
        for i, item in enumerate(items):
            total += item
            if total > limit:
                raise OverflowError(total)
    except OverflowError as error:
        return "stopped", i, total, error.args
    except TypeError as error:
        return "type", i, total, str(error)
    return "all", i, total


print(sum_until(range(10), 100), sum_until(range(100), 100), sum_until([1, 2, "x", 4], 100), sum_until([], 0), sum_until([2**61, 2**61, 1], 2**70))


def divide_all(items, divisors):
    results = []
    for a in items:
        for d in divisors:
            try:
                results.append(a // d)
            except ZeroDivisionError:
                results.append(None)
                continue
            finally:
                results.append("|")
    return results


print(divide_all([10, 7], [2, 0, 3]))


def index_loop(items, n):
    found = 0
    for i in range(n):
        try:
            found += items[i]
        except IndexError:
            found -= 1
        except KeyError as error:
            found += error.args[0] * 100
    return found


print(index_loop([1, 2, 3], 6), index_loop({0: 5, 2: 7}, 4), index_loop((1,), 3))


def unwind(depth, at):
    local = [depth]
    try:
        if depth == at:
            raise ValueError(depth)
        return unwind(depth + 1, at) + local
    except ValueError:
        if depth % 3:
            raise
        return local + ["caught"]


print(unwind(0, 8), unwind(0, 0))


def float_loop(n):
    x = 1.0
    steps = 0
    try:
        while True:
            x = x * 10.0 ** n
            steps += 1
            if x == float("inf"):
                return "inf", steps
    except OverflowError as error:
        return type(error).__name__, steps, x


print(float_loop(100), float_loop(400))


def nested_loops(n):
    log = []
    for i in range(n):
        try:
            for j in range(n):
                if j > i:
                    break
                if (i + j) % 4 == 3:
                    raise KeyError((i, j))
                log.append(i * 10 + j)
            else:
                log.append("whole")
        except KeyError as error:
            log.append(error.args[0])
    return log


print(nested_loops(5))


def attribute_errors(objects):
    hits = misses = 0
    for o in objects:
        try:
            hits += o.real
        except AttributeError:
            misses += 1
    return hits, misses


print(attribute_errors([1, "a", 2.5, None, True, []]))


class Stop(Exception):
    pass


def search(grid, wanted):
    try:
        for y, row in enumerate(grid):
            for x, cell in enumerate(row):
                if cell == wanted:
                    raise Stop
    except Stop:
        return x, y
    return None


print(search([[1, 2], [3, 4]], 4), search([[1]], 9))


def retry(action, times):
    for attempt in range(times):
        try:
            return action(attempt), attempt
        except ValueError as error:
            last = error
    raise RuntimeError("gave up") from last


def flaky(attempt):
    if attempt < 3:
        raise ValueError(attempt)
    return "done"


print(retry(flaky, 5))
try:
    retry(flaky, 2)
except RuntimeError as error:
    print(error, repr(error.__cause__))
