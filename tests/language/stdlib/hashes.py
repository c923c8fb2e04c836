"""`hashlib` and `hmac`: all algorithms, in parts, with keys, and what they refuse."""

import hashlib
import hmac

DATA = bytes(range(256)) * 5

for name in sorted(hashlib.algorithms_guaranteed):
    h = hashlib.new(name)
    for start in range(0, len(DATA), 100):
        h.update(DATA[start:start + 100])
    before = h.copy()
    h.update(b"more")
    length = (50,) if name.startswith("shake") else ()
    print(name, h.name, h.digest_size, h.block_size, h.hexdigest(*length))
    assert before.hexdigest(*length) == hashlib.new(name, DATA).hexdigest(*length)
    assert h.digest(*length).hex() == h.hexdigest(*length)
    assert getattr(hashlib, name)(DATA + b"more").hexdigest(*length) == h.hexdigest(*length)

print(hashlib.new("sha512_256", b"abc").hexdigest())
print(hashlib.new("SHA256", bytearray(b"abc")).hexdigest() == hashlib.sha256(memoryview(b"abc")).hexdigest())
print(hashlib.blake2b(b"data", digest_size=20, key=b"key", salt=b"salt", person=b"me").hexdigest())
print(hashlib.blake2s(b"data", fanout=2, depth=3, leaf_size=4, node_offset=5, node_depth=1, inner_size=32,
                      last_node=True).hexdigest())
print(hashlib.blake2b.MAX_DIGEST_SIZE, hashlib.blake2s.SALT_SIZE)

for algorithm in ("md5", "sha256", "sha3_256", hashlib.sha1, "blake2b"):
    for key in (b"", b"key", b"long" * 100):
        print(hmac.new(key, DATA, algorithm).hexdigest())
print(hmac.digest(b"key", b"message", "sha512").hex())
print(hmac.compare_digest(b"same", b"same"), hmac.compare_digest("same", "other"))
keyed = hmac.new(b"key", digestmod="sha1")
other = keyed.copy()
keyed.update(b"text")
print(keyed.name, keyed.digest_size, keyed.block_size, keyed.hexdigest(), other.hexdigest())
print(hashlib.pbkdf2_hmac("sha256", b"password", b"salt", 1000).hex())
print(hashlib.pbkdf2_hmac("md5", b"password", b"salt", 3, 40).hex())


def refused(call):
    try:
        call()
    except Exception as error:
        print(type(error).__name__, error)


refused(lambda: hashlib.new("nonsense"))
refused(lambda: hashlib.md5("text"))
refused(lambda: hashlib.sha1(5))
refused(lambda: hashlib.shake_128(b"").digest())
refused(lambda: hashlib.blake2b(digest_size=65))
refused(lambda: hashlib.blake2s(key=b"x" * 33))
refused(lambda: hashlib.blake2b(depth=0))
refused(lambda: hashlib.blake2b(leaf_size=2**32))
refused(lambda: hashlib.pbkdf2_hmac("md5", b"", b"", 0))
refused(lambda: hashlib.pbkdf2_hmac("md5", b"", b"", 1, 2**40))
refused(lambda: hmac.new("key", b"", "md5"))
