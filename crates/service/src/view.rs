//! What pages show, ready to be read: texts with units, statuses, charts. The same values feed the API and exports.
//!
//! Everything here is computed by the functions of the submodules from one evaluation; nothing is computed in a page.

#[cfg(test)]
mod agreement;
pub mod alerts;
pub mod benchmarks;
mod bucket_note;
pub mod catalogue_page;
pub mod chart_parts;
pub mod contract;
pub mod dead_letters;
mod decisions;
mod derived;
pub mod frame;
pub mod gates;
mod goals;
pub mod kpi_page;
pub mod outlook;
pub mod overview;
pub mod rows;
pub mod sample_series;
pub mod series;
pub mod snippets;
mod soundness;
pub mod sources;
pub mod table_import;
mod timeline;
pub mod tokens;
pub mod track;

pub use chart_parts::ChartView;
pub use frame::Frame;
pub use rows::{KpiRow, StatusView};
