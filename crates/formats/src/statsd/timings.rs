//! The timings of one series in one interval, and what is told of them.

/// The quantiles told of the timings of an interval, with their labels.
const QUANTILES: [(f64, &str); 4] = [(0.5, "0.5"), (0.9, "0.9"), (0.95, "0.95"), (0.99, "0.99")];

/// Values, and for how many measurements each stands.
#[derive(Debug, Clone, Default)]
pub(super) struct Timings {
    pub(super) is_ms: bool,
    pub(super) values: Vec<(f64, f64)>,
}

/// What is told: the name's ending, the label `quantile`, the value, and whether it has the timings' unit.
pub(super) type Told = (&'static str, Option<&'static str>, f64, bool);

impl Timings {
    pub(super) fn add(&mut self, value: f64, weight: f64) {
        self.values.push((value, weight));
    }

    /// Count, sum, least, greatest, and the quantiles: the least value with at least that share of the measurements at or
    /// below it (nearest rank).
    pub(super) fn told(mut self) -> Vec<Told> {
        self.values.sort_by(|(one, _), (other, _)| one.total_cmp(other));
        let (Some((least, _)), Some((greatest, _))) = (self.values.first(), self.values.last()) else {
            return Vec::new();
        };
        let count: f64 = self.values.iter().map(|(_, weight)| weight).sum();
        let sum = self.values.iter().map(|(value, weight)| value * weight).sum();
        let mut told = vec![
            (".count", None, count, false),
            (".sum", None, sum, true),
            (".min", None, *least, true),
            (".max", None, *greatest, true),
        ];
        for (quantile, label) in QUANTILES {
            let mut seen = 0.0;
            let at_rank = self.values.iter().find(|(_, weight)| {
                seen += weight;
                seen >= quantile * count
            });
            told.push(("", Some(label), at_rank.map_or(*greatest, |(value, _)| *value), true));
        }
        told
    }
}
