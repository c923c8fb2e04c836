# A larger use of with: nested transactions that roll back.


class Store:
    def __init__(self):
        self.data = {}
        self.stack = []

    def transaction(self):
        return Transaction(self)


class Transaction:
    def __init__(self, store):
        self.store = store

    def __enter__(self):
        self.store.stack.append(dict(self.store.data))
        return self.store.data

    def __exit__(self, kind, value, trace):
        saved = self.store.stack.pop()
        if kind is None:
            return None
        self.store.data.clear()
        self.store.data.update(saved)
        return issubclass(kind, LookupError)


store = Store()
with store.transaction() as data:
    data["a"] = 1
print(store.data)

with store.transaction() as data:
    data["a"] = 2
    data["b"] = data["missing"]
print(store.data)

try:
    with store.transaction() as data:
        data["c"] = 3
        with store.transaction():
            data["d"] = 4
            raise ValueError("give up")
except ValueError as error:
    print(error, store.data, store.stack)

with store.transaction() as data:
    data["x"] = 1
    with store.transaction():
        data["y"] = 2
        raise KeyError
    data["z"] = 3
print(store.data)


def transfer(store, source, target, amount):
    with store.transaction() as accounts:
        accounts[source] -= amount
        if accounts[source] < 0:
            raise LookupError("no cover")
        accounts[target] = accounts.get(target, 0) + amount
        return True
    return False


store.data.update(ann=10)
print(transfer(store, "ann", "bob", 7), transfer(store, "ann", "bob", 7), store.data["ann"], store.data["bob"])
