//! The points that KPIs are computed of, by series, in segments that lie in the store: memory holds what each segment is in sum, what was
//! added lately, and those segments that were read last.
//!
//! Readers take an index as it is at one instant ([`PointIndex`]) and keep it as long as they compute; a writer waits for no reader. What is
//! added gathers beside the segments until it is settled ([`SharedPoints::settle`]): merged into segments, and these written with a watermark
//! that says which observations stand in them. All of it can be made anew from the observations.
//!
//! A series that has samples too is held in memory whole: its points come from blocks at each start.

mod asking;
mod cache;
mod index;
mod label_sets;
mod merge;
mod opening;
mod placed;
mod series;
mod settling;
mod shared;
mod view;

pub use index::{Bringer, PointIndex};
pub use merge::Incoming;
pub use opening::{Opened, POINTS_VERSION};
pub use settling::{Settle, Settled};
pub use shared::{PointWriter, SharedPoints};
