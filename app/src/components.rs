//! Parts that several pages are made of.

mod chart_figure;
mod counts;
mod data_table;
mod gate_meter;
mod kpi_table;
mod status;
mod token_field;

pub use chart_figure::ChartFigure;
pub use counts::{CountList, StatusBar};
pub use data_table::DataTable;
pub use gate_meter::GateMeter;
pub use kpi_table::{KpiTable, ValueCell};
pub use status::StatusMark;
pub use token_field::TokenField;
