//! Statements of observations.

pub const POINTS: &str = include_str!("../../queries/points.sql");
pub const OBSERVATIONS: &str = include_str!("../../queries/observations.sql");
pub const OBSERVATION: &str = include_str!("../../queries/observation.sql");
pub const STANDING_OF_REPORT: &str = include_str!("../../queries/standing_of_report.sql");
