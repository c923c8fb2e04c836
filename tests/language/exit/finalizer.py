"""A finalizer, given to a class late, is all that notices the end of the program."""


class Node:
    pass


class Leaf(Node):
    pass


leaf = Leaf()
leaf.itself = leaf
setattr(Node, "__" + "del__", lambda self: print("gone", type(self).__name__))
print("end")
