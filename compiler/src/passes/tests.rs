//! Text to text: each pass on a small function.

use super::{counts, dead, facts, simplify};
use crate::ir::{Function, parse, verify};

/// Runs a pass on a function of one parameter given by its blocks, and compares the blocks that come out.
fn check(pass: fn(&mut Function), before: &str, after: &str) {
    let header = "function \"f\" code 0 parameters 1\n";
    let mut function = parse(&format!("{header}{before}")).expect("IR text");
    assert_eq!(verify(&function), Ok(()), "before");
    pass(&mut function);
    assert_eq!(verify(&function), Ok(()), "after:\n{function}");
    let expected = parse(&format!("{header}{after}")).expect("IR text");
    assert_eq!(function.to_string(), expected.to_string());
}

#[test]
fn blocks_and_parameters_that_change_nothing_go() {
    let before = "
b0(v0: tagged, v1: tagged):
  v2 = is_int v1
  jump b1(v1, v2)
b1(v3: tagged, v4: i1):
  branch v4, b2(v3), b3
b2(v5: tagged):
  v6 = word 1
  branch v4, b4(v5, v6), b5
b3():
  jump b5
b4(v7: tagged, v8: tagged):
  return v8
b5():
  return v1
b6():
  return v1";
    let after = "
b0(v0: tagged, v1: tagged):
  v2 = is_int v1
  branch v2, b1, b2
b1():
  v6 = word 1
  branch v2, b3, b4
b2():
  jump b4
b3():
  return v6
b4():
  return v1";
    check(simplify::run, before, after);
}

#[test]
fn a_test_made_before_is_not_made_again() {
    let before = "
b0(v0: tagged, v1: tagged):
  v2 = is_object v1
  v3 = is_int v1
  branch v3, b1, b2
b1():
  v4 = is_int v1
  branch v4, b3, b2
b2():
  return v0
b3():
  branch v2, b2, b4
b4():
  return v1";
    let after = "
b0(v0: tagged, v1: tagged):
  v2 = is_object v1
  v3 = is_int v1
  branch v3, b1, b2
b1():
  jump b3
b2():
  return v0
b3():
  jump b4
b4():
  return v1";
    check(facts::run, before, after);
}

#[test]
fn loads_last_until_memory_may_change() {
    let before = "
b0(v0: tagged, v1: tagged):
  v2 = load list.len v1
  v3 = load list.array v1
  v4 = i64_const 0
  store_item array.items v3, v4, v0
  v5 = load list.len v1
  v6 = load_item array.items v3, v2
  v7 = load_item array.items v3, v5
  v8 = call_helper add v6, v7
  v9 = load list.len v1
  v10 = tag_int v9
  return v10";
    let after = "
b0(v0: tagged, v1: tagged):
  v2 = load list.len v1
  v3 = load list.array v1
  v4 = i64_const 0
  store_item array.items v3, v4, v0
  v6 = load_item array.items v3, v2
  v8 = call_helper add v6, v6
  v9 = load list.len v1
  v10 = tag_int v9
  return v10";
    check(facts::run, before, after);
}

#[test]
fn counting_nobody_can_see_goes() {
    let before = "
b0(v0: tagged, v1: tagged):
  v2 = word 5
  incref v2
  incref v1
  v3 = is_int v1
  decref v1
  incref v1
  v4 = call_helper repr_v v1
  decref v1
  return v2"
        .replace("repr_v", "to_repr");
    let after = "
b0(v0: tagged, v1: tagged):
  v2 = word 5
  v3 = is_int v1
  incref v1
  v4 = call_helper to_repr v1
  decref v1
  return v2";
    check(counts::run, &before, after);
}

#[test]
fn what_nobody_uses_goes() {
    let before = "
b0(v0: tagged, v1: tagged):
  v2 = untag_int v1
  v3 = int_to_float v2
  v4 = box_float v3
  jump b1(v4, v1)
b1(v5: tagged, v6: tagged):
  v7 = call_helper next v6
  return v6";
    let after = "
b0(v0: tagged, v1: tagged):
  jump b1(v1)
b1(v6: tagged):
  v7 = call_helper next v6
  return v6";
    check(dead::run, before, after);
}
