//! What bodies of requests may cost: who sends is known before more than a little is read, and all bodies together share one budget.
//!
//! Every byte that arrives and every byte that is unpacked is charged to the [`Budget`] until the request is answered. Whoever has
//! not shown who they are (a *stranger*) has a share of it, and a few bodies at a time.

mod budget;
mod inflow;
mod meter;
mod strangers;
mod unpacking;

pub use self::budget::{Budget, Exhausted};
pub use self::inflow::{Inflow, Unread, Whole};
pub use self::meter::{Meter, is_exhausted, retry_after};
pub use self::strangers::Strangers;
pub use self::unpacking::unpacked;

/// How much of a body is read before it is known who sends it.
pub const MOST_OF_STRANGERS: usize = 1024 * 1024;
/// When one who found no room may try again.
pub const RETRY_AFTER_S: u64 = 2;
