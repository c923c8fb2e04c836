# Huffman codes: a heap of tuples, a tree of tuples, bits in a big int, bytes in and out.


def push(heap, item):
    heap.append(item)
    i = len(heap) - 1
    while i and heap[i] < heap[(i - 1) // 2]:
        parent = (i - 1) // 2
        heap[i], heap[parent] = heap[parent], heap[i]
        i = parent


def pop(heap):
    heap[0], heap[-1] = heap[-1], heap[0]
    smallest = heap.pop()
    i = 0
    while True:
        children = [c for c in (2 * i + 1, 2 * i + 2) if c < len(heap)]
        if not children:
            return smallest
        child = min(children, key=lambda c: heap[c])
        if heap[i] <= heap[child]:
            return smallest
        heap[i], heap[child] = heap[child], heap[i]
        i = child


def code_table(data):
    counts = {}
    for byte in data:
        counts[byte] = counts.get(byte, 0) + 1
    heap = []
    for number, (byte, count) in enumerate(sorted(counts.items())):
        push(heap, (count, number, byte))
    number = len(counts)
    while len(heap) > 1:
        low, high = pop(heap), pop(heap)
        push(heap, (low[0] + high[0], number, (low[2], high[2])))
        number += 1
    table = {}

    def walk(node, prefix):
        if not isinstance(node, tuple):
            table[node] = prefix or "0"
        else:
            walk(node[0], prefix + "0")
            walk(node[1], prefix + "1")

    if heap:
        walk(heap[0][2], "")
    return table


def encode(data, table):
    bits = "1" + "".join(table[byte] for byte in data)
    number = int(bits, 2)
    return number.to_bytes((len(bits) + 7) // 8, "big")


def decode(encoded, table):
    bits = bin(int.from_bytes(encoded, "big"))[3:]
    reverse = {code: byte for byte, code in table.items()}
    out = []
    code = ""
    for bit in bits:
        code += bit
        if code in reverse:
            out.append(reverse[code])
            code = ""
    return bytes(out)


text = b"she sells sea shells by the sea shore; the shells she sells are sea shells for sure"
table = code_table(text)
for byte, code in sorted(table.items(), key=lambda item: (len(item[1]), item[0]))[:6]:
    print(chr(byte), code)
packed = encode(text, table)
print(len(text), len(packed), packed[:8].hex(), decode(packed, table) == text)
for sample in b"", b"a", b"aaaa", b"ab", bytes(range(256)) * 2:
    table = code_table(sample)
    packed = encode(sample, table)
    print(len(sample), len(packed), decode(packed, table) == sample, max(map(len, table.values()), default=0))
