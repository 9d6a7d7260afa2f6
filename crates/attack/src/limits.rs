//! The server's options that some attacks need: where they are called something else, this is the place.

/// Waits so many seconds for a head, and for the next bytes of a body.
pub fn waiting_s(_seconds: u64) -> Vec<String> {
    Vec::new()
}

/// Lets many addresses hold many event streams.
pub fn many_streams() -> Vec<String> {
    Vec::new()
}
