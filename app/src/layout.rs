//! What stands around every page.

mod as_of;
mod footer;
mod header;
mod icons;
mod navigation;

pub use footer::Footer;
pub use header::Header;
pub use navigation::{MainNavigation, TrackNavigation};
