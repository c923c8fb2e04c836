"""A file that nobody closed is flushed when the program ends, even if a cycle keeps it."""

file = open("/dev/stdout", "w")
file.write("written at the end\n")


class Holder:
    pass


holder = Holder()
holder.me = holder
holder.file = file
