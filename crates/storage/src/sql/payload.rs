//! Statements of payloads and sources.

pub const INSERT_PAYLOAD: &str = include_str!("../../queries/insert_payload.sql");
pub const INSERT_PAYLOAD_BODY: &str = include_str!("../../queries/insert_payload_body.sql");
pub const PAYLOAD: &str = include_str!("../../queries/payload.sql");
pub const PAYLOAD_OF_NUMBER: &str = include_str!("../../queries/payload_of_number.sql");
pub const PAYLOADS_OF_REPORT: &str = include_str!("../../queries/payloads_of_report.sql");
pub const LATEST_PAYLOAD: &str = include_str!("../../queries/latest_payload.sql");
pub const PAYLOAD_TO_JUDGE: &str = include_str!("../../queries/payload_to_judge.sql");
pub const JUDGE_PAYLOAD: &str = include_str!("../../queries/judge_payload.sql");
pub const MARK_BODIES_DROPPED: &str = include_str!("../../queries/mark_bodies_dropped.sql");
pub const DROP_BODY: &str = include_str!("../../queries/drop_body.sql");
pub const ADD_TO_SOURCE: &str = include_str!("../../queries/add_to_source.sql");
pub const CORRECT_SOURCE: &str = include_str!("../../queries/correct_source.sql");
pub const SOURCE_SUMMARIES: &str = include_str!("../../queries/source_summaries.sql");
