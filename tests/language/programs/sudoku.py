# Constraint search: sets of candidates, recursion with copies, generators of units.

PUZZLE = """
53..7....
6..195...
.98....6.
8...6...3
4..8.3..1
7...2...6
.6....28.
...419..5
....8..79
"""

cells = [(row, column) for row in range(9) for column in range(9)]


def units():
    for i in range(9):
        yield [(i, j) for j in range(9)]
        yield [(j, i) for j in range(9)]
        yield [(i // 3 * 3 + j // 3, i % 3 * 3 + j % 3) for j in range(9)]


UNITS = list(units())
PEERS = {cell: {other for unit in UNITS if cell in unit for other in unit} - {cell} for cell in cells}


def parse(text):
    digits = [c for c in text if c in ".123456789"]
    grid = {cell: set("123456789") for cell in cells}
    for cell, digit in zip(cells, digits):
        if digit != "." and not assign(grid, cell, digit):
            return None
    return grid


def assign(grid, cell, digit):
    return all(eliminate(grid, cell, other) for other in grid[cell] - {digit})


def eliminate(grid, cell, digit):
    if digit not in grid[cell]:
        return True
    grid[cell] = grid[cell] - {digit}
    if not grid[cell]:
        return False
    if len(grid[cell]) == 1:
        (only,) = grid[cell]
        if not all(eliminate(grid, peer, only) for peer in PEERS[cell]):
            return False
    for unit in UNITS:
        if cell in unit:
            places = [other for other in unit if digit in grid[other]]
            if not places:
                return False
            if len(places) == 1 and len(grid[places[0]]) > 1 and not assign(grid, places[0], digit):
                return False
    return True


def search(grid):
    if grid is None:
        return None
    open_cells = [cell for cell in cells if len(grid[cell]) > 1]
    if not open_cells:
        return grid
    cell = min(open_cells, key=lambda c: (len(grid[c]), c))
    for digit in sorted(grid[cell]):
        copy = dict(grid)
        if assign(copy, cell, digit) and (solution := search(copy)):
            return solution
    return None


def show(grid):
    for row in range(9):
        print("".join(next(iter(grid[row, column])) for column in range(9)))


print(len(PEERS[0, 0]), len(UNITS))
solution = search(parse(PUZZLE))
show(solution)
print(all({next(iter(solution[c])) for c in unit} == set("123456789") for unit in UNITS))
print(search(parse("55" + "." * 79)))
hard = "4.....8.5.3..........7......2.....6.....8.4......1.......6.3.7.5..2.....1.4......"
solved = search(parse(hard))
print("".join(next(iter(solved[cell])) for cell in cells))
