//! How the islands behave in the browser. Plain calls of the browser's own interfaces: what stands on a page changes by
//! replacing parts of the document with what the server writes anew.

pub mod benchmark_progress;
pub mod chart_cursor;
pub mod check_in_queue;
mod dom;
mod events;
pub mod gate_simulation;
mod json;
pub mod live;
mod page_age;
mod queue_list;
mod queue_store;
mod swap;
mod typing;
pub mod web_vitals;
