//! A version of the catalogue: who changed it, when and why, as the journal keeps it.

use std::sync::Arc;

use kpi::catalogue::Catalogue;
use serde::{Deserialize, Serialize};
use storage::JournalEntry;

/// Where a version came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VersionOrigin {
    /// It came with the program.
    Embedded,
    /// It was read from the file that the server was started with.
    File,
    /// Somebody sent it.
    Applied,
    /// It was made for the demonstration.
    Demo,
}

impl VersionOrigin {
    /// The words people read.
    pub fn words(self) -> &'static str {
        match self {
            Self::Embedded => "came with the program",
            Self::File => "read from the file",
            Self::Applied => "sent",
            Self::Demo => "made for the demonstration",
        }
    }
}

/// A version of the catalogue.
#[derive(Debug, Clone, PartialEq)]
pub struct CatalogueVersion {
    /// Its number, from 1.
    pub number: i64,
    /// From when on it counts, in milliseconds since the Unix epoch.
    pub time_ms: i64,
    /// Who made it.
    pub person: String,
    /// Why.
    pub reason: Option<String>,
    /// Where it came from.
    pub origin: VersionOrigin,
    /// The document as it was given.
    pub document: String,
    /// What it says; `None` where this program can't read it any more.
    pub catalogue: Option<Arc<Catalogue>>,
}

/// The body of an entry.
#[derive(Serialize, Deserialize)]
pub(crate) struct Body {
    pub(crate) origin: VersionOrigin,
    pub(crate) sha256_hex: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) reason: Option<String>,
    pub(crate) document: String,
}

impl CatalogueVersion {
    pub(crate) fn read(entry: &JournalEntry) -> Result<Self, String> {
        let body: Body = serde_json::from_str(&entry.body_json).map_err(|error| error.to_string())?;
        let catalogue = match Catalogue::parse(&body.document) {
            Ok(catalogue) => Some(Arc::new(catalogue)),
            Err(errors) => {
                let first = errors.first().map(ToString::to_string).unwrap_or_default();
                tracing::error!(version = entry.version, first, "a version of the catalogue can't be read any more");
                None
            }
        };
        Ok(Self {
            number: entry.version,
            time_ms: entry.time_ms,
            person: entry.person.clone().unwrap_or_default(),
            reason: body.reason,
            origin: body.origin,
            document: body.document,
            catalogue,
        })
    }
}
