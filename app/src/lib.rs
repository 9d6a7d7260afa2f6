//! The pages: a server-rendered document for each view model, and the few islands that move in the browser.
//!
//! With the feature `ssr` this crate turns a view model of the service into a whole HTML document that is complete without
//! script. Without it only the islands are left, which is what the browser is sent. Nothing is computed here: a page shows
//! what its view model says.

#![cfg_attr(feature = "ssr", expect(clippy::needless_pass_by_value, reason = "components own their properties"))]

#[cfg(target_arch = "wasm32")]
mod browser;
pub mod islands;

#[cfg(feature = "ssr")]
mod components;
#[cfg(feature = "ssr")]
mod document;
#[cfg(feature = "ssr")]
pub mod forms;
#[cfg(feature = "ssr")]
mod layout;
#[cfg(feature = "ssr")]
mod links;
#[cfg(feature = "ssr")]
pub mod markdown;
#[cfg(feature = "ssr")]
pub mod model;
#[cfg(feature = "ssr")]
mod pages;
#[cfg(feature = "ssr")]
mod plain;
#[cfg(feature = "ssr")]
mod stylesheet;
#[cfg(feature = "ssr")]
mod words;

#[cfg(feature = "ssr")]
pub use document::{Document, DocumentProps};
#[cfg(feature = "ssr")]
pub use forms::Forms;
#[cfg(feature = "ssr")]
pub use links::anchor;
#[cfg(feature = "ssr")]
pub use model::{CheckInKpi, CheckInPage, DocumentPage, Page, Preferences, ProblemPage, SettingsPage, TextSize, Theme};
#[cfg(feature = "ssr")]
pub use plain::plain;
