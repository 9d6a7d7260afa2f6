//! Questions about points: asked, and asked again once what they lacked was read.

use std::cell::RefCell;
use std::sync::Arc;

use kpi::measure::Span;
use kpi::point::{Pending, Point};
use kpi::window::{Answer, RunsSource, Samples, WindowAggregate, WindowQuery, WindowSource};
use storage::StoreError;

use super::index::{Bringer, PointIndex};
use super::view::{Pinned, Seen};

/// How often one question is asked at most: each time it lacks something else.
const MOST_ROUNDS: usize = 1_000;

impl<B: Bringer + Clone + Default> PointIndex<B> {
    /// What is asked of the points. A question is asked again once what it lacked is there, so it must do nothing but ask.
    ///
    /// # Errors
    /// [`StoreError`] where points can't be read.
    pub async fn ask<T>(&self, question: impl Fn(&dyn WindowSource) -> Result<T, Pending>) -> Result<T, StoreError> {
        let mut pinned = Pinned::new();
        // Of segments that were replaced meanwhile the latest index knows where their points stand now.
        let mut latest: Option<Arc<Self>> = None;
        for _ in 0..MOST_ROUNDS {
            let missing = {
                let seen =
                    Seen { index: latest.as_deref().unwrap_or(self), pinned: &pinned, missing: RefCell::default() };
                match question(&RunsSource::new(&seen)) {
                    Ok(answer) => return Ok(answer),
                    Err(Pending) => seen.missing.into_inner(),
                }
            };
            if missing.is_empty() {
                break;
            }
            if !self.engine.load(missing, &mut pinned).await? {
                latest = self.engine.latest();
            }
        }
        let source = "more segments were missing than there can be".into();
        Err(StoreError::Failed { operation: "read points", source })
    }

    /// The points of a series up to an instant from the place `first` on, at most `most`, in order.
    ///
    /// # Errors
    /// [`StoreError`] where points can't be read.
    pub async fn points_until(
        &self,
        series: &str,
        until_ms: i64,
        (first, most): (usize, usize),
    ) -> Result<Vec<Point>, StoreError> {
        let answer = self.answer(series, until_ms, WindowAggregate::Points { first, most }).await?;
        Ok(if let Answer::Points(points) = answer { points } else { Vec::new() })
    }

    /// The latest `most` points of a series up to an instant, in order.
    ///
    /// # Errors
    /// [`StoreError`] where points can't be read.
    pub async fn latest_points(&self, series: &str, until_ms: i64, most: usize) -> Result<Vec<Point>, StoreError> {
        let count = self.count_until(series, until_ms).await?;
        self.points_until(series, until_ms, (count.saturating_sub(most), most)).await
    }

    /// How many points a series has up to an instant.
    ///
    /// # Errors
    /// [`StoreError`] where points can't be read.
    pub async fn count_until(&self, series: &str, until_ms: i64) -> Result<usize, StoreError> {
        let answer = self.answer(series, until_ms, WindowAggregate::PointCount).await?;
        Ok(if let Answer::Count(count) = answer { count } else { 0 })
    }

    /// How many points are of a time after an instant, and the latest such time; `None` without one.
    ///
    /// # Errors
    /// [`StoreError`] where points can't be read.
    pub async fn after(&self, instant_ms: i64) -> Result<Option<(usize, i64)>, StoreError> {
        let mut found: Option<(usize, i64)> = None;
        let names: Vec<&str> = self.reaching_beyond(instant_ms).collect();
        for name in names {
            let span = Span { from_ms: instant_ms, until_ms: i64::MAX };
            let query = |aggregate| WindowQuery { of: Samples::all(name), span, known_at_ms: None, aggregate };
            let (count, latest) = self
                .ask(|source| {
                    let count = source.answer(&query(WindowAggregate::PointCount));
                    Ok((count?, source.answer(&query(WindowAggregate::Latest))?))
                })
                .await?;
            if let (Answer::Count(count), Answer::Sample(Some(latest))) = (count, latest) {
                let (before, latest_ms) = found.unwrap_or((0, i64::MIN));
                found = Some((before + count, latest_ms.max(latest.time_ms)));
            }
        }
        Ok(found)
    }

    async fn answer(&self, series: &str, until_ms: i64, aggregate: WindowAggregate<'_>) -> Result<Answer, StoreError> {
        let span = Span { from_ms: i64::MIN, until_ms };
        let query = WindowQuery { of: Samples::all(series), span, known_at_ms: None, aggregate };
        self.ask(|source| source.answer(&query)).await
    }
}
