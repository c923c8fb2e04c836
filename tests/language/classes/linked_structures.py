# Linked lists, trees and graphs made of instances, walked by loops and recursion.


class Node:
    def __init__(self, key, left=None, right=None):
        self.key = key
        self.left = left
        self.right = right


class Tree:
    def __init__(self, keys=()):
        self.root = None
        self.size = 0
        for key in keys:
            self.insert(key)

    def insert(self, key):
        if self.root is None:
            self.root = Node(key)
            self.size = 1
            return True
        node = self.root
        while True:
            if key == node.key:
                return False
            side = "left" if key < node.key else "right"
            child = getattr(node, side)
            if child is None:
                setattr(node, side, Node(key))
                self.size += 1
                return True
            node = child

    def __contains__(self, key):
        node = self.root
        while node is not None and node.key != key:
            node = node.left if key < node.key else node.right
        return node is not None

    def __iter__(self):
        def walk(node):
            if node is not None:
                yield from walk(node.left)
                yield node.key
                yield from walk(node.right)

        return walk(self.root)

    def __len__(self):
        return self.size

    def height(self):
        def measure(node):
            return 0 if node is None else 1 + max(measure(node.left), measure(node.right))

        return measure(self.root)


tree = Tree([50, 30, 70, 20, 40, 60, 80, 30])
print(list(tree), len(tree), tree.height(), 60 in tree, 65 in tree)

seed = 1
big = Tree()
for _ in range(500):
    seed = seed * 75 % 65537
    big.insert(seed)
print(len(big), big.height(), list(big)[:5], sorted(big) == list(big))


class Cell:
    def __init__(self, value, next=None):
        self.value = value
        self.next = next


def reverse(cell):
    result = None
    while cell:
        cell.next, result, cell = result, cell, cell.next
    return result


chain = None
for i in range(5):
    chain = Cell(i, chain)
chain = reverse(chain)
values = []
cell = chain
while cell is not None:
    values.append(cell.value)
    cell = cell.next
print(values)

# A cycle, walked with two pointers.
last = chain
while last.next:
    last = last.next
last.next = chain.next
slow = fast = chain
while True:
    slow = slow.next
    fast = fast.next.next
    if slow is fast:
        break
print("cycle found", slow.value)
