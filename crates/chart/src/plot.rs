//! The model made ready: points that can be drawn, sorted, with their places, and the y axis. Every output of the crate
//! starts here, so that picture, sentences, cursor and labels agree. It neither draws nor words anything but labels.

use std::collections::BTreeMap;

use crate::annotation::Placed;
use crate::forecast::Ahead;
use crate::model::{ChartKind, ChartModel, Position, TargetLine};
use crate::number::{count_f64, is_drawable, time_fraction};
use crate::path::GlidePath;
use crate::scale::Scale;
use crate::slots::{Occurrences, SlotKey, slots};
use crate::thin::drawn_indices;
use crate::time_text::{Detail, long};
use crate::vertical::{DrawnTarget, Vertical};

/// A place on x.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    Time(i64),
    /// The index of a category.
    Slot(usize),
}

impl Key {
    /// The time; none for a category.
    pub(crate) fn time_ms(self) -> Option<i64> {
        if let Self::Time(time_ms) = self { Some(time_ms) } else { None }
    }
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
        let times: Vec<(i64, f64)> = self.dots.iter().filter_map(|dot| Some((dot.key.time_ms()?, dot.y))).collect();
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
    /// What lies after the last value.
    pub ahead: Ahead<'a>,
    pub path: GlidePath,
    /// The first and last time of a history's x axis; none where nothing has a time.
    pub period: Option<(i64, i64)>,
    /// Sorted along x; those without a place first.
    pub annotations: Vec<Placed<'a>>,
    /// None when there is neither a value nor a target.
    pub scale: Option<Scale>,
    /// The targets inside the scale.
    pub targets: Vec<DrawnTarget<'a>>,
    /// The targets too far away to be drawn.
    pub far_targets: Vec<&'a TargetLine>,
    /// The targets that counted before or after the picture only.
    pub outside_targets: Vec<&'a TargetLine>,
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
        let ahead = Ahead::of(model, keys.last().and_then(|key| key.time_ms()));
        let path = GlidePath::of(model);
        let period = period(model, &keys, &ahead, &path);
        let mut values: Vec<f64> = series.iter().flat_map(|one| one.dots.iter().map(|dot| dot.y)).collect();
        values.extend(ahead.dots.iter().flat_map(|dot| [dot.lower, dot.mean, dot.upper]));
        values.extend(path_within(&path, period).into_iter().map(|(_, value)| value));
        let Vertical { scale, drawn: targets, far: far_targets, outside: outside_targets } =
            Vertical::of(model, values, period);
        Self {
            model,
            series,
            slots,
            keys,
            not_finite,
            without_time,
            detail,
            ahead,
            path,
            period,
            annotations: placed(model, &slot_of),
            scale,
            targets,
            far_targets,
            outside_targets,
        }
    }

    /// How many values there are to draw.
    pub(crate) fn dot_count(&self) -> usize {
        self.series.iter().map(|one| one.dots.len()).sum()
    }

    /// The series that have a value.
    pub(crate) fn filled_series(&self) -> impl Iterator<Item = &PlotSeries<'a>> {
        self.series.iter().filter(|one| !one.dots.is_empty())
    }

    /// The part of the path that is in the picture, as (time, value).
    pub(crate) fn path_line(&self) -> Vec<(i64, f64)> {
        path_within(&self.path, self.period)
    }

    /// Whether a series' latest value can be compared with the path.
    pub(crate) fn path_is_told(&self) -> bool {
        let latest = self.series.iter().filter_map(|one| one.dots.last()?.key.time_ms());
        latest.into_iter().any(|time_ms| self.path.value_at(time_ms).is_some())
    }

    /// Where a place is: 0 at the start edge, 1 at the end edge; a category's middle.
    pub(crate) fn place(&self, key: Key) -> f64 {
        match key {
            Key::Time(time_ms) => self.period.map_or(0.5, |(first, last)| time_fraction(time_ms, first, last)),
            Key::Slot(slot) => (count_f64(slot) + 0.5) / count_f64(self.slots.len().max(1)),
        }
    }

    /// Like [`Plot::place`]; none outside the picture, or if nothing is drawn.
    pub(crate) fn place_inside(&self, key: Key) -> Option<f64> {
        self.scale.as_ref()?;
        if let Key::Time(time_ms) = key {
            let (first, last) = self.period?;
            if !(first..=last).contains(&time_ms) {
                return None;
            }
        }
        Some(self.place(key))
    }

    /// What stands at a place, in words.
    pub(crate) fn label(&self, key: Key) -> String {
        match key {
            Key::Time(time_ms) => long(time_ms, self.detail),
            Key::Slot(slot) => self.slots.get(slot).cloned().unwrap_or_default(),
        }
    }
}

/// A position in words.
pub(crate) fn position_label(position: &Position, detail: Detail) -> String {
    match position {
        Position::Time(time_ms) => long(*time_ms, detail),
        Position::Category(name) => name.clone(),
    }
}

/// How exact the model's times must be written, expected ones included, whether their values are drawn or not.
fn detail(model: &ChartModel) -> Detail {
    let measured = model.series.iter().flat_map(|series| series.points.iter().map(|point| &point.x));
    let expected = model.forecast.iter().flat_map(|band| band.points.iter().map(|point| &point.x));
    let mut times: Vec<i64> = measured
        .chain(expected)
        .filter_map(|x| if let Position::Time(time_ms) = x { Some(*time_ms) } else { None })
        .collect();
    times.sort_unstable();
    times.dedup();
    Detail::telling_apart(&times)
}

/// The times that the model asks for, those of values and forecast; those of the path as well where the others make no more than one place.
fn period(model: &ChartModel, keys: &[Key], ahead: &Ahead<'_>, path: &GlidePath) -> Option<(i64, i64)> {
    let measured = keys.first().and_then(|key| key.time_ms()).zip(keys.last().and_then(|key| key.time_ms()));
    let union = |one: Option<(i64, i64)>, other: Option<(i64, i64)>| match (one, other) {
        (Some((first, last)), Some((start, end))) => Some((first.min(start), last.max(end))),
        (one, other) => one.or(other),
    };
    let wanted = model.period.filter(|(first, last)| model.kind == ChartKind::History && first < last);
    let period = union(wanted, union(measured, ahead.period()));
    if period.is_some_and(|(first, last)| first < last) { period } else { union(period, path.period()) }
}

fn path_within(path: &GlidePath, period: Option<(i64, i64)>) -> Vec<(i64, f64)> {
    period.map(|(first, last)| path.within(first, last)).unwrap_or_default()
}

fn placed<'a>(model: &'a ChartModel, slot_of: &BTreeMap<SlotKey<'a>, usize>) -> Vec<Placed<'a>> {
    let place = |position: &'a Position| match (model.kind, position) {
        (ChartKind::History, Position::Time(time_ms)) => Some(Key::Time(*time_ms)),
        (ChartKind::History, Position::Category(_)) => None,
        (ChartKind::Bars, position) => slot_of.get(&(position, 0)).map(|slot| Key::Slot(*slot)),
    };
    let mut placed: Vec<Placed<'a>> =
        model.annotations.iter().map(|annotation| Placed { annotation, key: place(&annotation.x) }).collect();
    placed.sort_by_key(|one| one.key);
    placed
}
