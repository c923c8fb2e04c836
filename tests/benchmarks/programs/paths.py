"""Tuples in a binary heap kept in a list: shortest paths over a road grid."""

import sys


def push(heap, item):
    heap.append(item)
    i = len(heap) - 1
    while i > 0:
        parent = (i - 1) >> 1
        if heap[parent] <= item:
            break
        heap[i] = heap[parent]
        i = parent
    heap[i] = item


def pop(heap):
    last = heap.pop()
    if not heap:
        return last
    first = heap[0]
    n = len(heap)
    i = 0
    while True:
        child = 2 * i + 1
        if child >= n:
            break
        if child + 1 < n and heap[child + 1] < heap[child]:
            child += 1
        if last <= heap[child]:
            break
        heap[i] = heap[child]
        i = child
    heap[i] = last
    return first


def make_roads(size):
    seed = 99
    roads = {}
    for y in range(size):
        for x in range(size):
            here = y * size + x
            edges = []
            for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                if 0 <= x + dx < size and 0 <= y + dy < size:
                    seed = (seed * 214013 + 2531011) % 4294967296
                    edges.append((here + dy * size + dx, 1 + (seed >> 16) % 50))
            roads[here] = edges
    return roads


def shortest(roads, source):
    distance = {source: 0}
    heap = [(0, source)]
    while heap:
        far, here = pop(heap)
        if far > distance[here]:
            continue
        for there, length in roads[here]:
            reach = far + length
            if there not in distance or reach < distance[there]:
                distance[there] = reach
                push(heap, (reach, there))
    return distance


def main():
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 370
    roads = make_roads(size)
    distance = shortest(roads, 0)
    for here, edges in roads.items():
        for there, length in edges:
            if distance[there] > distance[here] + length:
                raise ValueError("a shorter path was missed")
    print("paths", size, distance[size * size - 1], max(distance.values()))


if __name__ == "__main__":
    main()
