//! Counts that native code does not do itself, unpacking, and the ways from native code into the interpreter.

use super::{run, symbols};
use crate::abi::entry::from_result;
use crate::interpreter::{self, display};
use crate::object::Owned;
use crate::types::code::Code;
use crate::types::list::List;
use crate::types::tuple::Tuple;
use crate::{Raised, Value};

symbols! {
    fn unpack(thread, value: Value, n: usize, items: *mut Value) -> Value {
        if let Some(tuple) = value.get_exact::<Tuple>()
            && tuple.len() == n
        {
            for (index, &item) in tuple.items().iter().enumerate() {
                // SAFETY: native code gave room for `n` words.
                unsafe { items.add(index).write(Owned::new(item).into_counted()) };
            }
            return Value::NONE;
        }
        if let Some(list) = value.get_exact::<List>()
            && list.unpack(thread, n, |index, item| {
                // SAFETY: native code gave room for `n` words.
                unsafe { items.add(index).write(item.into_counted()) }
            })
        {
            return Value::NONE;
        }
        match display::unpack_items(thread, value, n) {
            Ok(unpacked) => {
                for (index, item) in unpacked.into_iter().enumerate() {
                    // SAFETY: native code gave room for `n` words, and `unpack_items` gives exactly `n`.
                    unsafe { items.add(index).write(item.into_counted()) };
                }
                Value::NONE
            }
            Err(_) => Value::RAISED,
        }
    }
    fn side_exit(
        thread,
        function: Value,
        code: &Code,
        pc: u32,
        values: *const Value,
        registers: *const u16,
        n: usize
    ) -> Value {
        // SAFETY: native code put the values on its stack, the registers are constant data of the image.
        let (values, registers) = unsafe { (run(values, n), std::slice::from_raw_parts(registers, n)) };
        from_result(interpreter::resume_at(thread, code, function, pc, registers, values, None))
    }
    fn side_exit_raised(
        thread,
        function: Value,
        code: &Code,
        pc: u32,
        values: *const Value,
        registers: *const u16,
        n: usize
    ) -> Value {
        // SAFETY: as in `side_exit`.
        let (values, registers) = unsafe { (run(values, n), std::slice::from_raw_parts(registers, n)) };
        let raised = Some(Raised::pending());
        from_result(interpreter::resume_at(thread, code, function, pc, registers, values, raised))
    }
}
