//! Numbers, comparison, conversion, iteration.

use super::objects::Pair;
use super::symbols;
use crate::abi::entry::from_result;
use crate::object::Owned;
use crate::operators::arithmetic::{self, BinaryOp};
use crate::operators::compare::{self, CompareOp};
use crate::operators::{convert, format, index, iterate};
use crate::types;
use crate::{Result, Value};

fn tagged(result: Result<bool>) -> Value {
    from_result(result.map(Owned::bool))
}

macro_rules! binary {
    ($($name:ident = $function:ident $op:ident;)*) => { symbols! {$(
        fn $name(thread, lhs: Value, rhs: Value) -> Value {
            from_result(arithmetic::$function(thread, BinaryOp::$op, lhs, rhs))
        }
    )*} };
}

binary! {
    add = binary Add;
    sub = binary Sub;
    mul = binary Mul;
    matmul = binary Matmul;
    truediv = binary Truediv;
    floordiv = binary Floordiv;
    modulo = binary Mod;
    pow = binary Pow;
    lshift = binary Lshift;
    rshift = binary Rshift;
    bit_and = binary And;
    bit_or = binary Or;
    bit_xor = binary Xor;
    iadd = inplace Add;
    isub = inplace Sub;
    imul = inplace Mul;
    imatmul = inplace Matmul;
    itruediv = inplace Truediv;
    ifloordiv = inplace Floordiv;
    imodulo = inplace Mod;
    ipow = inplace Pow;
    ilshift = inplace Lshift;
    irshift = inplace Rshift;
    ibit_and = inplace And;
    ibit_or = inplace Or;
    ibit_xor = inplace Xor;
}

macro_rules! comparison {
    ($($rich:ident $test:ident $op:ident;)*) => { symbols! {$(
        fn $rich(thread, lhs: Value, rhs: Value) -> Value {
            from_result(compare::rich(thread, CompareOp::$op, lhs, rhs))
        }
        fn $test(thread, lhs: Value, rhs: Value) -> Value {
            tagged(compare::test(thread, CompareOp::$op, lhs, rhs))
        }
    )*} };
}

comparison! {
    lt test_lt Lt;
    le test_le Le;
    eq test_eq Eq;
    ne test_ne Ne;
    gt test_gt Gt;
    ge test_ge Ge;
}

symbols! {
    fn iadd_owned(thread, lhs: Value, rhs: Value) -> Value {
        let mut lhs = Owned::from_counted(lhs);
        if lhs.get_exact::<types::str::Str>().is_some()
            && let Some(right) = rhs.get_exact::<types::str::Str>()
        {
            types::str::append(thread, &mut lhs, right);
            return lhs.into_counted();
        }
        from_result(arithmetic::inplace(thread, BinaryOp::Add, lhs.value(), rhs))
    }
    fn neg(thread, value: Value) -> Value {
        from_result(arithmetic::neg(thread, value))
    }
    fn pos(thread, value: Value) -> Value {
        from_result(arithmetic::pos(thread, value))
    }
    fn invert(thread, value: Value) -> Value {
        from_result(arithmetic::invert(thread, value))
    }
    fn truth(thread, value: Value) -> Value {
        tagged(convert::truth(thread, value))
    }
    fn new_float(thread, x: f64) -> Value {
        types::float::new(thread, x).into_counted()
    }
    fn new_int(thread, i: i64) -> Value {
        types::int::from_i64(thread, i).into_counted()
    }
    fn float_mod(_thread, lhs: f64, rhs: f64) -> f64 {
        types::float::arithmetic::floor(lhs, rhs).1
    }
    fn float_floordiv(_thread, lhs: f64, rhs: f64) -> f64 {
        types::float::arithmetic::floor(lhs, rhs).0
    }
    fn contains(thread, item: Value, container: Value) -> Value {
        tagged(index::contains(thread, container, item))
    }
    fn iter(thread, value: Value) -> Value {
        from_result(iterate::iter(thread, value))
    }
    fn next(thread, iterator: Value) -> Value {
        from_result(iterate::next(thread, iterator).map(|item| item.unwrap_or(Owned::inline(Value::MISSING))))
    }
    fn next_pair(thread, iterator: Value) -> Pair {
        match iterate::next_pair(thread, iterator) {
            Ok(Some((first, second))) => Pair(first.into_counted(), second.into_counted()),
            Ok(None) => Pair(Value::MISSING, Value::MISSING),
            Err(_) => Pair(Value::RAISED, Value::MISSING),
        }
    }
    fn new_range(thread, start: Value, stop: Value, step: Value) -> Value {
        types::range::new(thread, Owned::new(start), Owned::new(stop), Owned::new(step)).into_counted()
    }
    fn new_range_iterator(thread, start: Value, stop: Value, step: Value) -> Value {
        types::iterators::ranges::small(thread, start, stop, step).into_counted()
    }
    fn reclaim_range(thread, iterator: Value, step: Value) -> Pair {
        match types::iterators::ranges::reclaim(thread, iterator, step) {
            Some((next, stop)) => Pair(next, stop),
            None => Pair(Value::MISSING, Value::MISSING),
        }
    }
    fn reclaim_list_iterator(thread, iterator: Value) -> Pair {
        match types::iterators::sequence::reclaim_list(thread, iterator) {
            Some((list, index)) => Pair(list.into_counted(), index),
            None => Pair(Value::MISSING, Value::MISSING),
        }
    }
    fn new_list_iterator(thread, list: Value, index: Value) -> Value {
        types::iterators::sequence::list_from(thread, list, index).into_counted()
    }
    fn format_simple(thread, value: Value) -> Value {
        from_result(format::format(thread, value, types::str::empty().value()))
    }
    fn format_spec(thread, value: Value, spec: Value) -> Value {
        from_result(format::format(thread, value, spec))
    }
    fn to_str(thread, value: Value) -> Value {
        from_result(convert::str(thread, value))
    }
    fn to_repr(thread, value: Value) -> Value {
        from_result(convert::repr(thread, value))
    }
    fn to_ascii(thread, value: Value) -> Value {
        from_result(convert::ascii(thread, value))
    }
    fn len(thread, value: Value) -> Value {
        from_result(index::length(thread, value).map(|n| types::int::from_usize(thread, n)))
    }
}
