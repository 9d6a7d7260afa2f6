//! Catalogues that are taken over: read on the threads for reading, kept by governance, and followed by what is read because of them.

use governance::{ApplyError, CheckedDocument, VersionOrigin};

use crate::dashboard::Dashboard;

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
        let (checked, _turn) =
            self.readers.run(text.len(), move || CheckedDocument::check(text)).await.map_err(|_| ApplyError::Busy)?;
        let checked = checked.map_err(ApplyError::Refused)?;
        let version = self.governance.catalogues.adopt(checked, origin, person, reason).await?;
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
        let (person, reason) = self.governance.catalogues.may_apply(person, reason, seen)?;
        self.adopt_catalogue(document, VersionOrigin::Applied, &person, reason).await
    }

    /// Takes over the catalogue that came with this program, unless somebody replaced it by another one.
    ///
    /// # Errors
    /// As [`Self::adopt_catalogue`].
    pub async fn adopt_embedded_catalogue(&self, document: &str) -> Result<(), ApplyError> {
        if !self.governance.catalogues.is_replaced() {
            let version = env!("CARGO_PKG_VERSION");
            self.adopt_catalogue(document, VersionOrigin::Embedded, &format!("Inferno KPI {version}"), None).await?;
        }
        Ok(())
    }
}
