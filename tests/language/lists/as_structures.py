# Lists as stacks, queues, matrices, heaps and tables.

stack = []
for token in "3 4 + 2 * 7 -".split():
    if token.isdigit():
        stack.append(int(token))
    else:
        b, a = stack.pop(), stack.pop()
        stack.append({"+": a + b, "-": a - b, "*": a * b}[token])
print(stack)


def transpose(m):
    return [list(row) for row in zip(*m)]


def multiply(a, b):
    return [[sum(x * y for x, y in zip(row, column)) for column in zip(*b)] for row in a]


print(transpose([[1, 2, 3], [4, 5, 6]]), multiply([[1, 2], [3, 4]], [[5, 6], [7, 8]]))


def determinant(m):
    if len(m) == 1:
        return m[0][0]
    return sum((-1) ** j * m[0][j] * determinant([row[:j] + row[j + 1 :] for row in m[1:]]) for j in range(len(m)))


print(determinant([[2, 0, 1], [1, 3, 2], [1, 1, 4]]))


def sift(heap, i, n):
    while 2 * i + 1 < n:
        child = 2 * i + 1
        if child + 1 < n and heap[child + 1] > heap[child]:
            child += 1
        if heap[i] >= heap[child]:
            return
        heap[i], heap[child] = heap[child], heap[i]
        i = child


def heap_sort(items):
    items = items[:]
    n = len(items)
    for i in reversed(range(n // 2)):
        sift(items, i, n)
    for end in range(n - 1, 0, -1):
        items[0], items[end] = items[end], items[0]
        sift(items, 0, end)
    return items


print(heap_sort([5, 3, 9, 1, 5, 0, -2]))


def merge_sort(items):
    if len(items) < 2:
        return items
    middle = len(items) // 2
    left, right = merge_sort(items[:middle]), merge_sort(items[middle:])
    merged = []
    while left and right:
        merged.append(left.pop(0) if left[0] <= right[0] else right.pop(0))
    return merged + left + right


print(merge_sort([4, 2, 8, 1, 9, 3]))


def bfs(maze):
    grid = [list(row) for row in maze]
    queue = [(0, 0, 0)]
    while queue:
        x, y, steps = queue.pop(0)
        if not (0 <= y < len(grid) and 0 <= x < len(grid[0])) or grid[y][x] != ".":
            continue
        if (x, y) == (len(grid[0]) - 1, len(grid) - 1):
            return steps
        grid[y][x] = str(steps % 10)
        for dx, dy in ((1, 0), (0, 1), (-1, 0), (0, -1)):
            queue.append((x + dx, y + dy, steps + 1))
    return None


print(bfs(["..#.", ".#..", "....", "##.."]), bfs([".#", "#."]))


def pascal(n):
    rows = [[1]]
    while len(rows) < n:
        last = rows[-1]
        rows.append([1] + [a + b for a, b in zip(last, last[1:])] + [1])
    return rows


print(pascal(6))


def subsets(items):
    if not items:
        return [[]]
    rest = subsets(items[1:])
    return rest + [[items[0]] + subset for subset in rest]


print(subsets([1, 2, 3]))
grid = [["."] * 5 for _ in range(3)]
grid[1][2] = "#"
print("\n".join("".join(row) for row in grid))
chunks = [list(range(10))[i : i + 3] for i in range(0, 10, 3)]
print(chunks, sum(chunks, []), [x for chunk in chunks for x in chunk if x % 2])
