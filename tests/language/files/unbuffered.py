# Files without a buffer: each read and each write is one system call, and blocks nobody else.
import os
import threading
import time

read, write = os.pipe()
source = open(read, 'rb', buffering=0)
os.write(write, b'some bytes')
print(source.read(4), source.read(100))
target = bytearray(8)
os.write(write, b'more')
print(source.readinto(target), target)

print('-- nothing is read ahead')
os.write(write, b'line\nrest')
print(source.readline(), os.read(read, 100))

print('-- not ready')
os.set_blocking(read, False)
print(source.read(1), source.readinto(target))
os.set_blocking(read, True)

print('-- the buffer is free while the call waits')
started = threading.Event()
result = []


def wait():
    started.set()
    result.append(source.readinto(target))


thread = threading.Thread(target=wait)
thread.start()
started.wait()
time.sleep(0.05)
print(len(target), bytes(target[:4]), result)
try:
    target.append(0)
except BufferError as error:
    print(error)
os.write(write, b'late')
thread.join()
print(result, target[:4])

print('-- writing')
sink = open(write, 'wb', buffering=0)
print(sink.write(b'at once'), os.read(read, 100))
os.set_blocking(write, False)
total = 0
while (n := sink.write(bytes(1 << 16))) is not None:
    total += n
print(total, n)
sink.close()
print(len(source.read()) == total, source.read(), source.read(5), source.readline())
source.close()
try:
    source.read(1)
except ValueError as error:
    print(error)
try:
    open(os.devnull, 'w', buffering=0)
except ValueError as error:
    print(error)
