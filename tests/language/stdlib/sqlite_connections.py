# sqlite3: connections, transactions, hooks, blobs, backups, threads.
import contextlib
import gc
import os
import sqlite3
import sys
import tempfile
import threading
import warnings


def attempt(what, *args, **kwargs):
    try:
        print(what(*args, **kwargs))
    except Exception as error:
        print(type(error).__name__, error)


@contextlib.contextmanager
def memory(**kwargs):
    con = sqlite3.connect(":memory:", **kwargs)
    try:
        yield con
    finally:
        con.close()


# Transactions as isolation_level says.
for level in (None, "", "DEFERRED", "immediate", "EXCLUSIVE"):
    with memory(isolation_level=level) as con:
        seen = []
        con.set_trace_callback(seen.append)
        con.execute("create table t(a)")
        con.execute("insert into t values (1)")
        con.execute("select a from t").fetchall()
        print(con.isolation_level, con.in_transaction, con.autocommit, seen)
        con.rollback()
        print(con.execute("select count(*) from t").fetchone())
attempt(sqlite3.connect, ":memory:", isolation_level="sometimes")
attempt(sqlite3.connect, ":memory:", isolation_level=5)

# Transactions as autocommit says.
for autocommit in (True, False, sqlite3.LEGACY_TRANSACTION_CONTROL):
    with memory(autocommit=autocommit) as con:
        seen = []
        con.set_trace_callback(seen.append)
        con.execute("create table t(a)")
        con.execute("insert into t values (1)")
        print(con.autocommit, con.in_transaction)
        con.commit()
        con.rollback()
        print(con.in_transaction, seen)
with memory() as con:
    con.autocommit = False
    print(con.in_transaction)
    con.autocommit = True
    print(con.in_transaction)
attempt(sqlite3.connect, ":memory:", autocommit=3)

# As context managers.
with memory() as con:
    con.execute("create table t(a unique)")
    with con as same:
        con.execute("insert into t values (1)")
    print(same is con, con.in_transaction)
    try:
        with con:
            con.execute("insert into t values (2)")
            con.execute("insert into t values (1)")
    except sqlite3.IntegrityError as error:
        print(error, error.sqlite_errorcode == sqlite3.SQLITE_CONSTRAINT_UNIQUE, error.sqlite_errorname)
    print(con.execute("select * from t").fetchall())

# Functions.
with memory() as con:
    con.create_function("double", 1, lambda x: x * 2, deterministic=True)
    con.create_function("count_all", -1, lambda *args: len(args))
    con.create_function("kinds", -1, lambda *args: ",".join(type(a).__name__ for a in args))
    print(con.execute("select double(4), double('ab'), count_all(), count_all(1, 2), kinds(1, 2.5, 'a', x'00', null)").fetchone())
    con.create_function("fails", 0, lambda: 1 / 0)
    attempt(con.execute, "select fails()")
    con.create_function("wrong", 0, lambda: [])
    attempt(con.execute, "select wrong()")
    con.create_function("large", 0, lambda: 2**70)
    attempt(con.execute, "select large()")
    attempt(con.execute, "select double(1, 2)")
    attempt(con.create_function, "x", -2, len)
    con.create_function("inner", 0, lambda: con.execute("select 'inside'").fetchone()[0])
    print(con.execute("select inner()").fetchone())

    class Mean:
        def __init__(self):
            self.values = []

        def step(self, value):
            self.values.append(value)

        def finalize(self):
            return sum(self.values) / len(self.values)

    con.create_aggregate("mean", 1, Mean)
    con.execute("create table t(k, v)")
    con.executemany("insert into t values (?, ?)", [("a", 1), ("a", 2), ("b", 5), ("b", 8), ("b", 2)])
    print(con.execute("select k, mean(v) from t group by k").fetchall())
    print(con.execute("select mean(v) from t where v > 100").fetchone())

    class Window:
        def __init__(self):
            self.total = 0

        def step(self, value):
            self.total += value

        def inverse(self, value):
            self.total -= value

        def value(self):
            return self.total

        finalize = value

    con.create_window_function("total_of", 1, Window)
    print(con.execute("select v, total_of(v) over (order by rowid rows between 1 preceding and 1 following) from t").fetchall())

    for method in ("__init__", "step", "finalize"):
        def broken(self, *args):
            raise ValueError(method)
        con.create_aggregate("broken", 1, type("Broken", (Mean,), {method: broken}))
        attempt(lambda: con.execute("select broken(v) from t").fetchone())
    con.create_aggregate("bare", 1, type("Bare", (), {}))
    attempt(lambda: con.execute("select bare(v) from t").fetchone())

    # Collations.
    con.create_collation("backwards", lambda a, b: (a < b) - (a > b))
    print(con.execute("select distinct k from t order by k collate backwards").fetchall())
    con.create_collation("backwards", None)
    attempt(con.execute, "select k from t order by k collate backwards")
    attempt(con.create_collation, "x", 5)

    # Tracebacks of callbacks.
    hooked = []
    sys.unraisablehook = lambda report: hooked.append((report.exc_type.__name__, report.err_msg.split(" <")[0]))
    sqlite3.enable_callback_tracebacks(True)
    attempt(con.execute, "select fails()")
    sqlite3.enable_callback_tracebacks(False)
    attempt(con.execute, "select fails()")
    sys.unraisablehook = sys.__unraisablehook__
    print(hooked)

    # Observers.
    asked = set()

    def authorize(action, first, second, schema, source):
        asked.add((action, first, second, schema, source))
        return sqlite3.SQLITE_DENY if second == "v" else sqlite3.SQLITE_OK

    con.set_authorizer(authorize)
    attempt(con.execute, "select v from t")
    print(con.execute("select k from t limit 1").fetchone())
    print((sqlite3.SQLITE_READ, "t", "v", "main", None) in asked)
    con.set_authorizer(None)
    print(con.execute("select v from t limit 1").fetchone())
    calls = []
    con.set_progress_handler(lambda: calls.append(1) and 0, 1)
    con.execute("select * from t").fetchall()
    print(len(calls) > 5)
    con.set_progress_handler(lambda: True, 1)
    attempt(lambda: con.execute("select * from t").fetchall())
    con.set_progress_handler(None, 1)
    seen = []
    con.set_trace_callback(seen.append)
    con.execute("select ? + ?", (1, "two"))
    con.set_trace_callback(None)
    con.execute("select 2")
    print(seen)

# Limits and options.
with memory() as con:
    before = con.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, 10)
    print(before > 10, con.getlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH))
    attempt(con.execute, "select 1 as long_name")
    attempt(con.getlimit, 1111)
    print(con.getconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_FKEY))
    con.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_FKEY)
    print(con.getconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_FKEY))
    attempt(con.getconfig, -1)

# Blobs.
with memory() as con:
    con.execute("create table b(data blob)")
    con.execute("insert into b values (zeroblob(10))")
    with con.blobopen("b", "data", 1) as blob:
        print(len(blob), blob.tell(), blob.read())
        blob.seek(2)
        blob.write(b"hello")
        blob[0] = 65
        blob[7:10] = b"xyz"
        blob[1:9:4] = b"!?"
        print(blob.tell(), blob[0], blob[-1], blob[2:7], blob[::3], blob[20:])
        blob.seek(-4, os.SEEK_END)
        print(blob.read(2), blob.read(), blob.read())
        attempt(blob.write, b"much too long")
        attempt(blob.seek, 11)
        attempt(lambda: blob[10])
        attempt(blob.__setitem__, 0, 256)
        attempt(blob.__setitem__, slice(0, 2), b"x")
        attempt(blob.__delitem__, 0)
    attempt(blob.read)
    print(con.execute("select data from b").fetchone())
    attempt(con.blobopen, "b", "nothing", 1)
    with con.blobopen("b", "data", 1, readonly=True) as blob:
        attempt(blob.write, b"x")

# Dumps, backups, whole databases.
with memory() as con, memory() as copy:
    con.executescript("create table t(a, b); insert into t values (1, 'it''s'), (null, x'00ff'); create view v as select a from t;")
    print(list(con.iterdump()))
    print(list(con.iterdump(filter="v")))
    steps = []
    con.backup(copy, pages=1, progress=lambda *args: steps.append(args))
    print(steps, copy.execute("select * from t").fetchall())
    attempt(con.backup, con)
    attempt(con.backup, copy, name="nowhere")
    data = con.serialize()
    print(data[:15], len(data) % 512)
    copy.execute("drop table t")
    copy.commit()
    copy.deserialize(data)
    print(copy.execute("select count(*) from t").fetchone())
    attempt(con.serialize, name="nowhere")

# Files.
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "a.db")
    with contextlib.closing(sqlite3.connect(path)) as con:
        con.execute("create table t(a)")
        con.execute("insert into t values (1)")
        con.commit()
        with contextlib.closing(sqlite3.connect(path, timeout=0.01)) as second:
            second.execute("insert into t values (2)")
            attempt(lambda: con.execute("select * from t").fetchall())
            con.execute("pragma busy_timeout = 1")
            attempt(con.execute, "insert into t values (3)")
            second.rollback()
            con.rollback()
        half = con.execute("select * from t union all select 2")
        next(half)
        del half
        gc.collect()
        with contextlib.closing(sqlite3.connect(path)) as second:
            second.execute("insert into t values (2)")
            second.commit()
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as con:
        print(con.execute("select * from t").fetchall())
        attempt(con.execute, "insert into t values (3)")
    attempt(sqlite3.connect, os.path.join(folder, "nowhere", "b.db"))

# Closed, not initialized, initialized again, derived.
con = sqlite3.connect(":memory:")
cur = con.execute("select 1")
con.close()
con.close()
attempt(cur.fetchone)
attempt(con.execute, "select 1")
attempt(con.commit)
attempt(lambda: con.in_transaction)
attempt(sqlite3.Connection.__new__(sqlite3.Connection).cursor)
attempt(sqlite3.Cursor.__new__(sqlite3.Cursor).execute, "select 1")


class Derived(sqlite3.Connection):
    def __init__(self, name, **kwargs):
        super().__init__(name, **kwargs)
        self.extra = "extra"

    def cursor(self, factory=None):
        return super().cursor(factory or DerivedCursor)


class DerivedCursor(sqlite3.Cursor):
    def execute(self, *args):
        self.executed = args
        return super().execute(*args)


with contextlib.closing(sqlite3.connect(":memory:", factory=Derived)) as con:
    cur = con.cursor().execute("select ?", (5,))
    print(type(con.execute("select 1")).__name__)
    print(type(con).__name__, con.extra, type(cur).__name__, cur.executed, cur.fetchone(), cur.connection is con)
    attempt(sqlite3.Connection.cursor, con, lambda con: 5)
    con.__init__(":memory:")
    print(con.execute("select 6").fetchone())
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    con = sqlite3.connect(":memory:", 5.0)
    con.create_function(name="f", narg=0, func=lambda: 1)
    del con
    gc.collect()
    for warning in caught:
        print(warning.category.__name__, str(warning.message).split(" at 0x")[0])

# Threads.
con = sqlite3.connect(":memory:")
errors = []


def elsewhere():
    for use in (con.cursor, con.commit, lambda: con.execute("select 1"), con.close):
        try:
            use()
        except sqlite3.ProgrammingError as error:
            errors.append(str(error)[:70])


thread = threading.Thread(target=elsewhere)
thread.start()
thread.join()
print(errors)
con.close()
con = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
con.execute("create table t(a)")
lock = threading.Lock()


def work(number):
    for i in range(200):
        with lock:
            con.execute("insert into t values (? + ?)", (number, i))
            con.execute("select a from t limit 5").fetchall()


threads = [threading.Thread(target=work, args=(n * 1000,)) for n in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(con.execute("select count(*), sum(a), min(a), max(a) from t").fetchone())
con.create_function("stop", 0, lambda: con.interrupt())
attempt(lambda: con.execute("with recursive n(i) as (select 1 union all select i + 1 from n) select stop() from n").fetchall())
con.close()
print(sqlite3.threadsafety, sqlite3.apilevel, sqlite3.paramstyle)
