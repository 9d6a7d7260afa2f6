//! The file beside the store that knows what was written last.

use std::path::{Path, PathBuf};

use service::last_known::LastKnown;
use sha2::{Digest as _, Sha256};

use crate::cli::Data;

/// The file for the folder's own database.
const FILE: &str = "inferno-kpi.last.json";

/// Where it is: in the data folder, also for a PostgreSQL database, and then with a name that belongs to that database.
pub fn file(data: &Data) -> PathBuf {
    let Some(url) = &data.database else { return data.folder.join(FILE) };
    // Without what may change while the database stays the same: user and password.
    let place = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
    let place = place.rsplit_once('@').map_or(place, |(_, place)| place);
    let digest = Sha256::digest(place);
    let short = digest.iter().take(6).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    data.folder.join(format!("inferno-kpi.last.{short:012x}.json"))
}

/// What it says; `None` where there is none.
///
/// # Errors
/// A sentence where it can't be read or is damaged.
pub async fn read(data: &Data) -> Result<Option<LastKnown>, String> {
    let file = file(data);
    let told = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
    match tokio::fs::read(&file).await {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(told(&error)),
        Ok(bytes) => LastKnown::from_bytes(&bytes).map(Some).map_err(|error| told(&error)),
    }
}

/// Puts it in the place of the one before. Not flushed: it may be older than the store, never newer.
///
/// # Errors
/// What the file system gives.
pub fn write(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let partial = file.with_extension("json.partial");
    std::fs::write(&partial, bytes)?;
    std::fs::rename(&partial, file)
}

/// Forgets what was written last, because the store is another one from now on.
///
/// # Errors
/// What the file system gives.
pub fn forget(data: &Data) -> std::io::Result<()> {
    match std::fs::remove_file(file(data)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_database_has_a_file_of_its_own_whoever_connects() {
        let of = |url: Option<&str>| {
            file(&Data { folder: PathBuf::from("data"), database: url.map(str::to_owned), catalogue: None })
        };
        assert_eq!(of(None), Path::new("data/inferno-kpi.last.json"));
        assert_eq!(of(Some("postgres://a:b@host/kpi")), of(Some("postgres://c:d@host/kpi")));
        assert_ne!(of(Some("postgres://a:b@host/kpi")), of(Some("postgres://a:b@host/other")));
    }
}
