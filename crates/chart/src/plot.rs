//! The model made ready: points that can be drawn, sorted, with their places, and the y axis. Every output of the crate
//! starts here, so that picture, sentences, cursor and labels agree. It neither draws nor words anything but labels.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::model::{ChartKind, ChartModel, Position, TargetLine};
use crate::number::{count_f64, is_drawable, time_fraction};
use crate::scale::Scale;
use crate::thin::drawn_indices;
use crate::time_text::{Detail, long};

/// How many times the values' own span a further target may lie away before it is left out of the picture.
const TARGET_REACH_SPANS: f64 = 2.0;

/// A place on x.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    Time(i64),
    /// The index of a category.
    Slot(usize),
}

/// A value with a place in the picture.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dot<'a> {
    pub key: Key,
    pub y: f64,
    pub note: Option<&'a str>,
}

/// A series' values, sorted along x.
#[derive(Debug)]
pub(crate) struct PlotSeries<'a> {
    pub name: &'a str,
    pub dots: Vec<Dot<'a>>,
}

impl<'a> PlotSeries<'a> {
    /// The values to draw; fewer than all in a long history.
    pub(crate) fn drawn(&self) -> Vec<Dot<'a>> {
        let times: Vec<(i64, f64)> = self
            .dots
            .iter()
            .filter_map(|dot| if let Key::Time(time_ms) = dot.key { Some((time_ms, dot.y)) } else { None })
            .collect();
        if times.len() < self.dots.len() {
            return self.dots.clone();
        }
        drawn_indices(&times).into_iter().filter_map(|index| self.dots.get(index).copied()).collect()
    }
}

/// A chart made ready.
#[derive(Debug)]
pub(crate) struct Plot<'a> {
    pub model: &'a ChartModel,
    pub series: Vec<PlotSeries<'a>>,
    /// The labels of the categories; empty in a history.
    pub slots: Vec<String>,
    /// Every place with a value, sorted, each once.
    pub keys: Vec<Key>,
    /// Values left out because they are not finite or beyond any scale.
    pub not_finite: usize,
    /// Values left out of a history because they have no time.
    pub without_time: usize,
    pub detail: Detail,
    /// None when there is neither a value nor a target.
    pub scale: Option<Scale>,
    /// The targets inside the scale.
    pub targets: Vec<&'a TargetLine>,
    /// The targets too far away to be drawn.
    pub far_targets: Vec<&'a TargetLine>,
}

impl<'a> Plot<'a> {
    /// Makes a chart ready.
    pub(crate) fn new(model: &'a ChartModel) -> Self {
        let detail = detail(model);
        let (slots, slot_of) = match model.kind {
            ChartKind::History => (Vec::new(), BTreeMap::new()),
            ChartKind::Bars => slots(model, detail),
        };
        let (mut not_finite, mut without_time) = (0, 0);
        let mut series = Vec::with_capacity(model.series.len());
        for source in &model.series {
            let mut occurrences = Occurrences::default();
            let mut dots = Vec::with_capacity(source.points.len());
            for point in &source.points {
                let key = match (&model.kind, &point.x) {
                    (ChartKind::History, Position::Time(time_ms)) => Some(Key::Time(*time_ms)),
                    (ChartKind::History, Position::Category(_)) => None,
                    (ChartKind::Bars, position) => {
                        slot_of.get(&occurrences.next(position)).map(|slot| Key::Slot(*slot))
                    }
                };
                match key {
                    None => without_time += 1,
                    Some(_) if !is_drawable(point.y) => not_finite += 1,
                    Some(key) => dots.push(Dot { key, y: point.y, note: point.note.as_deref() }),
                }
            }
            dots.sort_by_key(|dot| dot.key);
            series.push(PlotSeries { name: &source.name, dots });
        }
        let mut keys: Vec<Key> = series.iter().flat_map(|one| one.dots.iter().map(|dot| dot.key)).collect();
        keys.sort_unstable();
        keys.dedup();
        let (scale, targets, far_targets) = vertical(model, &series);
        Self { model, series, slots, keys, not_finite, without_time, detail, scale, targets, far_targets }
    }

    /// How many values there are to draw.
    pub(crate) fn dot_count(&self) -> usize {
        self.series.iter().map(|one| one.dots.len()).sum()
    }

    /// The series that have a value.
    pub(crate) fn filled_series(&self) -> impl Iterator<Item = &PlotSeries<'a>> {
        self.series.iter().filter(|one| !one.dots.is_empty())
    }

    /// The first and last time of a history that has a value.
    pub(crate) fn period(&self) -> Option<(i64, i64)> {
        match (self.keys.first(), self.keys.last()) {
            (Some(Key::Time(first)), Some(Key::Time(last))) => Some((*first, *last)),
            _ => None,
        }
    }

    /// Where a place is: 0 at the start edge, 1 at the end edge; a category's middle.
    pub(crate) fn place(&self, key: Key) -> f64 {
        match key {
            Key::Time(time_ms) => self.period().map_or(0.5, |(first, last)| time_fraction(time_ms, first, last)),
            Key::Slot(slot) => (count_f64(slot) + 0.5) / count_f64(self.slots.len().max(1)),
        }
    }

    /// What stands at a place, in words.
    pub(crate) fn label(&self, key: Key) -> String {
        match key {
            Key::Time(time_ms) => long(time_ms, self.detail),
            Key::Slot(slot) => self.slots.get(slot).cloned().unwrap_or_default(),
        }
    }
}

/// A category and how often it stood in the same series before: a repeated one gets a bar of its own.
type SlotKey<'a> = (&'a Position, usize);

#[derive(Default)]
struct Occurrences<'a>(BTreeMap<&'a Position, usize>);

impl<'a> Occurrences<'a> {
    fn next(&mut self, position: &'a Position) -> SlotKey<'a> {
        let seen = self.0.entry(position).or_insert(0);
        *seen += 1;
        (position, *seen - 1)
    }
}

fn slots(model: &ChartModel, detail: Detail) -> (Vec<String>, BTreeMap<SlotKey<'_>, usize>) {
    let mut order: Vec<SlotKey<'_>> = Vec::new();
    let mut slot_of = BTreeMap::new();
    for series in &model.series {
        let mut occurrences = Occurrences::default();
        for point in &series.points {
            let key = occurrences.next(&point.x);
            slot_of.entry(key).or_insert_with(|| {
                order.push(key);
                0
            });
        }
    }
    if order.iter().all(|(position, _)| matches!(position, Position::Time(_))) {
        order.sort();
    }
    for (index, key) in order.iter().enumerate() {
        slot_of.insert(*key, index);
    }
    (order.iter().map(|(position, _)| position_label(position, detail)).collect(), slot_of)
}

/// A position in words.
pub(crate) fn position_label(position: &Position, detail: Detail) -> String {
    match position {
        Position::Time(time_ms) => long(*time_ms, detail),
        Position::Category(name) => name.clone(),
    }
}

/// How exact the model's times must be written, whether their values are drawn or not.
pub(crate) fn detail(model: &ChartModel) -> Detail {
    let points = model.series.iter().flat_map(|series| &series.points);
    let mut times: Vec<i64> =
        points.filter_map(|point| if let Position::Time(time_ms) = point.x { Some(time_ms) } else { None }).collect();
    times.sort_unstable();
    times.dedup();
    Detail::telling_apart(&times)
}

/// The y axis, the targets on it and those too far away for it.
fn vertical<'a>(
    model: &'a ChartModel,
    series: &[PlotSeries<'_>],
) -> (Option<Scale>, Vec<&'a TargetLine>, Vec<&'a TargetLine>) {
    let mut values: Vec<f64> = series.iter().flat_map(|one| one.dots.iter().map(|dot| dot.y)).collect();
    let has_values = !values.is_empty();
    let (possible, impossible): (Vec<&TargetLine>, Vec<&TargetLine>) =
        model.targets.iter().partition(|target| is_drawable(target.value));
    values.extend(possible.iter().filter(|target| target.current || !has_values).map(|target| target.value));
    if values.is_empty() {
        return (None, Vec::new(), impossible.into_iter().chain(possible).collect());
    }
    if model.zero_based || model.kind == ChartKind::Bars {
        values.push(0.0);
    }
    let (low, high) = range(&values);
    let span = if high > low { high - low } else { high.abs().max(1.0) };
    let near = |target: &&TargetLine| {
        target.current
            || !has_values
            || (target.value >= low - span * TARGET_REACH_SPANS && target.value <= high + span * TARGET_REACH_SPANS)
    };
    let (drawn, mut far): (Vec<&TargetLine>, Vec<&TargetLine>) = possible.into_iter().partition(near);
    far.extend(impossible);
    values.extend(drawn.iter().map(|target| target.value));
    let (low, high) = range(&values);
    (Some(Scale::covering(low, high, &model.unit)), drawn, far)
}

fn range(values: &[f64]) -> (f64, f64) {
    values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(*value), high.max(*value)))
}

/// On which side of a target a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Above,
    Below,
    At,
}

impl Side {
    /// The side of `value` seen from `target`; both finite.
    pub(crate) fn of(value: f64, target: f64) -> Self {
        match value.partial_cmp(&target) {
            Some(Ordering::Greater) => Self::Above,
            Some(Ordering::Less) => Self::Below,
            _ => Self::At,
        }
    }

    /// The side in words.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Above => "above target",
            Self::Below => "below target",
            Self::At => "exactly at target",
        }
    }
}
