//! Text to text: each pass on a small function.

use super::{counts, dead, facts, inline, layout, simplify};
use crate::ir::{Function, parse, verify};

/// Runs a pass on a function of one parameter given by its blocks, and compares the blocks that come out.
fn check(pass: fn(&mut Function), before: &str, after: &str) {
    check_with(pass, before, after);
}

fn check_with(pass: impl Fn(&mut Function), before: &str, after: &str) {
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
fn steps_away_from_the_ends_of_the_range_fit() {
    let before = "
b0(v0: tagged, v1: tagged):
  v2 = word 2
  v3 = int_compare lt v1, v2
  branch v3, b1, b2
b1():
  v4 = word 3
  v5, v6 = int_sub v1, v4
  branch v6, b5, b3
b2():
  v7 = word 3
  v8, v9 = int_sub v1, v7
  branch v9, b5, b4
b3():
  return v5
b4():
  return v8
b5():
  return v1";
    let after = "
b0(v0: tagged, v1: tagged):
  v2 = word 2
  v3 = int_compare lt v1, v2
  branch v3, b1, b2
b1():
  v4 = word 3
  v5, v6 = int_sub v1, v4
  branch v6, b5, b3
b2():
  v7 = word 3
  v8 = int_sub_fits v1, v7
  jump b4
b3():
  return v5
b4():
  return v8
b5():
  return v1";
    check(facts::run, before, after);
}

#[test]
fn what_only_cold_code_reaches_is_cold() {
    let before = "
b0(v0: tagged, v1: tagged):
  v2 = is_int v1
  branch v2, b1, b2
b1():
  jump b4
b2() cold:
  jump b3
b3():
  jump b4
b4():
  return v1";
    let after = before.replace("b3():", "b3() cold:");
    check(layout::run, before, &after);
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

/// A function of code 1 with two parameters that adds ints, and something unlikely for anything else.
const ADDS: &str = "function \"g\" code 1 parameters 2
b0(v0: tagged, v1: tagged, v2: tagged):
  v3 = entry_check
  branch v3, b1, b2
b1() cold:
  v4 = call_helper enter
  jump b2
b2():
  v5 = both_int v1, v2
  branch v5, b3, b4
b3():
  v6, v7 = int_add v1, v2
  branch v7, b4, b5
b4() cold:
  v8 = call_helper add v1, v2
  return v8
b5():
  return v6";

#[test]
fn a_call_becomes_the_likely_code_of_what_it_calls() {
    let callee = parse(ADDS).expect("IR text");
    let body = inline::body(&callee).expect("it does nothing that could be noticed");
    let bodies = inline::Bodies::from_iter([(1, body)]);
    let before = "
b0(v0: tagged, v1: tagged):
  v2 = word 1
  v3 = call_direct code1 v0, v1, v2
  return v3";
    let after = "
b0(v0: tagged, v1: tagged):
  v2 = word 1
  v6 = both_int v1, v2
  branch v6, b3, b2
b1(v3: tagged):
  return v3
b2() cold:
  v4 = call_direct code1 v0, v1, v2
  jump b1(v4)
b3():
  v7, v8 = int_add v1, v2
  branch v8, b2, b4
b4():
  jump b1(v7)";
    let splice = |function: &mut Function| {
        assert!(inline::run(function, &bodies), "there is a call to splice");
    };
    check_with(splice, before, after);
}

#[test]
fn what_could_be_noticed_twice_is_not_spliced_in() {
    let refused = |likely: &str| {
        let text = format!(
            "function \"g\" code 1 parameters 1
b0(v0: tagged, v1: tagged):
  v2 = entry_check
  branch v2, b1, b2
b1() cold:
  return v1
b2():
{likely}"
        );
        inline::body(&parse(&text).expect("IR text")).is_none()
    };
    assert!(
        refused("  v3 = call_helper to_repr v1\n  return v3"),
        "a call"
    );
    assert!(
        refused("  incref v1\n  jump b3\nb3():\n  return v1"),
        "a count before the end"
    );
    assert!(refused("  v3 = poll\n  branch v3, b1, b2"), "a loop");
    assert!(!refused("  incref v1\n  return v1"), "a count at the end");
}
