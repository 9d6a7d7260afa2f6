//! How bad an alert is, as shape and colour; the word stands beside it.

/// The sign and the class of a severity.
pub fn severity_shape(severity: &str) -> (&'static str, &'static str) {
    match severity {
        "red" => ("◆", "status status-red"),
        "yellow" => ("▲", "status status-yellow"),
        _ => ("○", "status status-notice"),
    }
}
