# Accounts, transactions and reports: custom exceptions, context managers, properties, formatting.


class BankError(Exception):
    """Anything that the bank refuses."""


class InsufficientFunds(BankError):
    def __init__(self, account, amount):
        super().__init__(f"{account.owner} has {account.balance:.2f}, needs {amount:.2f}")
        self.missing = amount - account.balance


class Account:
    fee = 0

    def __init__(self, owner, balance=0):
        self.owner = owner
        self._balance = balance
        self.history = []

    @property
    def balance(self):
        return self._balance

    @balance.setter
    def balance(self, value):
        self.history.append(value - self._balance)
        self._balance = value

    def withdraw(self, amount):
        if amount <= 0:
            raise ValueError(f"bad amount {amount!r}")
        total = amount + self.fee
        if total > self.available():
            raise InsufficientFunds(self, total)
        self.balance -= total
        return amount

    def deposit(self, amount):
        if amount <= 0:
            raise ValueError(f"bad amount {amount!r}")
        self.balance += amount

    def available(self):
        return self.balance

    def __repr__(self):
        return f"{type(self).__name__}({self.owner!r}, {self.balance})"


class Overdraft(Account):
    fee = 1

    def __init__(self, owner, balance=0, limit=100):
        super().__init__(owner, balance)
        self.limit = limit

    def available(self):
        return super().available() + self.limit


class Savings(Account):
    rate = 0.05

    def month(self):
        self.deposit(round(self.balance * self.rate / 12, 2))


class Transaction:
    """Undoes what happened to the accounts if the block fails."""

    def __init__(self, *accounts):
        self.accounts = accounts

    def __enter__(self):
        self.saved = [(account, account.balance, len(account.history)) for account in self.accounts]
        return self

    def __exit__(self, kind, error, trace):
        if kind is not None:
            for account, balance, length in self.saved:
                account._balance = balance
                del account.history[length:]
            print("rolled back:", error)
        return kind is not None and issubclass(kind, BankError)


def transfer(source, target, amount):
    with Transaction(source, target):
        target.deposit(amount)
        source.withdraw(amount)
        return True
    return False


ann, bob, cid = Account("Ann", 100), Overdraft("Bob", 50), Savings("Cid", 1000)
print(transfer(ann, bob, 30), transfer(ann, bob, 300), transfer(bob, ann, 150), transfer(bob, cid, 1000))
try:
    transfer(ann, bob, -5)
except ValueError as error:
    print("refused:", error)
cid.month()
cid.month()
print(ann, bob, cid)
try:
    ann.withdraw(10_000)
except InsufficientFunds as error:
    print(f"missing {error.missing:,.2f}", isinstance(error, BankError))
for account in sorted((ann, bob, cid), key=lambda a: -a.balance):
    print(f"{account.owner:<5}|{account.balance:>10,.2f}|{len(account.history):3}|", account.history)
print(sum(a.balance for a in (ann, bob, cid)) == 1150 - bob.fee + sum(cid.history))
