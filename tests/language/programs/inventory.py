# Text commands over an object model: parsing, dispatch by name, undo, reports sorted and grouped.


class CommandError(Exception):
    pass


class Item:
    def __init__(self, name, price, tags=()):
        self.name = name
        self.price = price
        self.tags = set(tags)
        self.stock = 0

    def __eq__(self, other):
        return isinstance(other, Item) and self.name == other.name

    def __hash__(self):
        return hash(self.name)

    def __str__(self):
        tags = ",".join(sorted(self.tags)) or "-"
        return f"{self.name:<8}{self.price:>8.2f}{self.stock:>5d}  {tags}"


class Inventory:
    def __init__(self):
        self.items = {}
        self.undo_stack = []
        self.log = []

    def item(self, name):
        try:
            return self.items[name]
        except KeyError:
            raise CommandError(f"no item {name!r}") from None

    def do_add(self, name, price, *tags):
        """add NAME PRICE [TAG...]"""
        if name in self.items:
            raise CommandError(f"{name!r} exists")
        self.items[name] = Item(name, float(price), tags)
        self.undo_stack.append(lambda: self.items.pop(name))

    def do_buy(self, name, count):
        """buy NAME COUNT"""
        item, count = self.item(name), int(count)
        item.stock += count

        def undo():
            item.stock -= count

        self.undo_stack.append(undo)

    def do_sell(self, name, count="1"):
        """sell NAME [COUNT]"""
        item, count = self.item(name), int(count)
        if count > item.stock:
            raise CommandError(f"only {item.stock} of {name!r}")
        item.stock -= count
        self.undo_stack.append(lambda: setattr(item, "stock", item.stock + count))

    def do_tag(self, name, *tags):
        """tag NAME TAG..."""
        item = self.item(name)
        before = set(item.tags)
        item.tags ^= set(tags)
        self.undo_stack.append(lambda: item.__dict__.update(tags=before))

    def do_undo(self):
        """undo"""
        if not self.undo_stack:
            raise CommandError("nothing to undo")
        self.undo_stack.pop()()

    def do_report(self, order="name"):
        """report [name|value|tags]"""
        if order == "tags":
            groups = {}
            for item in self.items.values():
                for tag in item.tags or {"none"}:
                    groups.setdefault(tag, []).append(item)
            for tag in sorted(groups):
                print(f"  {tag}: {', '.join(sorted(i.name for i in groups[tag]))}")
            return
        keys = {"name": lambda i: i.name, "value": lambda i: (-i.price * i.stock, i.name)}
        if order not in keys:
            raise CommandError(f"cannot order by {order!r}")
        for item in sorted(self.items.values(), key=keys[order]):
            print(" ", item)
        print(f"  total {sum(i.price * i.stock for i in self.items.values()):,.2f}")

    def run(self, line):
        name, *arguments = line.split()
        command = getattr(self, "do_" + name, None)
        if command is None:
            raise CommandError(f"unknown command {name!r}")
        try:
            command(*arguments)
        except TypeError:
            raise CommandError(f"usage: {command.__doc__}") from None
        except ValueError as error:
            raise CommandError(f"bad number: {error}") from error


inventory = Inventory()
SCRIPT = """
add pen 1.5 office small
add lamp 39.99 office
add apple 0.4 food small
buy pen 100
buy lamp 3
buy apple 50
sell pen 30
sell apple
report
report value
sell lamp 4
sell ghost
fly away
add pen 2
add
buy pen many
undo
undo
report name
tag lamp small bright
report tags
undo
report tags
undo
undo
undo
undo
undo
undo
undo
undo
report
report colour
"""
for number, line in enumerate(SCRIPT.strip().splitlines(), 1):
    try:
        print(f"{number}> {line}")
        inventory.run(line)
    except CommandError as error:
        print(f"  error: {error}", "(because of a ValueError)" if error.__cause__ else "")
