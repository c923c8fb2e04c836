# Dicts in programs: counting, grouping, memoising, graphs, dispatch, inversion.


def count(text):
    counts = {}
    for c in text:
        counts[c] = counts.get(c, 0) + 1
    return counts


print(sorted(count("mississippi").items(), key=lambda item: (-item[1], item[0])))


def group(words):
    groups = {}
    for word in words:
        groups.setdefault(len(word), []).append(word)
    return {length: sorted(groups[length]) for length in sorted(groups)}


print(group("the quick brown fox jumps over the lazy dog".split()))
memo = {}


def ways(n, coins):
    if n == 0:
        return 1
    if n < 0 or not coins:
        return 0
    key = n, coins
    if key not in memo:
        memo[key] = ways(n - coins[0], coins) + ways(n, coins[1:])
    return memo[key]


print(ways(100, (50, 20, 10, 5, 2, 1)), len(memo) > 100)
graph = {"a": {"b": 7, "c": 3}, "b": {"d": 2}, "c": {"b": 1, "d": 8}, "d": {}}


def dijkstra(graph, start):
    distances = {start: 0}
    open_nodes = {start}
    while open_nodes:
        node = min(open_nodes, key=lambda n: (distances[n], n))
        open_nodes.remove(node)
        for neighbour, length in graph[node].items():
            distance = distances[node] + length
            if distance < distances.get(neighbour, float("inf")):
                distances[neighbour] = distance
                open_nodes.add(neighbour)
    return distances


print(dijkstra(graph, "a"))


def topological(graph):
    order, seen = [], set()

    def visit(node):
        if node not in seen:
            seen.add(node)
            for neighbour in graph[node]:
                visit(neighbour)
            order.insert(0, node)

    for node in sorted(graph):
        visit(node)
    return order


print(topological(graph))
handlers = {"add": lambda a, b: a + b, "neg": lambda a: -a, "const": lambda: 42}
for name, *arguments in ("add", 1, 2), ("neg", 5), ("const",), ("oops",):
    try:
        print(name, handlers[name](*arguments))
    except KeyError as error:
        print("no handler", error)


class LRU:
    def __init__(self, size):
        self.size = size
        self.items = {}

    def get(self, key):
        if key not in self.items:
            return None
        value = self.items.pop(key)
        self.items[key] = value
        return value

    def put(self, key, value):
        self.items.pop(key, None)
        self.items[key] = value
        if len(self.items) > self.size:
            del self.items[next(iter(self.items))]


cache = LRU(2)
cache.put("a", 1)
cache.put("b", 2)
print(cache.get("a"))
cache.put("c", 3)
print(cache.get("b"), cache.get("a"), list(cache.items))
nested = {}
for path in "a/b/c", "a/b/d", "e":
    node = nested
    for part in path.split("/"):
        node = node.setdefault(part, {})
print(nested)


def flatten(tree, prefix=""):
    for key, child in tree.items():
        yield prefix + key
        yield from flatten(child, prefix + key + ".")


print(list(flatten(nested)))
