"""What benchmarks share that measure themselves: entries by name, each measured in a child of its own."""

import os
import sys

ENTRIES = {}


def entry(function):
    """Makes a function an entry of its name."""
    ENTRIES[function.__name__] = function
    return function


def arguments(parser):
    """Reads the command line, with the entries that it chooses; lists them instead if it says so."""
    parser.add_argument("--list", action="store_true", help="name the entries")
    parser.add_argument("entries", nargs="*", metavar="ENTRY")
    args = parser.parse_args()
    unknown = set(args.entries) - ENTRIES.keys()
    if unknown:
        parser.error(f"no such entry: {', '.join(sorted(unknown))}")
    if args.list:
        print(*ENTRIES, sep="\n")
        sys.exit()
    args.entries = args.entries or list(ENTRIES)
    return args


def in_child(measure, name, *args):
    """What `measure` of the entry gives, a list of floats, in a process that has made and freed nothing before."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        numbers = measure(ENTRIES[name], *args)
        os.write(writing, " ".join(map(repr, numbers)).encode())
        os._exit(0)
    os.close(writing)
    with open(reading) as answer:
        text = answer.read()
    _, status = os.waitpid(child, 0)
    if status:
        sys.exit(f"{name} failed")
    return [float(number) for number in text.split()]
