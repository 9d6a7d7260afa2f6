//! The history of a KPI as CSV, page by page and each page in parts, so that neither an answer nor what is computed at once grows
//! with the data.

use std::sync::Arc;

use kpi::catalogue::Catalogue;
use kpi::evaluation::{After, Pages, known};
use kpi::point::Origin;

use crate::dashboard::Dashboard;
use crate::read_workers::Urgency;
use crate::series::PointIndex;
use storage::StoreError;

/// How many places of a history are computed at once.
const TOGETHER: usize = 500;

/// A page of the history of a KPI.
pub struct HistoryPage {
    /// Whether it must be marked as demo data.
    pub demo: bool,
    /// Where the next page begins; `None` at the end.
    pub next: Option<After>,
    kpi: Arc<str>,
    catalogue: Arc<Catalogue>,
    instant_ms: i64,
    /// Between which places each part lies, the next one last.
    parts: Vec<(Option<After>, Option<After>)>,
    is_begun: bool,
}

impl Dashboard {
    /// A page of at most `most` places of a KPI's history up to an instant, the earliest first; `None` where the catalogue of that
    /// time has no such KPI.
    ///
    /// # Errors
    /// [`StoreError`] where the observations can't be read.
    pub async fn kpi_history(
        &self,
        id: &str,
        instant_ms: i64,
        after: Option<After>,
        most: usize,
    ) -> Result<Option<HistoryPage>, StoreError> {
        let catalogue = self.effective_config().catalogue_at(instant_ms);
        let is_demo = self.settings().demo || self.latest_snapshot().is_some_and(|snapshot| snapshot.has_demo_data);
        let (kpi, series): (Arc<str>, _) = (id.into(), self.read_series());
        let work = async move {
            let Some((_, found)) = catalogue.kpi(&kpi) else { return Ok(None) };
            let last = series.ask(|source| known(&catalogue, found, source, instant_ms)).await?;
            let demo = is_demo || last.is_some_and(|last| last.origin == Origin::Demo);
            let parted = series.ask(|source| {
                let pages = Pages::new(&catalogue, found, source, instant_ms)?;
                let (mut parts, mut begin, mut left) = (Vec::new(), after, most);
                while left > 0 {
                    let end = pages.end(begin, left.min(TOGETHER))?;
                    parts.push((begin, end));
                    left -= left.min(TOGETHER);
                    begin = end;
                    if end.is_none() {
                        break;
                    }
                }
                parts.reverse();
                Ok((parts, begin))
            });
            let (parts, next) = parted.await?;
            drop(series);
            Ok(Some(HistoryPage { demo, next, kpi, catalogue, instant_ms, parts, is_begun: false }))
        };
        self.read_workers.run(Urgency::Past, work).await
    }

    /// The next part of a page as CSV, the first with the heading; `None` at its end.
    ///
    /// # Errors
    /// [`StoreError`] where the observations can't be read.
    pub async fn next_part(&self, page: &mut HistoryPage) -> Result<Option<String>, StoreError> {
        let Some((after, until)) = page.parts.pop() else { return Ok(None) };
        let (catalogue, kpi, instant_ms) = (Arc::clone(&page.catalogue), Arc::clone(&page.kpi), page.instant_ms);
        let series = self.read_series();
        let work = async move { part(&catalogue, &kpi, &series, instant_ms, (after, until)).await };
        let csv = self.read_workers.run(Urgency::Past, work).await?;
        let heading = csv.find('\n').map_or(0, |end| end + 1);
        let rows = if page.is_begun { csv.get(heading..).unwrap_or_default().to_owned() } else { csv };
        page.is_begun = true;
        Ok(Some(rows))
    }
}

async fn part(
    catalogue: &Catalogue,
    id: &str,
    series: &PointIndex,
    instant_ms: i64,
    (after, until): (Option<After>, Option<After>),
) -> Result<String, StoreError> {
    let Some((_, kpi)) = catalogue.kpi(id) else { return Ok(String::new()) };
    let numbers = series.ask(|source| Pages::new(catalogue, kpi, source, instant_ms)?.numbers(after, until)).await?;
    Ok(chart::csv(&crate::view::kpi_page::history_model(catalogue, kpi, &numbers)))
}

/// A place of a history as text, for the address of the next page.
pub fn place_text(place: After) -> String {
    format!("{}.{}", place.time_ms, place.count)
}

/// The place that a text names; `None` where it names none.
pub fn place_of(text: &str) -> Option<After> {
    let (time_ms, count) = text.split_once('.')?;
    Some(After { time_ms: time_ms.parse().ok()?, count: count.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_as_they_were_written() {
        for place in [After { time_ms: -5, count: 0 }, After { time_ms: 1_780_272_000_000, count: 12 }] {
            assert_eq!(place_of(&place_text(place)), Some(place));
        }
        for wrong in ["", "5", "5.", ".5", "5.x", "x.5", "5.-1", "5.1.1"] {
            assert_eq!(place_of(wrong), None, "{wrong}");
        }
    }
}
