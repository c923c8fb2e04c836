# Sockets on this machine: pairs, connections, names, time limits, selecting.
import errno
import select
import selectors
import socket
import threading

left, right = socket.socketpair()
left.sendall(b'over the pair')
print(right.recv(100), right.type == socket.SOCK_STREAM, right.family == socket.AF_UNIX)
buffer = bytearray(4)
left.send(b'more')
print(right.recv_into(buffer), buffer)
print(select.select([right], [left], [], 0) == ([], [left], []))
left.send(b'x')
print(select.select([right], [], [], 5) == ([right], [], []))
poll = select.poll()
poll.register(right, select.POLLIN)
print(poll.poll(1000) == [(right.fileno(), select.POLLIN)])
with selectors.DefaultSelector() as selector:
    selector.register(right, selectors.EVENT_READ, 'data')
    print([(key.data, events) for key, events in selector.select(5)])
right.setblocking(False)
print(right.recv(9), right.getblocking())
try:
    right.recv(9)
except BlockingIOError as problem:
    print(problem.errno == errno.EAGAIN)
right.settimeout(0.01)
try:
    right.recv(9)
except TimeoutError as problem:
    print(problem, right.gettimeout())
left.close()
right.settimeout(None)
print(right.recv(9), left.fileno())
right.close()

server = socket.create_server(('127.0.0.1', 0))
host, port = server.getsockname()


def serve():
    connection, address = server.accept()
    with connection, connection.makefile('rwb') as file:
        for line in file:
            file.write(line.upper())
            file.flush()


thread = threading.Thread(target=serve)
thread.start()
with socket.create_connection(('localhost', port), timeout=10) as client:
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    print(client.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0, client.getpeername() == (host, port))
    client.sendall(b'shout\n')
    print(client.recv(100))
    client.shutdown(socket.SHUT_WR)
thread.join()
server.close()
try:
    socket.create_connection((host, port), timeout=10)
except ConnectionRefusedError as problem:
    print(problem)

datagrams = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)]
for end in datagrams:
    end.bind(('127.0.0.1', 0))
datagrams[0].sendto(b'packet', datagrams[1].getsockname())
data, sender = datagrams[1].recvfrom(100)
print(data, sender == datagrams[0].getsockname())
for end in datagrams:
    end.close()

print(socket.inet_aton('127.1'), socket.inet_ntoa(b'\x01\x02\x03\x04'), socket.inet_pton(socket.AF_INET6, '::1'))
print(socket.htons(1), socket.ntohl(0x01020304))
print(socket.getaddrinfo('127.0.0.1', 80, type=socket.SOCK_STREAM)[0][3:])
for call in (lambda: socket.inet_aton('x'), lambda: socket.htons(-1), lambda: socket.htons(1 << 16),
             lambda: socket.socket().bind('nowhere'), lambda: socket.socket().bind(('127.0.0.1', 1 << 16))):
    try:
        call()
    except (OSError, OverflowError, TypeError, ValueError) as problem:
        print(type(problem).__name__, problem)
