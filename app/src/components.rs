//! Parts that several pages are made of.

mod ask;
mod budget;
mod chart_figure;
mod counts;
mod data_table;
mod escalation;
mod gate_meter;
mod kpi_table;
mod outcome;
mod pace;
mod payload_link;
mod severity;
mod snippets;
mod status;
mod token_field;

pub use ask::{Ask, Field};
pub use budget::Budget;
pub use chart_figure::ChartFigure;
pub use counts::{CountList, StatusBar};
pub use data_table::DataTable;
pub use escalation::Escalation;
pub use gate_meter::GateMeter;
pub use kpi_table::{KpiTable, ValueCell};
pub use outcome::Outcome;
pub use pace::PaceWord;
pub use payload_link::{EarlyToken, PayloadLink, Reader};
pub use severity::severity_shape;
pub use snippets::Snippets;
pub use status::StatusMark;
pub use token_field::TokenField;
