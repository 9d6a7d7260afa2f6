//! The names of sources that are the product's own: nobody sends under them.

/// Generated demonstration data.
pub const DEMO_SOURCE: &str = "demo";
/// The embedded benchmark.
pub const BENCHMARK_SOURCE: &str = "embedded-engine";
/// What the server measures of itself.
pub const OWN_SOURCE: &str = "this-dashboard";
/// What browsers report of page views.
pub const BROWSER_SOURCE: &str = "browser";

/// All of them.
pub const RESERVED_SOURCES: [&str; 4] = [DEMO_SOURCE, BENCHMARK_SOURCE, OWN_SOURCE, BROWSER_SOURCE];
