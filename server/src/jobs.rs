//! What the server does besides answering: it steps the alerts, delivers notifications, and watches the catalogue's file.

mod alerts;
mod catalogue_file;
mod delivery;
mod leadership;
mod points;
mod samples;
mod soundness;
mod sources;
mod tokens;
mod writes;

pub use alerts::keep_alerts;
pub use catalogue_file::{adopt, watch};
pub use delivery::{Delivery, deliver};
use leadership::Leadership;
pub use points::settle_points;
pub use samples::keep_samples;
pub use soundness::{compare, keep_sound, take_over, write_last_known};
pub use sources::{SourceBoard, event_mappings, open_sources, run_sources};
pub use tokens::keep_token_use;
pub use writes::watch_writes;
