//! Statements of the points of KPIs.

use std::sync::LazyLock;

use crate::bulk_insert::{Insert, with_list};

pub const POINT_WATERMARK: &str = include_str!("../../queries/point_watermark.sql");
pub const PUT_POINT_WATERMARK: &str = include_str!("../../queries/put_point_watermark.sql");
pub const POINT_SERIES: &str = include_str!("../../queries/point_series.sql");
pub const POINT_LABEL_SETS: &str = include_str!("../../queries/point_label_sets.sql");
pub const POINT_SEGMENTS: &str = include_str!("../../queries/point_segments.sql");
const POINT_SEGMENT_BYTES: &str = include_str!("../../queries/point_segment_bytes.sql");
const DELETE_POINT_SEGMENTS: &str = include_str!("../../queries/delete_point_segments.sql");
const DELETE_POINT_SEGMENT_BYTES: &str = include_str!("../../queries/delete_point_segment_bytes.sql");
/// What deletes everything that was settled, in this order.
pub const FORGET_POINTS: [&str; 5] = [
    include_str!("../../queries/forget_points/point_watermark.sql"),
    include_str!("../../queries/forget_points/point_segment_bytes.sql"),
    include_str!("../../queries/forget_points/point_segments.sql"),
    include_str!("../../queries/forget_points/point_label_sets.sql"),
    include_str!("../../queries/forget_points/point_series.sql"),
];

pub static PUT_POINT_SERIES: LazyLock<Insert> =
    LazyLock::new(|| Insert::new(include_str!("../../queries/put_point_series.sql")));
pub static INSERT_POINT_LABEL_SETS: LazyLock<Insert> =
    LazyLock::new(|| Insert::new(include_str!("../../queries/insert_point_label_sets.sql")));
pub static INSERT_POINT_SEGMENTS: LazyLock<Insert> =
    LazyLock::new(|| Insert::new(include_str!("../../queries/insert_point_segments.sql")));
pub static INSERT_POINT_SEGMENT_BYTES: LazyLock<Insert> =
    LazyLock::new(|| Insert::new(include_str!("../../queries/insert_point_segment_bytes.sql")));

/// The statement that reads the bytes of that many segments of points.
pub fn point_segment_bytes(count: usize) -> String {
    with_list(POINT_SEGMENT_BYTES, 1, count)
}

/// The statement that deletes that many segments of points.
pub fn delete_point_segments(count: usize) -> String {
    with_list(DELETE_POINT_SEGMENTS, 1, count)
}

/// The statement that deletes the bytes of that many segments of points.
pub fn delete_point_segment_bytes(count: usize) -> String {
    with_list(DELETE_POINT_SEGMENT_BYTES, 1, count)
}
