//! The server's options that some attacks need: where they are called something else, this is the place.

/// Waits so many seconds for a head, and for the next bytes of a body.
pub fn waiting_s(seconds: u64) -> Vec<String> {
    options(&[("--header-seconds", seconds), ("--body-seconds", seconds)])
}

/// Lets 39 addresses hold ten thousand event streams, and a few more.
pub fn many_streams() -> Vec<String> {
    options(&[("--max-streams", 10_100), ("--max-streams-per-address", 300)])
}

fn options(options: &[(&str, u64)]) -> Vec<String> {
    options.iter().flat_map(|(name, value)| [(*name).to_owned(), value.to_string()]).collect()
}
