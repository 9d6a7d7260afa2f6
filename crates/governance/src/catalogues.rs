//! Taking over catalogues, and what their versions say.

use std::sync::{Mutex, PoisonError};

use journal::digest::sha256_hex;
use journal::stream::CATALOGUES;
use journal::text::{TextError, optional, required};
use journal::{Draft, Journal};
use kpi::catalogue::{Catalogue, CatalogueError, Change, difference};
use storage::StoreError;
use thiserror::Error;

use crate::catalogue_version::{Body, CatalogueVersion, VersionOrigin};
use crate::effective_config::{SharedConfig, in_force};

/// Where the catalogue comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CatalogueSource {
    /// From the versions in the store, to which people add.
    #[default]
    Versions,
    /// From a file, which is then the only place to change it; each change of it becomes a version.
    File,
    /// The one that was given counts at every instant, whatever versions the store holds.
    Given,
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
    #[error("too much is being read at this moment")]
    Busy,
    /// The store failed.
    #[error("the store did not keep the catalogue")]
    Store(#[from] StoreError),
}

/// A document that can be read as a catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedDocument(String);

impl CheckedDocument {
    /// Reads a document whole; that takes long for a large one.
    ///
    /// # Errors
    /// Every error of the document.
    pub fn check(document: String) -> Result<Self, Vec<CatalogueError>> {
        Catalogue::parse(&document)?;
        Ok(Self(document))
    }
}

/// The versions of the catalogue.
pub struct Catalogues {
    journal: Journal,
    config: SharedConfig,
    source: CatalogueSource,
    refusal: Mutex<Vec<String>>,
}

impl Catalogues {
    pub(crate) fn new(journal: Journal, config: SharedConfig, source: CatalogueSource) -> Self {
        Self { journal, config, source, refusal: Mutex::default() }
    }

    /// Takes a document over as the catalogue in force, unless it is the latest version already. Returns the number of
    /// the version.
    ///
    /// # Errors
    /// [`ApplyError::Store`] where the store failed.
    pub async fn adopt(
        &self,
        CheckedDocument(document): CheckedDocument,
        origin: VersionOrigin,
        person: &str,
        reason: Option<String>,
    ) -> Result<i64, ApplyError> {
        let guard = self.journal.write_guard().await;
        let latest =
            in_force(&self.config).versions.last().map(|version| (version.number, version.document == document));
        if let Some((number, true)) = latest {
            return Ok(number);
        }
        let body = Body { origin, sha256_hex: sha256_hex(document.as_bytes()), reason, document };
        let draft = Draft::new(CATALOGUES, "version", "", Some(person), self.journal.now_ms(), &body)
            .map_err(|error| TextError { field: "document", detail: error.to_string() })?;
        Ok(self.journal.append(guard, draft).await?.version)
    }

    /// Whether a person may send a catalogue now that was made from the version `seen`; gives their name and reason back as they
    /// are kept.
    ///
    /// # Errors
    /// [`ApplyError`] where the catalogue is read from a file, was changed since, or a text is wrong.
    pub fn may_apply(
        &self,
        person: &str,
        reason: Option<&str>,
        seen: Option<i64>,
    ) -> Result<(String, Option<String>), ApplyError> {
        let person = required("person", person)?;
        let reason = optional("reason", reason)?;
        if self.source == CatalogueSource::File {
            return Err(ApplyError::FromFile);
        }
        let number = in_force(&self.config).versions.last().map_or(0, |version| version.number);
        if seen.is_some_and(|seen| seen != number) {
            return Err(ApplyError::Changed { number });
        }
        Ok((person, reason))
    }

    /// Whether somebody replaced the catalogue that came with the program.
    pub fn is_replaced(&self) -> bool {
        in_force(&self.config).versions.last().is_some_and(|version| version.origin == VersionOrigin::Applied)
    }

    /// Remembers why the catalogue's file was refused last, an error each; none once it is taken over again.
    pub fn set_refusal(&self, errors: Vec<String>) {
        *self.refusal.lock().unwrap_or_else(PoisonError::into_inner) = errors;
        self.journal.changes().look_again();
    }

    /// Why the catalogue's file was refused last, an error each; empty while it is in force.
    pub fn refusal(&self) -> Vec<String> {
        self.refusal.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Every version, the newest first.
    pub fn versions(&self) -> Vec<CatalogueVersion> {
        let mut versions = in_force(&self.config).versions.clone();
        versions.reverse();
        versions
    }

    /// What a version changed against the readable one before it; `None` where there is no such version.
    pub fn difference(&self, number: i64) -> Option<Vec<Change>> {
        let config = in_force(&self.config);
        let version = config.versions.iter().find(|version| version.number == number)?;
        let before = config.versions.iter().rfind(|other| other.number < number && other.catalogue.is_some());
        Some(match (before.and_then(|before| before.catalogue.as_ref()), &version.catalogue) {
            (Some(before), Some(after)) => difference(before, after),
            _ => Vec::new(),
        })
    }
}
