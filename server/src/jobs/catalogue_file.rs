//! Watches the catalogue's file: a change is taken over as a new version; a broken file leaves the running one.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use governance::{ApplyError, VersionOrigin};
use service::Dashboard;
use tokio::sync::watch as flag;

use super::Leadership;

/// How often the file is looked at.
const EVERY: Duration = Duration::from_secs(1);

/// Takes a file's text over as the catalogue.
///
/// # Errors
/// [`ApplyError`]; the running catalogue stays then.
pub async fn adopt(dashboard: &Dashboard, file: &Path, document: &str) -> Result<i64, ApplyError> {
    let name = file.file_name().map_or_else(|| file.display().to_string(), |name| name.to_string_lossy().into_owned());
    dashboard.adopt_catalogue(document, VersionOrigin::File, &format!("file {name}"), None).await
}

/// Watches the file until the server stops.
pub async fn watch(dashboard: Arc<Dashboard>, file: PathBuf, mut stop: flag::Receiver<bool>) {
    let mut leadership = Leadership::of(&dashboard, "catalogue file");
    let mut seen = stamp(&file).await;
    let mut clock = tokio::time::interval(EVERY);
    loop {
        tokio::select! {
            _ = stop.changed() => break,
            _ = clock.tick() => {}
        }
        let now = stamp(&file).await;
        if now == seen || !leadership.leads().await {
            continue;
        }
        seen = now;
        take_over(&dashboard, &file).await;
    }
    leadership.release().await;
}

async fn take_over(dashboard: &Dashboard, file: &Path) {
    let refusal = match tokio::fs::read_to_string(file).await {
        Err(error) => Some(vec![format!("{}: {error}", file.display())]),
        Ok(document) => match adopt(dashboard, file, &document).await {
            Ok(number) => {
                tracing::info!(number, "the catalogue's file was taken over");
                None
            }
            Err(ApplyError::Refused(errors)) => Some(errors.iter().map(ToString::to_string).collect()),
            Err(error) => Some(vec![error.to_string()]),
        },
    };
    for error in refusal.iter().flatten() {
        tracing::error!(file = %file.display(), error, "the catalogue's file was refused; the running one stays");
    }
    dashboard.governance().catalogues.set_refusal(refusal.unwrap_or_default());
}

/// When the file was changed and how long it is; `None` where it is not there.
async fn stamp(file: &Path) -> Option<(SystemTime, u64)> {
    let metadata = tokio::fs::metadata(file).await.ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}
