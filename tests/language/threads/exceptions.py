# Exceptions in threads: reported on stderr, the rest goes on, exit code 0.

import threading


def fail(n):
    print("working", n)
    raise ValueError(f"in thread {n}")


t = threading.Thread(target=fail, args=(1,), name="failing")
t.start()
t.join()
print("main goes on", t.is_alive())
caught = []


def careful():
    try:
        fail(2)
    except ValueError as error:
        caught.append(str(error))


t = threading.Thread(target=careful)
t.start()
t.join()
print(caught)


def exits():
    raise SystemExit(3)


t = threading.Thread(target=exits)
t.start()
t.join()
print("SystemExit only ends its thread")
