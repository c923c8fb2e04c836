//! What becomes known to other threads together.
//!
//! ```text
//!   confined                                      published
//!   list ─► str, list ─► str                      all of it, by the first store of the outer list where others can find it
//!   instance ─► instance, list ─► str              all of it, likewise
//!   exception ─► args ─► str
//!        └─► traceback ─► frame ─► variables      all of it, when the exception is kept: by an instance, a module, a future
//! ```
//!
//! Invariant: all that a published object refers to is published. Objects of most kinds publish what they take up, whether
//! they are published or not; those of discreet kinds ([`Kind::is_discreet`](crate::object::Kind::is_discreet)) do that when
//! they are, so that what nobody else has dies at once with them, without a grace period.

use super::exception::Exception;
use super::frame::FrameObject;
use super::instance::{Area, Instance};
use super::list::List;
use super::traceback::Traceback;
use super::tuple::Tuple;
use crate::Value;
use crate::object::{Header, Object};

/// Marks what a discreet object refers to as shared, and what discreet objects among that refer to: other threads are about to
/// find it, and none has until now; or they all stand still.
#[inline(never)]
pub fn publish_parts(object: &Header) {
    // Not recursive: lists nest as deep as memory lasts.
    let mut nested: Vec<Value> = Vec::new();
    let mut next = Some(object.value());
    while let Some(object) = next {
        let mut publish = |part: Value| {
            if let Some(header) = part.header()
                && header.mark_shared()
                && header.kind().is_discreet()
            {
                nested.push(part);
            }
        };
        let area = object.header().and_then(Area::of);
        if let Some(area) = area {
            area.traverse(&mut publish);
        }
        if let Some(list) = object.get::<List>() {
            list.each(&mut publish);
        } else if let Some(tuple) = object.get::<Tuple>() {
            tuple.items().iter().copied().for_each(publish);
        } else if let Some(exception) = object.get::<Exception>() {
            exception.traverse(&mut publish);
        } else if let Some(traceback) = object.get::<Traceback>() {
            traceback.traverse(&mut publish);
        } else if let Some(frame) = object.get::<FrameObject>() {
            frame.traverse(&mut publish);
        } else if object.get::<Instance>().is_none() {
            unreachable!("objects of other kinds publish what they take up");
        }
        next = nested.pop();
    }
}
