print("cycle_b starts")
import cycle_a

NAME = "b"
print("sees NAME:", hasattr(cycle_a, "NAME"))


def late():
    return cycle_a.NAME


print("cycle_b ends")
