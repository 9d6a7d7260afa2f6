//! What the server does besides answering: it steps the alerts, delivers notifications, and watches the catalogue's file.

mod alerts;
mod catalogue_file;
mod delivery;

pub use alerts::keep_alerts;
pub use catalogue_file::{adopt, watch};
pub use delivery::{Delivery, deliver};
