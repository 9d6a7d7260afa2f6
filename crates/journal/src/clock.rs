//! Time and ids come from outside, so that every result can be repeated.

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Milliseconds since the Unix epoch, UTC.
    fn now_ms(&self) -> i64;
}

/// Makes ids.
pub trait Ids: Send + Sync {
    /// A new id that sorts after every id made before by the same maker (`UUIDv7`).
    fn next(&self, now_ms: i64) -> String;

    /// From now on ids sort after this one too, which an earlier maker made: its clock may have been ahead of now.
    fn continue_after(&self, id: &str);
}
