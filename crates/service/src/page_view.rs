//! Page views that browsers report: who may report one, how many, and what is recorded of it.
//!
//! A report counts with the stamp that this server put into the page, once. Stamps are free to whoever fetches pages, so what they
//! are good for is limited too, for each network and in all; and the catalogue lets each reader count once, so that a few
//! can't move a KPI.

mod limits;
mod stamp;

use std::sync::{Mutex, PoisonError};

use formats::{Draft, Drafts, Target, Written};
use kpi::measure::readers;
use kpi::point::Origin;
use storage::StoreError;
use thiserror::Error;

use self::limits::Limits;
use self::stamp::{Checked, Spent, Stamps};
use crate::dashboard::Dashboard;
use crate::record::{Receipt, RecordError, Submission};
use crate::self_measurement::{BROWSER_SOURCE, Vitals};
use access::server_key::{Random, ServerKey};

/// The series of load times, in seconds.
const LOAD: &str = "dashboard.load";
/// The series of verdicts over the Core Web Vitals: 100 where all that were measured were good, else 0.
const VITALS: &str = "dashboard.vitals";
/// The label that tells readers apart.
const READER: &str = "reader";
/// How long the key of readers' names is used: as long as the KPIs look back. Then nobody can tell any more who a name stood for.
const READER_KEY_MS: i64 = 28 * 86_400_000;
/// The document's name of that key.
const READER_KEY: &str = "readers";
/// How many hexadecimal digits name a reader.
const READER_DIGITS: usize = 16;

/// Why a report is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NotCounted {
    /// It has no stamp, or one that this server did not put into that page.
    #[error("the report has no stamp that this server put into the page")]
    NoStamp,
    /// Enough are counted already.
    #[error("no further page view is counted now")]
    TooMany {
        /// After how many seconds one is counted again.
        retry_after_s: u64,
    },
}

/// Stamps pages and takes the stamps back.
pub struct PageViews {
    stamps: Stamps,
    book: Mutex<Book>,
    readers: tokio::sync::Mutex<ServerKey>,
}

#[derive(Default)]
struct Book {
    spent: Spent,
    limits: Limits,
}

impl PageViews {
    /// Page views of this start of the server. Stamps of an earlier one are not counted: their key is gone.
    ///
    /// # Errors
    /// [`StoreError`] where the key of readers' names can't be read or kept.
    pub async fn open(dashboard: &Dashboard, stamp_key: Random, fresh: Random) -> Result<Self, StoreError> {
        let now_ms = dashboard.now_ms();
        let readers = reader_key(dashboard, fresh).await?;
        Ok(Self {
            stamps: Stamps::new(ServerKey::new(stamp_key, now_ms)),
            book: Mutex::default(),
            readers: tokio::sync::Mutex::new(readers),
        })
    }

    /// A stamp for a page that is drawn now; `random` is used for no other.
    pub fn stamp(&self, page: &str, random: Random, now_ms: i64) -> String {
        self.stamps.stamp(page, random, now_ms)
    }

    /// Takes a stamp back from a network; gives what names the page view. `None` where it counts no more: it was taken before, is
    /// old, or of an earlier start of the server. That is no fault of the reader, who may have had the page open for long.
    ///
    /// # Errors
    /// [`NotCounted`]; the stamp is as good as before.
    pub fn take(&self, page: &str, stamp: &str, network: &str, now_ms: i64) -> Result<Option<String>, NotCounted> {
        let (name, issued_ms) = match self.stamps.check(page, stamp, now_ms) {
            Checked::Good { name, issued_ms } => (name, issued_ms),
            Checked::Over => return Ok(None),
            Checked::Forged => return Err(NotCounted::NoStamp),
        };
        // The book is whole after every step, so a thread that died while it held the lock left nothing half done.
        let mut book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        if book.spent.contains(&name) {
            return Ok(None);
        }
        book.limits.take(network, now_ms).map_err(|retry_after_s| NotCounted::TooMany { retry_after_s })?;
        book.spent.add(&name, issued_ms, now_ms);
        Ok(Some(name))
    }

    /// Records a page view whose stamp was taken. `network` is where its reader is; what is kept is a name that stands for it for
    /// four weeks at most. `None` where no KPI reads page views.
    ///
    /// # Errors
    /// [`RecordError`] where the store failed.
    pub async fn record(
        &self,
        dashboard: &Dashboard,
        (name, vitals): (&str, &Vitals),
        network: &str,
        evidence: Vec<u8>,
        fresh: Random,
    ) -> Result<Option<Receipt>, RecordError> {
        let reader = self.reader(dashboard, network, fresh).await?;
        let catalogue = dashboard.catalogue();
        let verdict = if vitals.is_good() { 100.0 } else { 0.0 };
        let drafts: Vec<Draft> = [(LOAD, vitals.load_ms, "ms"), (VITALS, verdict, "%")]
            .into_iter()
            .filter(|(series, ..)| !readers(&catalogue, series).is_empty())
            .zip(1..)
            .map(|((series, value, unit), row)| Draft {
                row,
                target: Target::Series(series.to_owned()),
                value: Written::Number(value, value.to_string()),
                unit: Some(unit.to_owned()),
                time: None,
                external_id: Some(format!("{series}:{name}")),
                note: Some(format!("page view of {}", vitals.page)),
                evidence: None,
                person: None,
                origin: None,
                labels: vec![(READER.to_owned(), reader.clone())],
            })
            .collect();
        if drafts.is_empty() {
            return Ok(None);
        }
        let rows = drafts.len();
        let submission = Submission {
            source: BROWSER_SOURCE.to_owned(),
            content_type: "application/json".to_owned(),
            body: evidence,
            drafts: Drafts { drafts, problems: Vec::new(), rows },
            partial: false,
            origin: Origin::Dashboard,
            reading: None,
        };
        dashboard.record(submission).await.map(Some)
    }

    /// A name for the reader in a network.
    async fn reader(&self, dashboard: &Dashboard, network: &str, fresh: Random) -> Result<String, StoreError> {
        let mut key = self.readers.lock().await;
        if dashboard.now_ms().abs_diff(key.made_ms()) > READER_KEY_MS.unsigned_abs() {
            *key = reader_key(dashboard, fresh).await?;
        }
        Ok(key.name(&[network], READER_DIGITS))
    }
}

async fn reader_key(dashboard: &Dashboard, fresh: Random) -> Result<ServerKey, StoreError> {
    ServerKey::load(dashboard.store(), READER_KEY, Some(READER_KEY_MS), fresh, dashboard.now_ms()).await
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_MS: i64 = 1_780_272_000_000;

    fn views() -> PageViews {
        PageViews {
            stamps: Stamps::new(ServerKey::new([1; 32], NOW_MS)),
            book: Mutex::default(),
            readers: tokio::sync::Mutex::new(ServerKey::new([2; 32], NOW_MS)),
        }
    }

    fn random(number: u32) -> Random {
        let mut random = [0; 32];
        random[..4].copy_from_slice(&number.to_be_bytes());
        random
    }

    #[test]
    fn a_stamp_counts_once() {
        let views = views();
        let stamp = views.stamp("/", random(1), NOW_MS);
        assert!(views.take("/", &stamp, "a", NOW_MS).is_ok_and(|taken| taken.is_some()));
        for network in ["a", "b"] {
            assert_eq!(views.take("/", &stamp, network, NOW_MS + 1), Ok(None));
        }
    }

    #[test]
    fn a_network_counts_no_more_than_its_share_however_many_stamps_it_has() {
        let views = views();
        let stamps: Vec<String> = (0..2_000).map(|number| views.stamp("/", random(number), NOW_MS)).collect();
        let counted = |from: usize, network: &str, now_ms| {
            stamps[from..].iter().filter(|stamp| matches!(views.take("/", stamp, network, now_ms), Ok(Some(_)))).count()
        };
        assert_eq!(counted(0, "a", NOW_MS), 60);
        assert_eq!(counted(60, "a", NOW_MS + 60_000), 1);
        assert_eq!(counted(61, "b", NOW_MS + 60_000), 60, "another network has a share of its own");
        let refused = views.take("/", &stamps[1_000], "a", NOW_MS + 60_000);
        assert_eq!(refused, Err(NotCounted::TooMany { retry_after_s: 60 }));
    }

    #[test]
    fn all_networks_together_count_no_more_than_the_whole() {
        let views = views();
        let counted = (0..2_000)
            .filter(|number| {
                let stamp = views.stamp("/", random(*number), NOW_MS);
                matches!(views.take("/", &stamp, &format!("network {number}"), NOW_MS), Ok(Some(_)))
            })
            .count();
        assert_eq!(counted, 300);
    }
}
