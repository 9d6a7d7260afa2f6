//! Versions of the catalogue: who changed it, when and why, and what the difference is.

use std::sync::Arc;

use kpi::catalogue::{Catalogue, CatalogueError, Change, difference};
use serde::{Deserialize, Serialize};
use storage::{JournalEntry, StoreError};
use thiserror::Error;

use crate::dashboard::{CatalogueSource, Dashboard};
use crate::journal::{CATALOGUES, Draft};
use crate::record::sha256_hex;
use crate::text::{TextError, optional, required};

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

#[derive(Serialize, Deserialize)]
struct Body {
    origin: VersionOrigin,
    sha256_hex: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    reason: Option<String>,
    document: String,
}

/// Why a catalogue was not taken over.
#[derive(Debug, Error)]
pub enum ApplyError {
    /// It has errors; the running one stays.
    #[error("the catalogue has {} errors; the running one stays", .0.len())]
    Refused(Vec<CatalogueError>),
    /// The server was started with a file, which is the only place to change it.
    #[error("the catalogue is read from a file; change that file instead")]
    FromFile,
    /// Somebody else changed it since the sender looked.
    #[error("the catalogue is at version {number} by now")]
    Changed {
        /// The number of the version in force.
        number: i64,
    },
    /// A text is missing or too long.
    #[error(transparent)]
    Text(#[from] TextError),
    /// Too much is being read at this moment.
    #[error(transparent)]
    Busy(#[from] crate::readers::Busy),
    /// The store failed.
    #[error("the store did not keep the catalogue")]
    Store(#[from] StoreError),
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

impl Dashboard {
    /// Takes a document over as the catalogue in force, unless it is the latest version already. Returns the number of
    /// the version.
    ///
    /// # Errors
    /// [`ApplyError::Refused`] with every error of the document, [`ApplyError::Store`] where the store failed.
    pub async fn adopt_catalogue(
        &self,
        document: &str,
        origin: VersionOrigin,
        person: &str,
        reason: Option<String>,
    ) -> Result<i64, ApplyError> {
        let text = document.to_owned();
        let (parsed, _turn) = self.readers.run(text.len(), move || Catalogue::parse(&text).map(drop)).await?;
        parsed.map_err(ApplyError::Refused)?;
        let guard = self.write_guard().await;
        let latest =
            self.effective_config().versions.last().map(|version| (version.number, version.document == document));
        if let Some((number, true)) = latest {
            return Ok(number);
        }
        let body = Body { origin, sha256_hex: sha256_hex(document.as_bytes()), reason, document: document.to_owned() };
        let draft = Draft::new(CATALOGUES, "version", "", Some(person), self.now_ms(), &body)
            .map_err(|error| TextError { field: "document", detail: error.to_string() })?;
        let version = self.append(guard, draft).await?.version;
        self.read_what_the_catalogue_reads().await?;
        Ok(version)
    }

    /// Takes over a catalogue that a person sends; `seen` is the number of the version that it was made from.
    ///
    /// # Errors
    /// [`ApplyError`]; the running catalogue stays then.
    pub async fn apply_catalogue(
        &self,
        document: &str,
        person: &str,
        reason: Option<&str>,
        seen: Option<i64>,
    ) -> Result<i64, ApplyError> {
        let person = required("person", person)?;
        let reason = optional("reason", reason)?;
        if self.settings.catalogue == CatalogueSource::File {
            return Err(ApplyError::FromFile);
        }
        let number = self.effective_config().versions.last().map_or(0, |version| version.number);
        if seen.is_some_and(|seen| seen != number) {
            return Err(ApplyError::Changed { number });
        }
        self.adopt_catalogue(document, VersionOrigin::Applied, &person, reason).await
    }

    /// Takes over the catalogue that came with this program, unless somebody replaced it by another one.
    ///
    /// # Errors
    /// As [`Self::adopt_catalogue`].
    pub async fn adopt_embedded_catalogue(&self, document: &str) -> Result<(), ApplyError> {
        let replaced =
            self.effective_config().versions.last().is_some_and(|version| version.origin == VersionOrigin::Applied);
        if !replaced {
            let version = env!("CARGO_PKG_VERSION");
            self.adopt_catalogue(document, VersionOrigin::Embedded, &format!("Inferno KPI {version}"), None).await?;
        }
        Ok(())
    }

    /// Remembers why the catalogue's file was refused last; `None` once it is taken over again.
    pub fn tell_catalogue_refusal(&self, refusal: Option<Vec<String>>) {
        *self.catalogue_refusal.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = refusal;
        // Nobody listening is no failure.
        let _ = self.changes.send(crate::dashboard::Change::Journal { latest_id: self.latest_change() });
    }

    /// Why the catalogue's file was refused last, an error each; empty while it is in force.
    pub fn catalogue_refusal(&self) -> Vec<String> {
        let refusal = self.catalogue_refusal.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        refusal.clone().unwrap_or_default()
    }

    /// Every version, the newest first.
    pub fn catalogue_versions(&self) -> Vec<CatalogueVersion> {
        let mut versions = self.effective_config().versions.clone();
        versions.reverse();
        versions
    }

    /// What a version changed against the readable one before it; `None` where there is no such version.
    pub fn catalogue_difference(&self, number: i64) -> Option<Vec<Change>> {
        let effective_config = self.effective_config();
        let version = effective_config.versions.iter().find(|version| version.number == number)?;
        let before = effective_config.versions.iter().rfind(|other| other.number < number && other.catalogue.is_some());
        Some(match (before.and_then(|before| before.catalogue.as_ref()), &version.catalogue) {
            (Some(before), Some(after)) => difference(before, after),
            _ => Vec::new(),
        })
    }
}
