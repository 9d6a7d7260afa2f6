//! Asking, with the answer as what it is.

use super::{Answer, Samples, WindowAggregate, WindowQuery, WindowSource};
use crate::aggregate::Aggregate;
use crate::measure::{Span, Statistic};
use crate::point::{Pending, Point};

/// One who asks a source. A source that answers another question than the one it was asked counts as one that has nothing.
#[derive(Clone, Copy)]
pub(crate) struct Ask<'a>(pub(crate) &'a dyn WindowSource);

/// Everything up to an instant.
pub(crate) fn until(until_ms: i64) -> Span {
    Span { from_ms: i64::MIN, until_ms }
}

impl Ask<'_> {
    fn ask(self, of: Samples<'_>, span: Span, aggregate: WindowAggregate<'_>) -> Result<Answer, Pending> {
        self.0.answer(&WindowQuery { of, span, known_at_ms: None, aggregate })
    }

    pub(crate) fn count(self, of: Samples<'_>, span: Span) -> Result<usize, Pending> {
        Ok(match self.ask(of, span, WindowAggregate::Count)? {
            Answer::Total { count, .. } => count,
            _ => 0,
        })
    }

    /// The sum and of how many it is.
    pub(crate) fn sum(self, of: Samples<'_>, span: Span) -> Result<(f64, usize), Pending> {
        Ok(match self.ask(of, span, WindowAggregate::Sum)? {
            Answer::Total { count, sum } => (sum, count),
            _ => (0.0, 0),
        })
    }

    /// A number and of how many it is.
    pub(crate) fn number(
        self,
        of: Samples<'_>,
        span: Span,
        aggregate: WindowAggregate<'_>,
    ) -> Result<(Option<f64>, usize), Pending> {
        Ok(match self.ask(of, span, aggregate)? {
            Answer::Statistic { value, count } => (value, count),
            _ => (None, 0),
        })
    }

    pub(crate) fn sample(
        self,
        of: Samples<'_>,
        span: Span,
        aggregate: WindowAggregate<'_>,
    ) -> Result<Option<Point>, Pending> {
        Ok(match self.ask(of, span, aggregate)? {
            Answer::Sample(sample) => sample,
            _ => None,
        })
    }

    pub(crate) fn latest(self, of: Samples<'_>, instant_ms: i64) -> Result<Option<Point>, Pending> {
        self.sample(of, until(instant_ms), WindowAggregate::Latest)
    }

    /// How many things.
    pub(crate) fn things(self, of: Samples<'_>, span: Span, aggregate: WindowAggregate<'_>) -> Result<usize, Pending> {
        Ok(match self.ask(of, span, aggregate)? {
            Answer::Count(count) => count,
            _ => 0,
        })
    }

    /// How many of both and of the others.
    pub(crate) fn share(
        self,
        of: Samples<'_>,
        span: Span,
        aggregate: WindowAggregate<'_>,
    ) -> Result<(usize, usize), Pending> {
        Ok(match self.ask(of, span, aggregate)? {
            Answer::Share { both, among } => (both, among),
            _ => (0, 0),
        })
    }

    /// Promoters, detractors, answers.
    pub(crate) fn promoters(self, of: Samples<'_>, span: Span) -> Result<[usize; 3], Pending> {
        Ok(match self.ask(of, span, WindowAggregate::Promoters)? {
            Answer::Promoters { promoters, detractors, answers } => [promoters, detractors, answers],
            _ => [0; 3],
        })
    }

    pub(crate) fn points(self, of: Samples<'_>, span: Span, first: usize, most: usize) -> Result<Vec<Point>, Pending> {
        Ok(match self.ask(of, span, WindowAggregate::Points { first, most })? {
            Answer::Points(points) => points,
            _ => Vec::new(),
        })
    }

    pub(crate) fn point_at(self, of: Samples<'_>, span: Span, place: usize) -> Result<Option<Point>, Pending> {
        Ok(self.points(of, span, place, 1)?.pop())
    }

    pub(crate) fn rolling(
        self,
        of: Samples<'_>,
        span: Span,
        (aggregate, window_ms): (Aggregate, i64),
        (first, most): (usize, usize),
    ) -> Result<Vec<(i64, Option<f64>)>, Pending> {
        Ok(match self.ask(of, span, WindowAggregate::Rolling { aggregate, window_ms, first, most })? {
            Answer::Numbers(numbers) => numbers,
            _ => Vec::new(),
        })
    }

    /// What an aggregate of a KPI gives of a window whose latest sample is given; of none in the window, nothing but the latest.
    pub(crate) fn aggregate(
        self,
        aggregate: Aggregate,
        of: Samples<'_>,
        span: Span,
        latest: Option<&Point>,
    ) -> Result<Option<f64>, Pending> {
        let statistic = match aggregate {
            Aggregate::Last => return Ok(latest.map(|latest| latest.value)),
            Aggregate::Sum => {
                let (sum, count) = self.sum(of, span)?;
                return Ok((count > 0).then_some(sum));
            }
            Aggregate::Mean => Statistic::Mean,
            Aggregate::Percentile(rank) => Statistic::Percentile(rank),
        };
        Ok(self.number(of, span, WindowAggregate::Statistic(statistic))?.0)
    }
}
