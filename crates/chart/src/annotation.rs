//! What happened along x: a deployment, a changed target, an incident. Each kind has a shape and a letter of its own, so
//! that no mark depends on colour.

use crate::model::Position;
use crate::plot::{Key, Plot};
use crate::sentence::append;

/// Annotations told one by one where there is little room; more are only counted.
pub(crate) const MOST_TOLD: usize = 3;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    /// When, or at which category.
    pub x: Position,
    /// What kind of thing it was.
    pub kind: AnnotationKind,
    /// What it was; may be empty.
    pub label: String,
}

/// What kind of thing happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AnnotationKind {
    /// Something was deployed or released.
    Deployment,
    /// A target was changed.
    TargetChange,
    /// A gate was decided.
    Decision,
    /// An incident began.
    Incident,
    /// Somebody left a comment.
    Comment,
    /// The baseline was set.
    Baseline,
    /// A value was corrected.
    Correction,
}

/// Corners in a box of 12 by 12, counted from the top left.
type Corners = &'static [(u8, u8)];

impl AnnotationKind {
    /// Every kind.
    pub const ALL: [Self; 7] = [
        Self::Deployment,
        Self::TargetChange,
        Self::Decision,
        Self::Incident,
        Self::Comment,
        Self::Baseline,
        Self::Correction,
    ];

    /// The kind as a noun: `deployment`; an `s` makes it plural.
    pub fn word(self) -> &'static str {
        match self {
            Self::Deployment => "deployment",
            Self::TargetChange => "target change",
            Self::Decision => "gate decision",
            Self::Incident => "incident",
            Self::Comment => "comment",
            Self::Baseline => "baseline",
            Self::Correction => "correction",
        }
    }

    /// The letter beside its shape, different for every kind.
    pub fn letter(self) -> char {
        match self {
            Self::Deployment => 'D',
            Self::TargetChange => 'T',
            Self::Decision => 'G',
            Self::Incident => 'I',
            Self::Comment => 'C',
            Self::Baseline => 'B',
            Self::Correction => 'R',
        }
    }

    /// The outline of its shape; none of them is the shape of a status.
    pub(crate) fn corners(self) -> Corners {
        match self {
            Self::Deployment => &[(1, 2), (11, 2), (6, 11)],
            Self::TargetChange => &[(6, 0), (11, 4), (8, 4), (8, 8), (11, 8), (6, 12), (1, 8), (4, 8), (4, 4), (1, 4)],
            Self::Decision => &[(1, 1), (11, 1), (11, 11), (1, 11)],
            Self::Incident => {
                &[(1, 3), (3, 1), (6, 4), (9, 1), (11, 3), (8, 6), (11, 9), (9, 11), (6, 8), (3, 11), (1, 9), (4, 6)]
            }
            Self::Comment => &[(1, 1), (11, 1), (11, 8), (6, 8), (3, 11), (3, 8), (1, 8)],
            Self::Baseline => &[(0, 4), (12, 4), (12, 8), (0, 8)],
            Self::Correction => &[(1, 6), (11, 1), (11, 11)],
        }
    }
}

/// The shape of a mark that stands for several kinds.
pub(crate) const SEVERAL: Corners = &[(4, 1), (8, 1), (11, 4), (11, 8), (8, 11), (4, 11), (1, 8), (1, 4)];

/// The outline as the `d` attribute of a path, `right` units from the start of its view box.
pub(crate) fn path_data(corners: Corners, right: u8) -> String {
    let mut data = String::new();
    for (x, y) in corners {
        let separator = if data.is_empty() { "M" } else { " " };
        append(&mut data, format_args!("{separator}{} {y}", x + right));
    }
    data.push('z');
    data
}

/// An annotation and where it belongs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Placed<'a> {
    pub annotation: &'a Annotation,
    /// None for a category in a history, and for a category that no value has.
    pub key: Option<Key>,
}

/// An annotation in words: `deployment: 1.4`, and its time where that is not the time of the point at `beside`.
pub(crate) fn told(plot: &Plot<'_>, placed: &Placed<'_>, beside: Option<&str>) -> String {
    let mut text = placed.annotation.kind.word().to_owned();
    if let Some(key) = placed.key {
        let place = plot.label(key);
        if beside != Some(place.as_str()) {
            append(&mut text, format_args!(" on {place}"));
        }
    }
    if !placed.annotation.label.is_empty() {
        append(&mut text, format_args!(": {}", placed.annotation.label));
    }
    text
}

/// Several annotations in words, the first few one by one.
pub(crate) fn told_shortly(plot: &Plot<'_>, several: &[&Placed<'_>], beside: Option<&str>) -> Vec<String> {
    let mut texts: Vec<String> = several.iter().take(MOST_TOLD).map(|placed| told(plot, placed, beside)).collect();
    if several.len() > MOST_TOLD {
        texts.push(format!("and {} more noted in the table", several.len() - MOST_TOLD));
    }
    texts
}

/// The index in `sorted` of the place nearest to `key`, the earlier of two equally near ones; a category is only near
/// itself.
pub(crate) fn nearest(sorted: &[Key], key: Key) -> Option<usize> {
    let distance = |index: usize| match (sorted.get(index)?, key) {
        (Key::Time(one), Key::Time(other)) => Some((one.abs_diff(other), index)),
        (Key::Slot(one), Key::Slot(other)) if *one == other => Some((0, index)),
        _ => None,
    };
    let after = sorted.partition_point(|other| *other < key);
    [after.checked_sub(1).and_then(distance), distance(after)].into_iter().flatten().min().map(|(_, index)| index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_shapes_tell_the_kinds_apart() {
        for (index, kind) in AnnotationKind::ALL.into_iter().enumerate() {
            assert!(kind.corners().iter().chain(SEVERAL).all(|(x, y)| *x <= 12 && *y <= 12));
            assert_ne!(kind.corners(), SEVERAL);
            for other in &AnnotationKind::ALL[..index] {
                assert_ne!(kind.letter(), other.letter());
                assert_ne!(kind.word(), other.word());
                assert_ne!(kind.corners(), other.corners());
            }
        }
    }

    #[test]
    fn a_shape_is_path_data() {
        assert_eq!(path_data(AnnotationKind::Deployment.corners(), 6), "M7 2 17 2 12 11z");
    }

    #[test]
    fn the_nearest_place_is_the_earlier_of_two_equally_near_ones() {
        let times = [0, 10, 20].map(Key::Time);
        for (time_ms, index) in [(-5, 0), (0, 0), (5, 0), (6, 1), (15, 1), (99, 2), (i64::MIN, 0), (i64::MAX, 2)] {
            assert_eq!(nearest(&times, Key::Time(time_ms)), Some(index), "{time_ms}");
        }
        assert_eq!(nearest(&[], Key::Time(0)), None);
        assert_eq!(nearest(&[Key::Slot(0), Key::Slot(2)], Key::Slot(1)), None);
        assert_eq!(nearest(&[Key::Slot(0), Key::Slot(2)], Key::Slot(2)), Some(1));
    }
}
