# sqlite3: statements, parameters, rows, types, cursors.
import datetime
import sqlite3
import warnings


def attempt(what, *args, **kwargs):
    try:
        print(what(*args, **kwargs))
    except Exception as error:
        print(type(error).__name__, error)


con = sqlite3.connect(":memory:")
cur = con.cursor()
print(cur.description, cur.rowcount, cur.lastrowid, cur.arraysize, cur.fetchone(), cur.fetchall())
cur.execute("create table item(id integer primary key, name text, price real, data blob)")
print(cur.description, cur.rowcount, cur.lastrowid)
cur.execute("insert into item(name, price, data) values (?, ?, ?)", ("pen", 1.5, b"\0\1"))
print(cur.rowcount, cur.lastrowid, con.in_transaction)
cur.executemany("insert into item(name, price) values (:name, :price)",
                ({"name": n, "price": len(n)} for n in ("ink", "paper", "clip")))
print(cur.rowcount, cur.lastrowid)
print(cur.execute("select * from item order by id").fetchall())
print([column[0] for column in cur.description], len(cur.description[0]), cur.rowcount)
print(cur.execute("update item set price = price * 2 where id > 2").rowcount, con.total_changes)
con.commit()
print(con.in_transaction)

# Values in and out.
values = [None, 0, -1, 2**63 - 1, -2**63, 1.5, float("inf"), "", "é\0ü", b"", b"bytes", bytearray(b"array"),
          memoryview(b"view"), True]
for value in values:
    (back,) = con.execute("select ?", (value,)).fetchone()
    print(type(value).__name__, repr(back), con.execute("select typeof(?)", (value,)).fetchone())
print(con.execute("select ?", (float("nan"),)).fetchone())
attempt(con.execute, "select ?", (2**63,))
attempt(con.execute, "select ?", (1j,))
attempt(con.execute, "select ?", ("\ud800",))

# Parameters.
attempt(con.execute, "select ?", ())
attempt(con.execute, "select ?", {})
attempt(con.execute, "select :a", {"b": 1})
attempt(con.execute, "select :a", (1,))
attempt(con.execute, "select ?", 5)
print(con.execute("select ?2, ?1", (1, 2)).fetchone())
print(con.execute("select :a, :b, :a", {"a": 1, "b": 2}).fetchone())
print(con.execute("select ?, ?", "ab").fetchone())


class Default(dict):
    def __missing__(self, key):
        return key.upper()


print(con.execute("select :x, $y, @z", Default(y=3)).fetchone())


class Sequence:
    def __len__(self):
        return 2

    def __getitem__(self, index):
        return index * 10


print(con.execute("select ?, ?", Sequence()).fetchone())

# Statements.
attempt(con.execute, "select 1; select 2")
attempt(con.execute, "select nothing")
attempt(con.execute, "selekt")
attempt(con.execute, "select '\0'")
attempt(con.executemany, "select 1", [()])
attempt(con.execute, 5)
print(con.execute("select 1; -- comment").fetchall(), con.execute("").fetchall(), con.execute(" /* */ ").fetchone())
con.executescript("""
    create table t(a); insert into t values (1); -- comment
    insert into t values (2); /* another */
""")
print(con.execute("select a from t").fetchall())
attempt(con.executescript, "insert into t values (3); bad; insert into t values (4)")
print(con.execute("select a from t").fetchall())
print(sqlite3.complete_statement("select 1"), sqlite3.complete_statement("select 1;"))

# Cursors.
cur = con.execute("select a from t")
print(next(cur), next(cur), next(cur), next(cur, "over"))
print(list(con.execute("select a from t where a > 1")))
cur.execute("select a from t")
print(cur.fetchmany(), cur.fetchmany(5), cur.fetchmany())
cur.arraysize = 2
print(cur.execute("select a from t").fetchmany(size=0), cur.fetchmany(), cur.arraysize)
cur.close()
attempt(cur.fetchone)
attempt(cur.execute, "select 1")
cur = con.cursor()
con.create_function("again", 0, lambda: cur.execute("select 1"))
attempt(lambda: cur.execute("select again()"))
print(con.execute("insert into t values (9) returning a, a + 1").fetchall())
many = [con.execute("select a from t") for _ in range(3)]
print([[next(c) for c in many] for _ in range(2)])

# Rows.
con.row_factory = sqlite3.Row
row = con.execute("select 1 as a, 'two' as Bee, x'03' as c").fetchone()
print(row.keys(), len(row), tuple(row), row["a"], row["bEE"], row[2], row[-1], row[0:2], "a" in row.keys())
attempt(lambda: row["d"])
attempt(lambda: row[3])
attempt(lambda: row[1.0])
same = con.execute("select 1 as a, 'two' as Bee, x'03' as c").fetchone()
other = con.execute("select 1 as x, 'two' as Bee, x'03' as c").fetchone()
print(row == same, row != same, hash(row) == hash(same), row == other, row == tuple(row))
print(dict(row), {**row}, [*row], reversed(tuple(row)).__next__())
con.row_factory = lambda cursor, row: {c[0]: v for c, v in zip(cursor.description, row)}
print(con.execute("select 1 as a, 2 as b").fetchone())
con.row_factory = None

# Texts.
for factory in (bytes, bytearray, lambda data: data.decode("latin-1").upper()):
    con.text_factory = factory
    print(con.execute("select 'text', 5").fetchone())
con.text_factory = str
attempt(con.execute("select cast(x'61ff62' as text) as bad").fetchone)
con.text_factory = lambda data: data.decode(errors="replace")
print(con.execute("select cast(x'61ff62' as text) as bad").fetchone())
con.text_factory = str
con.close()


# Adapters and converters.
class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __repr__(self):
        return f"Point({self.x}, {self.y})"


class Conforming:
    def __conform__(self, protocol):
        if protocol is sqlite3.PrepareProtocol:
            return "conforming"


sqlite3.register_adapter(Point, lambda point: f"{point.x};{point.y}")
sqlite3.register_converter("point", lambda text: Point(*map(int, text.split(b";"))))
con = sqlite3.connect(":memory:", detect_types=sqlite3.PARSE_DECLTYPES | sqlite3.PARSE_COLNAMES)
con.execute("create table p(at point, n number(10), plain text)")
con.execute("insert into p values (?, ?, ?)", (Point(1, 2), 5, Conforming()))
con.execute("insert into p values (null, 6, 'x')")
print(con.execute("select * from p").fetchall())
cur = con.execute("""select at as "at [point]", '3;4' as "named [point]", plain as "p [none]" from p""")
print(cur.fetchall(), [column[0] for column in cur.description])
print(sqlite3.adapt(Point(5, 6)), sqlite3.adapt(1, sqlite3.PrepareProtocol, "other"))
attempt(sqlite3.adapt, object())
attempt(con.execute, "select ?", (object(),))


def failing(text):
    raise KeyError(text)


sqlite3.register_converter("failing", failing)
attempt(con.execute('select 1 as "x [failing]"').fetchone)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    con.execute("create table d(day date, at timestamp)")
    con.execute("insert into d values (?, ?)", (datetime.date(2025, 1, 2), datetime.datetime(2025, 1, 2, 3, 4, 5, 6)))
    print(con.execute("select * from d").fetchall())
    print([str(w.message).split(" is ")[0] for w in caught])
con.close()
