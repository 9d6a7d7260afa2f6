//! What every room writes through: the journal with its guard, and what is told of it to rooms and to open pages.
//!
//! Beside it stands what each of them needs to write: a clock, ids, checked texts, hashes. What an entry *means* is not known
//! here: the room whose stream it is reads it.

pub mod changes;
pub mod clock;
pub mod digest;
pub mod entry;
mod log;
pub mod stream;
pub mod text;

pub use changes::{Change, Changes};
pub use clock::{Clock, Ids};
pub use entry::{Draft, WriteSet};
pub use log::{Follower, Journal, WriteGuard, unreadable};
