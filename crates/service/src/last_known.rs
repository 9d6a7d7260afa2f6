//! What was known to be written last, kept beside the store: a store that knows less at the next start has lost its end, and
//! nothing in the store itself would say so.
//!
//! The file is written at most a second after a commit and is not flushed, so that it costs nothing; it may therefore know less than
//! the store, never more. Its second line is the hash of its first one.

use serde::{Deserialize, Serialize};
use storage::{Examine, Held, Latest, StoreError};

use crate::record::sha256_hex;
use crate::verification::Verification;

/// How many damages the file names: it is written often.
const MOST_DAMAGES: usize = 50;

/// The rows that were written last, as the file holds them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
struct Rows {
    payload: i64,
    payload_digest: Option<i64>,
    observation: String,
    observation_digest: Option<i64>,
    journal_entry: String,
    journal_digest: Option<i64>,
    message: String,
    benchmark_run: String,
    series: i64,
    flushed_payload: i64,
}

/// Something that everybody has to know of the store until somebody who may decide says that it is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// When it was found, in milliseconds since the Unix epoch.
    pub found_ms: i64,
    /// What was found, and what to do about it.
    pub text: String,
}

/// What the file says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LastKnown {
    rows: Rows,
    /// When it was written, in milliseconds since the Unix epoch.
    pub written_ms: i64,
    /// What was found and is not acknowledged.
    pub findings: Vec<Finding>,
    /// The last look at the whole store.
    pub verification: Option<Verification>,
}

/// The file is not what was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the file of what was written last is damaged: {0}")]
pub struct Damaged(String);

impl LastKnown {
    /// A file's content for what is known now.
    pub fn new(latest: &Latest, written_ms: i64, findings: Vec<Finding>, verification: Option<Verification>) -> Self {
        let rows = Rows {
            payload: latest.payload,
            payload_digest: latest.payload_digest,
            observation: latest.observation.clone(),
            observation_digest: latest.observation_digest,
            journal_entry: latest.journal_entry.clone(),
            journal_digest: latest.journal_digest,
            message: latest.message.clone(),
            benchmark_run: latest.benchmark_run.clone(),
            series: latest.series,
            flushed_payload: latest.flushed_payload,
        };
        let verification = verification.map(|mut verification| {
            verification.damages.truncate(MOST_DAMAGES);
            verification
        });
        Self { rows, written_ms, findings, verification }
    }

    /// The bytes to write.
    ///
    /// # Errors
    /// None that is known.
    pub fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        let line = serde_json::to_string(self)?;
        let sum = sha256_hex(line.as_bytes());
        Ok(format!("{line}\n{sum}\n").into_bytes())
    }

    /// What bytes say that were read.
    ///
    /// # Errors
    /// [`Damaged`] where they are not as they were written.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Damaged> {
        let damaged = |what: &str| Damaged(what.to_owned());
        let text = std::str::from_utf8(bytes).map_err(|_| damaged("it is no text"))?;
        let mut lines = text.lines();
        let (Some(line), Some(sum)) = (lines.next(), lines.next()) else { return Err(damaged("it ends too early")) };
        if sha256_hex(line.as_bytes()) != sum {
            return Err(damaged("its content does not fit its checksum"));
        }
        serde_json::from_str(line).map_err(|error| Damaged(error.to_string()))
    }

    /// What the store has lost since the file was written; a sentence, or nothing. To be asked before anything is written.
    ///
    /// # Errors
    /// What the store gives.
    pub async fn compare(&self, store: &dyn Examine) -> Result<Option<String>, StoreError> {
        let (then, now) = (&self.rows, store.latest().await?);
        let asked = Latest {
            payload: then.payload,
            observation: then.observation.clone(),
            journal_entry: then.journal_entry.clone(),
            ..Latest::default()
        };
        let [payload, observation, entry] = store.held(&asked).await?;
        let mut lost = Vec::new();
        if now.payload < then.payload {
            lost.push(format!("the last payload is number {}, and number {} was kept", now.payload, then.payload));
        } else if then.payload > 0 {
            lost.extend(other_row("payload number", &then.payload.to_string(), then.payload_digest, payload));
        }
        for (what, id, digest, held, least) in [
            ("observation", &then.observation, then.observation_digest, observation, &now.observation),
            ("entry of the journal", &then.journal_entry, then.journal_digest, entry, &now.journal_entry),
        ] {
            if least < id {
                lost.push(format!("the {what} {id} was kept and is not there"));
            } else if !id.is_empty() {
                lost.extend(other_row(what, id, digest, held));
            }
        }
        for (what, then, now) in
            [("message", &then.message, &now.message), ("benchmark run", &then.benchmark_run, &now.benchmark_run)]
        {
            if now < then {
                lost.push(format!("the {what} {then} was kept and is not there"));
            }
        }
        if now.series < then.series {
            lost.push(format!("{} series of samples were known, and {} are", then.series, now.series));
        }
        if now.flushed_payload < then.flushed_payload {
            lost.push(format!(
                "samples were in blocks up to payload number {}, and are up to number {}",
                then.flushed_payload, now.flushed_payload
            ));
        }
        Ok((!lost.is_empty()).then(|| {
            format!(
                "The database knows less than was acknowledged until {}: {}. Its end, or that of its log, is lost, or it was \
                 replaced by an older one",
                crate::instant::long(self.written_ms),
                lost.join("; ")
            )
        }))
    }
}

fn other_row(what: &str, id: &str, digest: Option<i64>, held: Held) -> Option<String> {
    match (held, digest) {
        (Held::Nothing, _) => Some(format!("{what} {id} was kept and is not there")),
        (Held::Row(Some(now)), Some(then)) if now != then => Some(format!("{what} {id} is another one than was kept")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_reads_back_and_any_other_byte_is_noticed() {
        let findings = vec![Finding { found_ms: 7, text: "something is lost".to_owned() }];
        let latest = Latest { payload: 12, observation: "0190".to_owned(), ..Latest::default() };
        let known = LastKnown::new(&latest, 5, findings, Some(Verification::default()));
        let bytes = known.to_bytes().unwrap();
        assert_eq!(LastKnown::from_bytes(&bytes), Ok(known));
        for at in 0..bytes.len() - 1 {
            let mut other = bytes.clone();
            other[at] ^= 1;
            assert!(LastKnown::from_bytes(&other).is_err(), "{at}");
            assert!(LastKnown::from_bytes(&bytes[..at]).is_err(), "{at}");
        }
    }
}
