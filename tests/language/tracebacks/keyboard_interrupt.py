# KeyboardInterrupt raised by the program ends it with the code a shell gives SIGINT.

print("before", flush=True)
raise KeyboardInterrupt
