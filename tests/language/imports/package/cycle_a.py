print("cycle_a starts")
import cycle_b

NAME = "a"


def names():
    return NAME + cycle_b.NAME + cycle_b.late()


print("cycle_a ends")
