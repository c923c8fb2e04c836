//! Attributes through shape caches, items of lists and tuples inline.

use super::context::{Hold, Known, Register, Word};
use super::holds::Arg;
use super::intrinsics::Intrinsic;
use super::numbers::Operand;
use super::versions::{Guard, Odds};
use super::{Flow, Likely, Slow, Translator};
use crate::analysis::Types;
use crate::ir::{Cell, Field, Helper, Immediate, Op, Value};
use ashore_bytecode::{Name, Site};
use ashore_runtime::abi::Kind;
use ashore_runtime::abi::Value as PythonValue;

impl Translator<'_> {
    /// `dst = obj.name`.
    pub(super) fn load_attr(&mut self, dst: u16, obj: u16, name: Name, site: Site) -> Flow {
        if let Some(flow) = self.load_module_attr(dst, obj, name) {
            return flow;
        }
        let site = self.shared_site(name, false, site);
        let types = self.register(obj).types();
        let args = [Arg::Register(obj), Arg::Name(name), Arg::Site(site)];
        if !types.may_be(Types::OBJECT) || self.is_sparing() {
            return self.by_helper(Helper::LoadAttr, &args, &[obj], Some((dst, Types::ANY)));
        }
        let object = self.word(obj);
        self.expect_object(object, types);
        let own = self.is_own(name);
        match self.result_tag(dst) {
            Some(guard) if own => self.load_own(dst, obj, name, site, guard),
            guard => self.load_cached(dst, obj, name, site, guard),
        }
    }

    /// A load of an attribute that is likely the object's own and no heap object. Nothing comes back from where it is
    /// something else, so that what is known of the object lasts.
    fn load_own(
        &mut self,
        dst: u16,
        obj: u16,
        name: Name,
        site: Site,
        (test, types): (Op, Types),
    ) -> Flow {
        let object = self.word(obj);
        let slow = self.slow();
        let (_, offset) = self.slot(object, name, (Helper::SlotToLoad, site), &slow);
        let value = self.builder.op(Op::LoadSlot, &[object, offset]);
        let holds = self.builder.op(test, &[value]);
        self.unless_slow(holds, &slow);
        self.finish_slow(slow, Translator::redo);
        self.consume(obj);
        self.release_scratch();
        self.set(dst, Register::Word(Word::outside(value, types)));
        Flow::Next
    }

    fn load_cached(
        &mut self,
        dst: u16,
        obj: u16,
        name: Name,
        site: Site,
        guard: Option<(Op, Types)>,
    ) -> Flow {
        let args = [Arg::Register(obj), Arg::Name(name), Arg::Site(site)];
        let object = self.word(obj);
        let slow = self.slow();
        let offset = match self.is_own(name) {
            true => self.slot(object, name, (Helper::SlotToLoad, site), &slow).1,
            false => self.cached_slot(object, site, &slow),
        };
        let value = self.builder.op(Op::LoadSlot, &[object, offset]);
        if let Some((test, _)) = guard {
            let holds = self.builder.op(test, &[value]);
            self.unless_slow(holds, &slow);
        } else {
            self.unless_countable(value, Some(object), &slow);
        }
        self.finish_slow(slow, |t| {
            t.by_helper(Helper::LoadAttr, &args, &[obj], Some((dst, Types::ANY)));
            t.expect_result(dst);
            t.go_on(Odds::Likely);
        });
        match guard {
            Some((_, types)) => {
                self.consume(obj);
                self.release_scratch();
                self.set(dst, Register::Word(Word::outside(value, types)));
            }
            None => {
                // Owned, as what the helper gives, so that both ways go on in the same version.
                self.builder.effect(Op::Secure, &[value]);
                self.consume(obj);
                self.release_scratch();
                self.set_owned(dst, value, Types::ANY);
                self.expect_result(dst);
            }
        }
        self.go_on(Odds::Likely);
        Flow::Done
    }

    /// Whether the attribute is likely one of the object's own, in likely code.
    fn is_own(&self, name: Name) -> bool {
        let text = &self.code.names[name.0 as usize];
        !self.generic && self.program.is_own_attribute(text)
    }

    /// The site that accesses to an attribute of this name share, if it is likely the object's own.
    fn shared_site(&mut self, name: Name, store: bool, site: Site) -> Site {
        let text = &self.code.names[name.0 as usize];
        if !self.program.is_own_attribute(text) {
            return site;
        }
        *self.sites.entry((name.0, store)).or_insert(site)
    }

    /// Cache entry and byte offset of the slot that is the attribute; where it is none, `slow`.
    fn slot(
        &mut self,
        object: Value,
        name: Name,
        (helper, site): (Helper, Site),
        slow: &Slow,
    ) -> (Value, Value) {
        let entry = self.site_entry(object, name, (helper, site), slow);
        let offset = self.builder.load(Field::EntryOffset, entry);
        (entry, offset)
    }

    /// The entry of the site's cache for the object, which the helper finds or makes unless it is the first; where there
    /// is none, `slow`.
    fn site_entry(
        &mut self,
        object: Value,
        name: Name,
        (helper, site): (Helper, Site),
        slow: &Slow,
    ) -> Value {
        let (name, site) = (self.arg(Arg::Name(name)), self.arg(Arg::Site(site)));
        let found = Immediate::Helper(helper);
        let found = self
            .builder
            .push(Op::SiteEntry, found, &[object, name, site]);
        self.unless_slow(found[1], slow);
        found[0]
    }

    /// The test for what the instruction under way is likely to load, if that is no heap object.
    pub(super) fn result_tag(&self, dst: u16) -> Option<(Op, Types)> {
        match Guard::of(self.guesses.result(self.number, self.at, dst)) {
            Some(Guard::Tag(test, types)) if !self.generic => Some((test, types)),
            _ => None,
        }
    }

    /// Goes on where the word is a heap object. The few attributes of other values are the interpreter's.
    fn expect_object(&mut self, word: Value, types: Types) {
        if !types.within(Types::HEAP - Types::BOXED_FLOAT) {
            let heap = self.builder.op(Op::IsObject, &[word]);
            self.unless(heap, Translator::side_exit);
            self.refine(word, Types::HEAP);
        }
    }

    /// The byte offset of the attribute, from the site's cache; where it does not fit the object, `slow`.
    fn cached_slot(&mut self, object: Value, site: Site, slow: &Slow) -> Value {
        let site = self
            .builder
            .push(Op::Site, Immediate::Int(i64::from(site.0)), &[])[0];
        let entry = self.builder.op(Op::LoadSite, &[site]);
        let expected = self.builder.load(Field::EntrySlotShape, entry);
        let shape = self.builder.load(Field::ObjectShape, object);
        let same = self.builder.op(Op::SameAddress, &[expected, shape]);
        self.unless_slow(same, slow);
        self.builder.load(Field::EntryOffset, entry)
    }

    /// Consumes the operands a value was loaded out of, and writes it. If one of them goes with its last reference, the
    /// value needs one of its own first.
    fn replace_container(&mut self, dst: u16, operands: &[u16], (value, types): (Value, Types)) {
        let mut word = Word {
            hold: Hold::Slot,
            ..Word::outside(value, types)
        }
        .settled();
        let owned = |t: &Self, register: u16| {
            t.register(register)
                .word()
                .is_some_and(|w| w.hold == Hold::Owned)
        };
        if word.hold == Hold::Slot
            && operands
                .iter()
                .any(|&register| !self.is_local(register) && owned(self, register))
        {
            self.builder.effect(Op::Secure, &[value]);
            word.hold = Hold::Owned;
        }
        for &register in operands {
            self.consume(register);
        }
        self.release_scratch();
        self.set(dst, Register::Word(word));
    }

    /// A builtin done inline, as the attribute of a known module.
    fn load_module_attr(&mut self, dst: u16, obj: u16, name: Name) -> Option<Flow> {
        let Known::Module(module) = self.register(obj).word()?.known.clone() else {
            return None;
        };
        let text = self.code.names[name.0 as usize].clone();
        let intrinsic = Intrinsic::find(&module, &text)?;
        let value = self
            .builder
            .load_cell(Cell::Global(module.to_string(), text));
        let expected = self.original(intrinsic);
        let same = self.builder.op(Op::Same, &[value, expected]);
        // Somebody replaced what the module defines: the interpreter takes over.
        self.unless(same, Translator::side_exit);
        self.consume(obj);
        self.set_intrinsic(dst, intrinsic);
        Some(Flow::Next)
    }

    /// `dst, dst+1` = what to call for `obj.name(...)`, and its first argument or MISSING.
    pub(super) fn load_method(&mut self, dst: u16, obj: u16, name: Name, site: Site) -> Flow {
        if let Some(flow) = self.load_module_attr(dst, obj, name) {
            self.context.registers[usize::from(dst) + 1] = Register::Empty;
            return flow;
        }
        let types = self.register(obj).types();
        if types == Types::LIST
            && let Some(intrinsic) = self.list_method(name)
        {
            let receiver = self.read(obj);
            self.context.registers[usize::from(dst) + 1] = receiver;
            self.set_intrinsic(dst, intrinsic);
            return Flow::Next;
        }
        if self.likely(obj).may_be(Types::LIST) && self.list_method(name).is_some() {
            let word = self.word(obj);
            self.if_kind(word, Kind::LIST, Types::LIST, |t| {
                t.load_method(dst, obj, name, site);
                t.go_on(Odds::Likely);
            });
        }
        self.load_any_method(dst, obj, name, site)
    }

    fn list_method(&self, name: Name) -> Option<Intrinsic> {
        Intrinsic::find(
            "builtins",
            &format!("list.{}", self.code.names[name.0 as usize]),
        )
    }

    /// A method found through the site's cache: of a class's function nobody need count.
    fn load_cached_method(&mut self, dst: u16, obj: u16, name: Name, site: Site) -> Flow {
        let object = self.word(obj);
        let slow = self.slow();
        let types = self.register(obj).types();
        if !types.within(Types::HEAP) {
            let heap = self.builder.op(Op::IsObject, &[object]);
            self.unless_slow(heap, &slow);
        }
        let entry = self.site_entry(object, name, (Helper::MethodToCall, site), &slow);
        let method = self.builder.load(Field::EntryValue, entry);
        self.finish_slow(slow, |t| {
            if t.load_method_by_helper(dst, obj, name, site) == Flow::Next {
                t.go_on(Odds::Likely);
            }
        });
        let receiver = self.read(obj);
        self.context.registers[usize::from(dst) + 1] = receiver;
        let method = Word::outside(method, Types::OBJECT);
        self.set(dst, Register::Word(method));
        self.release_scratch();
        self.go_on(Odds::Likely);
        Flow::Done
    }

    fn load_any_method(&mut self, dst: u16, obj: u16, name: Name, site: Site) -> Flow {
        if !self.generic && !self.is_sparing() && self.likely(obj).may_be(Types::HEAP) {
            return self.load_cached_method(dst, obj, name, site);
        }
        self.load_method_by_helper(dst, obj, name, site)
    }

    fn load_method_by_helper(&mut self, dst: u16, obj: u16, name: Name, site: Site) -> Flow {
        // What is made here to be called upon goes away with this instruction.
        let made = self.register(obj).word().is_none();
        let args = [Arg::Register(obj), Arg::Name(name), Arg::Site(site)].map(|arg| self.arg(arg));
        if made {
            return self.load_method_either(dst, obj, &args);
        }
        self.secure();
        let receiver = self.read(obj);
        let owned = receiver.word().is_some_and(|word| word.hold == Hold::Owned);
        // Otherwise whoever keeps the object alive goes on doing so.
        let helper = match owned {
            true => Helper::TakeMethod,
            false => Helper::LoadMethod,
        };
        self.context.registers[usize::from(dst) + 1] = receiver;
        let results = self.call(helper, &args);
        let (value, types) = (results[1], Types::ANY_OR_MISSING);
        if let Register::Word(word) = &mut self.context.registers[usize::from(dst) + 1] {
            *word = Word {
                hold: word.hold,
                ..Word::outside(value, types)
            };
        }
        self.set_owned(dst, results[0], Types::ANY);
        self.release_scratch();
        Flow::Next
    }

    /// A method of something that is kept in another form than a word.
    fn load_method_either(&mut self, dst: u16, obj: u16, args: &[Value]) -> Flow {
        let results = self.call(Helper::LoadMethod, args);
        let bare = self.builder.is_word(results[1], PythonValue::MISSING);
        self.when(bare, |t| {
            t.consume(obj);
            t.context.registers[usize::from(dst) + 1] = Register::Empty;
            t.set_owned(dst, results[0], Types::ANY);
            t.release_scratch();
            t.go_on(Odds::Likely);
        });
        let receiver = self.read(obj);
        self.context.registers[usize::from(dst) + 1] = receiver;
        self.set_owned(dst, results[0], Types::ANY);
        self.release_scratch();
        self.go_on(Odds::Likely);
        Flow::Done
    }

    /// `obj.name = value`.
    pub(super) fn store_attr(&mut self, obj: u16, name: Name, value: u16, site: Site) -> Flow {
        let site = self.shared_site(name, true, site);
        let args = [
            Arg::Register(obj),
            Arg::Name(name),
            Arg::Register(value),
            Arg::Site(site),
        ];
        let types = self.register(obj).types();
        // Constructors add attributes, which is the runtime's business.
        let adds = obj == 0 && self.code.name == "__init__" && !self.liveness.in_loop(self.at);
        if !types.may_be(Types::OBJECT) || adds || self.is_sparing() {
            return self.by_helper(Helper::StoreAttr, &args, &[obj, value], None);
        }
        let object = self.word(obj);
        self.expect_object(object, types);
        if self.is_own(name) && self.is_plain_store(value) {
            return self.store_own(obj, name, value, site);
        }
        let slow = self.slow();
        let offset = match self.is_own(name) {
            true => {
                self.slot(object, name, (Helper::SlotToStore, site), &slow)
                    .1
            }
            false => self.cached_slot(object, site, &slow),
        };
        let unshared = self.builder.op(Op::IsUnshared, &[object]);
        self.unless_slow(unshared, &slow);
        let old = self.builder.op(Op::LoadSlot, &[object, offset]);
        let missing = self.builder.is_word(old, PythonValue::MISSING);
        self.if_slow(missing, &slow);
        let plain = self.replaces_plain(old, value, &slow);
        self.finish_slow(slow, |t| {
            t.by_helper(Helper::StoreAttr, &args, &[obj, value], None);
            t.go_on(Odds::Likely);
        });
        let new = self.stored(value);
        self.builder
            .push(Op::StoreSlot, Immediate::None, &[object, offset, new]);
        self.finish_store(&[obj], (old, plain))
    }

    /// Whether neither what a register holds nor what a store of it likely replaces are heap objects (but for rare floats).
    fn is_plain_store(&self, value: u16) -> bool {
        let plain = match self.register(value) {
            Register::Float(_) => true,
            Register::Word(word) => !word.types.may_be(Types::HEAP | Types::MISSING),
            _ => false,
        };
        let old = self.guesses.result(self.number, self.at, value);
        plain && old != Types::NOTHING && !old.may_be(Types::HEAP - Types::BOXED_FLOAT)
    }

    /// A store to an attribute that is likely the object's own, where neither the old nor the new value are heap objects.
    fn store_own(&mut self, obj: u16, name: Name, value: u16, site: Site) -> Flow {
        let object = self.word(obj);
        let slow = self.slow();
        let (entry, offset) = self.slot(object, name, (Helper::SlotToStore, site), &slow);
        let old = self.builder.op(Op::LoadSlot, &[object, offset]);
        match self.result_tag(value) {
            Some((test, _)) => {
                let plain = self.builder.op(test, &[old]);
                self.unless_slow(plain, &slow);
            }
            None => {
                let missing = self.builder.is_word(old, PythonValue::MISSING);
                self.if_slow(missing, &slow);
                let counted = self.builder.op(Op::IsObject, &[old]);
                self.if_slow(counted, &slow);
            }
        }
        let new = self.stored(value);
        let done = self
            .builder
            .op(Op::ReplaceSlot, &[object, entry, offset, new]);
        let (yes, no) = self.fork(done, Likely::Yes);
        self.builder.switch_to(no);
        self.builder.effect(Op::Decref, &[new]);
        self.builder.jump(slow.block, &[]);
        self.builder.switch_to(yes);
        self.finish_slow(slow, Translator::redo);
        self.consume(obj);
        self.release_scratch();
        Flow::Next
    }

    /// A store is going to replace `old`. If what is stored there is likely no heap object, goes on where `old` is none,
    /// and says so.
    fn replaces_plain(&mut self, old: Value, place: u16, slow: &Slow) -> bool {
        let guess = self.guesses.result(self.number, self.at, place);
        let plain = guess != Types::NOTHING && !guess.may_be(Types::HEAP);
        match self.result_tag(place) {
            Some((test, _)) if plain => {
                let holds = self.builder.op(test, &[old]);
                self.unless_slow(holds, slow);
            }
            _ if plain => {
                let counted = self.builder.op(Op::IsObject, &[old]);
                self.if_slow(counted, slow);
            }
            _ => {}
        }
        plain
    }

    /// The value of a store, with a reference of its own. It may become visible to other threads: what was borrowed from a
    /// container that nobody else could find so far is counted first.
    fn stored(&mut self, register: u16) -> Value {
        let types = self.register(register).types();
        if types.may_be(Types::HEAP - Types::BOXED_FLOAT) {
            self.secure();
        }
        let value = self.owned_operand(register);
        if types.may_be(Types::HEAP) {
            value
        } else {
            self.builder.op(Op::InlineWord, &[value])
        }
    }

    /// Ends an inline store: releases what it replaced and its operands.
    fn finish_store(&mut self, operands: &[u16], (old, plain): (Value, bool)) -> Flow {
        let finish = |t: &mut Self| {
            for &register in operands {
                t.consume(register);
            }
            t.release_scratch();
            t.go_on(Odds::Likely);
        };
        if !plain {
            let counted = self.builder.op(Op::IsObject, &[old]);
            self.when(counted, |t| {
                t.secure();
                t.builder.effect(Op::Decref, &[old]);
                finish(t);
            });
        }
        finish(self);
        Flow::Done
    }

    /// `dst = obj[key]`.
    pub(super) fn load_item(&mut self, dst: u16, obj: u16, key: u16) -> Flow {
        if let Some(flow) = self.load_slice(dst, obj, key) {
            return flow;
        }
        let args = [Arg::Register(obj), Arg::Register(key)];
        let types = self.register(obj).types();
        let likely = self.likely(obj).may_be(Types::LIST | Types::TUPLE);
        if !self.likely(key).may_be(Types::INT) || !likely {
            return self.by_helper(Helper::GetItem, &args, &[obj, key], Some((dst, Types::ANY)));
        }
        if let Some(flow) = self.sort_container(obj, key, &args, Some(dst), &|t| {
            t.load_item(dst, obj, key);
        }) {
            return flow;
        }
        let container = self.word(obj);
        let slow = self.slow();
        let (base, field, index) = if types == Types::LIST {
            let (array, index) = self.list_place(obj, key, &slow);
            (array, Field::ArrayItems, index)
        } else {
            let len = self.builder.load(Field::TupleLen, container);
            let index = self.index(key, len);
            let inside = self.builder.op(Op::I64Below, &[index, len]);
            self.unless_slow(inside, &slow);
            (container, Field::TupleItems, index)
        };
        let value = self.builder.load_item(field, base, index);
        let guard = self.result_tag(dst);
        if let Some((test, _)) = guard {
            let holds = self.builder.op(test, &[value]);
            self.unless_slow(holds, &slow);
        } else if types == Types::LIST {
            self.unless_borrowed(value, container, &slow);
        }
        self.finish_slow(slow, |t| {
            t.by_helper(Helper::GetItem, &args, &[obj, key], Some((dst, Types::ANY)));
            t.expect_result(dst);
            t.go_on(Odds::Likely);
        });
        let found = guard.map_or(Types::ANY, |(_, types)| types);
        self.replace_container(dst, &[obj, key], (value, found));
        self.expect_result(dst);
        self.go_on(Odds::Likely);
        Flow::Done
    }

    /// `dst = obj[start:stop]`, if the key is a slice that was never made.
    fn load_slice(&mut self, dst: u16, obj: u16, key: u16) -> Option<Flow> {
        let Register::Slice(parts) = self.register(key).clone() else {
            return None;
        };
        if parts[2].types() != Types::NONE {
            return None;
        }
        let object = self.word(obj);
        let mut args = vec![object];
        for part in &parts[..2] {
            args.push(part.word()?.value);
        }
        let result = self.call(Helper::GetSlice, &args)[0];
        self.consume(obj);
        self.consume(key);
        self.release_scratch();
        self.set_owned(dst, result, Types::ANY);
        self.expect_result(dst);
        Some(Flow::Next)
    }

    /// Tests whether the container is a list or tuple and the key an int, doing `again` where they are; `None` if they are
    /// known to be. What is left is done by the helper.
    fn sort_container(
        &mut self,
        obj: u16,
        key: u16,
        args: &[Arg],
        dst: Option<u16>,
        again: &dyn Fn(&mut Self),
    ) -> Option<Flow> {
        let (types, keys) = (self.register(obj).types(), self.register(key).types());
        if keys == Types::INT && (types == Types::LIST || types == Types::TUPLE) {
            return None;
        }
        let other = |t: &mut Self| {
            let helper = if dst.is_some() {
                Helper::GetItem
            } else {
                Helper::SetItem
            };
            let consumed: Vec<u16> = args
                .iter()
                .filter_map(|arg| match arg {
                    Arg::Register(r) => Some(*r),
                    _ => None,
                })
                .collect();
            t.by_helper(helper, args, &consumed, dst.map(|dst| (dst, Types::ANY)));
            t.go_on(Odds::Possible);
        };
        if keys != Types::INT {
            let word = self.word(key);
            let int = self.builder.op(Op::IsInt, &[word]);
            self.when(int, |t| {
                t.refine(word, Types::INT);
                again(t);
                if !t.builder.is_finished() {
                    t.go_on(Odds::Likely);
                }
            });
        } else {
            let word = self.word(obj);
            for (kind, found) in [(Kind::LIST, Types::LIST), (Kind::TUPLE, Types::TUPLE)] {
                let likely = self.likely(obj).may_be(found);
                if likely && (dst.is_some() || found == Types::LIST) {
                    self.if_kind(word, kind, found, |t| {
                        t.rank += u32::from(found == Types::TUPLE);
                        again(t);
                    });
                }
            }
        }
        self.rank += 1;
        other(self);
        Some(Flow::Done)
    }

    /// The untagged index a key stands for; a constant below zero counts from the end.
    pub(super) fn index(&mut self, key: u16, len: Value) -> Value {
        match self.known_int(Operand::Register(key)) {
            Some(number) if number < 0 => {
                let number = self.builder.i64(number);
                self.builder.op(Op::I64Add, &[len, number])
            }
            Some(number) => self.builder.i64(number),
            None => {
                let word = self.word(key);
                self.builder.op(Op::UntagInt, &[word])
            }
        }
    }

    /// `obj[key] = value`.
    pub(super) fn store_item(&mut self, obj: u16, key: u16, value: u16) -> Flow {
        let args = [Arg::Register(obj), Arg::Register(key), Arg::Register(value)];
        let types = self.register(obj).types();
        if !self.likely(key).may_be(Types::INT) || !self.likely(obj).may_be(Types::LIST) {
            return self.by_helper(Helper::SetItem, &args, &[obj, key, value], None);
        }
        if types == Types::TUPLE {
            return self.by_helper(Helper::SetItem, &args, &[obj, key, value], None);
        }
        if let Some(flow) = self.sort_container(obj, key, &args, None, &|t| {
            t.store_item(obj, key, value);
        }) {
            return flow;
        }
        let list = self.word(obj);
        let slow = self.slow();
        let (array, index) = self.list_place(obj, key, &slow);
        let unshared = self.builder.op(Op::IsUnshared, &[list]);
        self.unless_slow(unshared, &slow);
        let old = self.builder.load_item(Field::ArrayItems, array, index);
        let plain = self.replaces_plain(old, value, &slow);
        self.finish_slow(slow, |t| {
            t.by_helper(Helper::SetItem, &args, &[obj, key, value], None);
            t.go_on(Odds::Likely);
        });
        let new = self.stored(value);
        self.builder
            .store_item(Field::ArrayItems, array, index, new);
        self.finish_store(&[obj, key], (old, plain))
    }
}
