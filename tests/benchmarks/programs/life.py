"""Comprehensions and nested lists: Conway's game of life on a torus."""

import sys


def start(size):
    seed = 12345
    board = []
    for _ in range(size):
        row = []
        for _ in range(size):
            seed = (seed * 69069 + 1) & 0xFFFFFFFF
            row.append(1 if (seed >> 16) % 3 == 0 else 0)
        board.append(row)
    return board


def next_row(above, row, below):
    n = len(row)
    sums = [a + b + c for a, b, c in zip(above, row, below)]
    result = []
    for x in range(n):
        around = sums[x - 1] + sums[x] + sums[(x + 1) % n] - row[x]
        result.append(1 if around == 3 or (around == 2 and row[x]) else 0)
    return result


def generation(board):
    n = len(board)
    return [next_row(board[y - 1], board[y], board[(y + 1) % n]) for y in range(n)]


def main():
    generations = int(sys.argv[1]) if len(sys.argv) > 1 else 350
    board = start(120)
    seen = [sum(map(sum, board))]
    for _ in range(generations):
        board = generation(board)
        seen.append(sum(sum(row) for row in board))
    print("life", generations, seen[0], seen[-1], max(seen), min(seen))
    print("".join(".#"[cell] for cell in board[60][:60]))


if __name__ == "__main__":
    main()
