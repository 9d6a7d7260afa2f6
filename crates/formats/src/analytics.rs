//! Events of product analytics: what they become, as data. Mixpanel's and Amplitude's readers share it.
//!
//! Without a rule an event keeps its name as the series, its user as the label `user`, and its plain properties (text,
//! numbers, true and false) as labels. Names stay as they are (*Signed Up*, *Заказ 1*). Properties
//! of the client itself (names that begin with `$` or `mp_`, `token`, `ip`) are no labels, nor are lists, objects and texts
//! longer than a label's value may be.

mod apply;
mod instant;
mod mapping;

pub(crate) use apply::{Event, add, profile};
pub(crate) use instant::instant;
pub use mapping::{EventMapping, EventRule, Others};
