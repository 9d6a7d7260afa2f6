//! How many files this process may have open. A connection is one.

/// What is asked for where the system sets no limit.
#[cfg(unix)]
const ENOUGH: u64 = 1 << 20;

/// Raises the limit of open files as far as it goes; what it is then, `None` where there is none.
#[cfg(unix)]
pub fn raise_file_limit() -> Option<usize> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let before = getrlimit(Resource::Nofile);
    let wanted = before.maximum.unwrap_or(ENOUGH);
    if before.current.is_some_and(|current| current < wanted) {
        let raised = Rlimit { current: Some(wanted), maximum: before.maximum };
        if let Err(error) = setrlimit(Resource::Nofile, raised) {
            tracing::warn!(%error, "the limit of open files could not be raised");
        }
    }
    let now = getrlimit(Resource::Nofile).current;
    tracing::info!(from = before.current, to = now, most = before.maximum, "limit of open files");
    now.map(|files| usize::try_from(files).unwrap_or(usize::MAX))
}

/// Elsewhere there is no such limit.
#[cfg(not(unix))]
pub fn raise_file_limit() -> Option<usize> {
    None
}
