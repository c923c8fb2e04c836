//! Builtin functions of values.

use crate::object::Owned;
use crate::operators::arithmetic::{self, BinaryOp};
use crate::operators::{attribute, call, compare, convert, format, index, iterate};
use crate::types::iterators;
use crate::types::names::Name;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::{self, class_of};
use crate::{Result, Thread, Value, methods, raise};

fn abs(thread: &Thread, args: &[Value]) -> Result {
    if let Some(i) = args[0].as_small_int() {
        return Ok(types::int::from_i64(thread, i.abs()));
    }
    if let Some(x) = types::float::as_f64(args[0]) {
        return Ok(types::float::new(thread, x.abs()));
    }
    match attribute::call_special(thread, args[0], Name::ABS, &[])? {
        Some(result) => Ok(result),
        None => raise!(
            thread,
            TypeError,
            "bad operand type for abs(): '{}'",
            class_of(args[0]).name()
        ),
    }
}

/// Is there an item whose truth is `wanted`?
fn find_truth(thread: &Thread, iterable: Value, wanted: bool) -> Result<bool> {
    let iterator = iterate::iter(thread, iterable)?;
    while let Some(item) = iterate::next(thread, iterator.value())? {
        if convert::truth(thread, item.value())? == wanted {
            return Ok(true);
        }
    }
    Ok(false)
}

fn all(thread: &Thread, args: &[Value]) -> Result {
    find_truth(thread, args[0], false).map(|found| Owned::bool(!found))
}

fn any(thread: &Thread, args: &[Value]) -> Result {
    find_truth(thread, args[0], true).map(Owned::bool)
}

fn ascii(thread: &Thread, args: &[Value]) -> Result {
    convert::ascii(thread, args[0])
}

/// `bin`, `oct`, `hex`.
fn in_base(thread: &Thread, value: Value, spec: &str) -> Result {
    let index = convert::index(thread, value)?;
    let spec = types::str::new(thread, spec);
    format::format(thread, index.value(), spec.value())
}

fn bin(thread: &Thread, args: &[Value]) -> Result {
    in_base(thread, args[0], "#b")
}

fn oct(thread: &Thread, args: &[Value]) -> Result {
    in_base(thread, args[0], "#o")
}

fn hex(thread: &Thread, args: &[Value]) -> Result {
    in_base(thread, args[0], "#x")
}

fn chr(thread: &Thread, args: &[Value]) -> Result {
    let index = convert::index(thread, args[0])?;
    match types::int::to_i64(index.value()).map(u32::try_from) {
        Some(Ok(code)) if code < 0x11_0000 => Ok(types::str::from_code_point(thread, code)),
        _ => raise!(thread, ValueError, "chr() arg not in range(0x110000)"),
    }
}

fn ord(thread: &Thread, args: &[Value]) -> Result {
    let length = if let Some(text) = args[0].get::<Str>() {
        if text.len() == 1 {
            return Ok(Owned::inline(Value::small_int(i64::from(
                text.code_point(0),
            ))));
        }
        text.len()
    } else if let Some(bytes) = types::bytes::Buffer::of(thread, &args[0]) {
        if let [byte] = bytes[..] {
            return Ok(Owned::inline(Value::small_int(i64::from(byte))));
        }
        bytes.len()
    } else {
        let got = class_of(args[0]).name();
        return raise!(
            thread,
            TypeError,
            "ord() expected string of length 1, but {got} found"
        );
    };
    raise!(
        thread,
        TypeError,
        "ord() expected a character, but string of length {length} found"
    )
}

fn divmod(thread: &Thread, args: &[Value]) -> Result {
    arithmetic::divmod(thread, args[0], args[1])
}

fn pow(thread: &Thread, args: &[Value]) -> Result {
    if args[2].is_none() {
        return arithmetic::binary(thread, BinaryOp::Pow, args[0], args[1]);
    }
    arithmetic::pow3(thread, args[0], args[1], args[2])
}

fn format_(thread: &Thread, args: &[Value]) -> Result {
    if !args[1].is::<Str>() {
        return raise!(
            thread,
            TypeError,
            "format() argument 2 must be str, not {}",
            convert::argument_type(args[1])
        );
    }
    format::format(thread, args[0], args[1])
}

fn hash(thread: &Thread, args: &[Value]) -> Result {
    convert::hash(thread, args[0]).map(|hash| types::int::from_i64(thread, hash))
}

fn iter(thread: &Thread, args: &[Value]) -> Result {
    if args[1].is_missing() {
        return iterate::iter(thread, args[0]);
    }
    if !call::is_callable(args[0]) {
        return raise!(thread, TypeError, "iter(v, w): v must be callable");
    }
    Ok(iterators::functional::callable(thread, args[0], args[1]))
}

fn next(thread: &Thread, args: &[Value]) -> Result {
    if !iterate::is_iterator(thread, args[0]) {
        return raise!(
            thread,
            TypeError,
            "'{}' object is not an iterator",
            class_of(args[0]).name()
        );
    }
    match iterate::next_value(thread, args[0])? {
        Ok(item) => Ok(item),
        Err(_) if !args[1].is_missing() => Ok(Owned::new(args[1])),
        Err(returned) => Err(types::exception::raise_stop_iteration(thread, returned)),
    }
}

fn len(thread: &Thread, args: &[Value]) -> Result {
    index::length(thread, args[0]).map(|length| types::int::from_usize(thread, length))
}

/// `min` and `max`: which of two keys is better is told by `less(new, best)` or `less(best, new)`.
fn extreme(thread: &Thread, args: &[Value], name: &str) -> Result {
    let positional = args[0].get::<Tuple>().expect("*args is a tuple").items();
    let (default, key) = (args[1], args[2]);
    let candidates = match positional {
        [] => {
            return raise!(
                thread,
                TypeError,
                "{name} expected at least 1 argument, got 0"
            );
        }
        [iterable] => *iterable,
        _ if !default.is_missing() => {
            return raise!(
                thread,
                TypeError,
                "Cannot specify a default for {name}() with multiple positional arguments"
            );
        }
        _ => args[0],
    };
    let mut best: Option<(Owned, Owned)> = None;
    let op = if name == "min" {
        compare::CompareOp::Lt
    } else {
        compare::CompareOp::Gt
    };
    iterate::for_each(thread, candidates, |item| {
        let rank = if key.is_none() {
            item.clone()
        } else {
            call::call(thread, key, &[item.value()])?
        };
        let better = match &best {
            None => true,
            Some((_, leader)) => compare::test(thread, op, rank.value(), leader.value())?,
        };
        if better {
            best = Some((item, rank));
        }
        Ok(())
    })?;
    match best {
        Some((item, _)) => Ok(item),
        None if !default.is_missing() => Ok(Owned::new(default)),
        None => raise!(thread, ValueError, "{name}() iterable argument is empty"),
    }
}

fn min(thread: &Thread, args: &[Value]) -> Result {
    extreme(thread, args, "min")
}

fn max(thread: &Thread, args: &[Value]) -> Result {
    extreme(thread, args, "max")
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    convert::repr(thread, args[0])
}

fn round(thread: &Thread, args: &[Value]) -> Result {
    let digits = &args[1..2];
    let digits = if digits[0].is_none() { &[][..] } else { digits };
    match attribute::call_special(thread, args[0], Name::ROUND, digits)? {
        Some(result) => Ok(result),
        None => raise!(
            thread,
            TypeError,
            "type {} doesn't define __round__ method",
            class_of(args[0]).name()
        ),
    }
}

/// The keywords are those of `list.sort`, which also says what is wrong with them.
fn sorted(thread: &Thread, args: &[Value]) -> Result {
    let list = types::list::new(thread, iterate::collect(thread, args[0])?);
    let sort = attribute::get(thread, list.value(), types::str::intern(thread, "sort"))?;
    let none = types::tuple::empty(thread);
    call::call_packed(thread, sort.value(), none.value(), args[1])?;
    Ok(list)
}

methods! { pub FUNCTIONS:
    /// Return an AsyncIterator for an AsyncIterable object.
    static "aiter(async_iterable, /)" => types::coroutine::aiter;
    /// Return the next item from the async iterator.
    ///
    /// If default is given and the async iterator is exhausted,
    /// it is returned instead of raising StopAsyncIteration.
    static "anext(aiterator, default=<missing>, /)" => types::coroutine::anext;
    /// Return the absolute value of the argument.
    static "abs(x, /)" => abs;
    /// Return True if bool(x) is True for all values x in the iterable.
    static "all(iterable, /)" => all -> Bool;
    /// Return True if bool(x) is True for any x in the iterable.
    static "any(iterable, /)" => any -> Bool;
    /// Return an ASCII-only representation of an object.
    static "ascii(obj, /)" => ascii -> Str;
    /// Return the binary representation of an integer.
    ///
    ///    >>> bin(2796202)
    ///    '0b1010101010101010101010'
    static "bin(number, /)" => bin -> Str;
    /// Return the octal representation of an integer.
    ///
    ///    >>> oct(342391)
    ///    '0o1234567'
    static "oct(number, /)" => oct -> Str;
    /// Return the hexadecimal representation of an integer.
    ///
    ///    >>> hex(12648430)
    ///    '0xc0ffee'
    static "hex(number, /)" => hex -> Str;
    /// Return a Unicode string of one character with ordinal i; 0 <= i <= 0x10ffff.
    static "chr(i, /)" => chr -> Str;
    /// Return the ordinal value of a character.
    static "ord(character, /)" => ord -> Int;
    /// Return the tuple (x//y, x%y).
    static "divmod(x, y, /)" => divmod;
    /// Equivalent to base**exp with 2 arguments or base**exp % mod with 3 arguments.
    static "pow(base, exp, mod=None)" => pow;
    /// Return type(value).__format__(value, format_spec).
    static "format(value, format_spec='', /)" => format_;
    /// Return the hash value for the given object.
    static "hash(obj, /)" => hash -> Int;
    /// iter(iterable) -> iterator
    /// iter(callable, sentinel) -> iterator
    ///
    /// Get an iterator from an object.  In the first form, the argument must
    /// supply its own iterator, or be a sequence.
    /// In the second form, the callable is called until it returns the
    /// sentinel.
    static "iter(object, sentinel=<missing>, /)" => iter;
    /// next(iterator[, default])
    ///
    /// Return the next item from the iterator.  If default is given and the
    /// iterator is exhausted, it is returned instead of raising StopIteration.
    static "next(iterator, default=<missing>, /)" => next;
    /// Return the number of items in a container.
    static "len(obj, /)" => len -> Int;
    /// min(iterable, *[, default=obj, key=func]) -> value
    /// min(arg1, arg2, *args, *[, key=func]) -> value
    ///
    /// With a single iterable argument, return its smallest item. The
    /// default keyword-only argument specifies an object to return if
    /// the provided iterable is empty.
    /// With two or more positional arguments, return the smallest argument.
    static "min(*args, default=<missing>, key=None)" => min;
    /// max(iterable, *[, default=obj, key=func]) -> value
    /// max(arg1, arg2, *args, *[, key=func]) -> value
    ///
    /// With a single iterable argument, return its biggest item. The
    /// default keyword-only argument specifies an object to return if
    /// the provided iterable is empty.
    /// With two or more positional arguments, return the largest argument.
    static "max(*args, default=<missing>, key=None)" => max;
    /// Return the canonical string representation of the object.
    static "repr(obj, /)" => repr -> Str;
    /// Round a number to a given precision in decimal digits.
    static "round(number, ndigits=None)" => round;
    /// Return a new list containing all items from the iterable in ascending order.
    static "sorted(iterable, /, **kwargs)" => sorted -> List;
    /// Return the sum of a 'start' value (default: 0) plus an iterable of numbers
    static "sum(iterable, /, start=0)" => super::sum::sum;
}
