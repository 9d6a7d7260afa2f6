//! What each drawn thing is. plotters knows colours only, so a role travels through it as a sentinel colour and comes
//! out as CSS classes; no real colour is ever written.

use plotters::style::RGBColor;

/// How many series have a look of their own.
const SERIES_CLASSES: usize = 6;

/// What a shape stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Grid,
    Axis,
    Target,
    TargetCurrent,
    /// The line of the series with this index.
    Line(u8),
    Marker(u8),
    /// The hollow inside a marker.
    MarkerCore(u8),
    Bar(u8),
    Spark,
    SparkLast,
    /// A band of a bullet graph, 1 is the worst.
    Band(u8),
    BulletValue,
    BulletTarget,
    BulletTargetCurrent,
    /// The interval of a forecast.
    ForecastBand,
    /// The outline of the interval.
    ForecastEdge,
    /// The expected values.
    ForecastLine,
    /// An expected value that stands alone.
    ForecastMarker,
    /// Where the value should be over time.
    Path,
    /// The upright line of an annotation.
    Annotation,
    /// The shape at its top.
    AnnotationShape,
    /// A colour that no role of this crate has.
    Unknown,
}

impl Role {
    /// The sentinel colour.
    pub(crate) fn color(self) -> RGBColor {
        let (kind, index) = match self {
            Self::Unknown => (0, 0),
            Self::Grid => (1, 0),
            Self::Axis => (2, 0),
            Self::Target => (3, 0),
            Self::TargetCurrent => (4, 0),
            Self::Line(index) => (5, index),
            Self::Marker(index) => (6, index),
            Self::MarkerCore(index) => (7, index),
            Self::Bar(index) => (8, index),
            Self::Spark => (9, 0),
            Self::SparkLast => (10, 0),
            Self::Band(index) => (11, index),
            Self::BulletValue => (12, 0),
            Self::BulletTarget => (13, 0),
            Self::BulletTargetCurrent => (14, 0),
            Self::ForecastBand => (15, 0),
            Self::ForecastEdge => (16, 0),
            Self::ForecastLine => (17, 0),
            Self::ForecastMarker => (18, 0),
            Self::Path => (19, 0),
            Self::Annotation => (20, 0),
            Self::AnnotationShape => (21, 0),
        };
        RGBColor(kind, index, 0)
    }

    /// The role that a sentinel colour stands for.
    pub(crate) fn from_rgb((kind, index, _): (u8, u8, u8)) -> Self {
        match kind {
            1 => Self::Grid,
            2 => Self::Axis,
            3 => Self::Target,
            4 => Self::TargetCurrent,
            5 => Self::Line(index),
            6 => Self::Marker(index),
            7 => Self::MarkerCore(index),
            8 => Self::Bar(index),
            9 => Self::Spark,
            10 => Self::SparkLast,
            11 => Self::Band(index),
            12 => Self::BulletValue,
            13 => Self::BulletTarget,
            14 => Self::BulletTargetCurrent,
            15 => Self::ForecastBand,
            16 => Self::ForecastEdge,
            17 => Self::ForecastLine,
            18 => Self::ForecastMarker,
            19 => Self::Path,
            20 => Self::Annotation,
            21 => Self::AnnotationShape,
            _ => Self::Unknown,
        }
    }

    /// The value of the `class` attribute.
    pub(crate) fn class(self) -> String {
        match self {
            Self::Grid => "grid".to_owned(),
            Self::Axis => "axis".to_owned(),
            Self::Target => "target".to_owned(),
            Self::TargetCurrent => "target-current".to_owned(),
            Self::Line(index) => format!("line {}", series_class(usize::from(index))),
            Self::Marker(index) => format!("marker {}", series_class(usize::from(index))),
            Self::MarkerCore(index) => format!("marker-core {}", series_class(usize::from(index))),
            Self::Bar(index) => format!("bar {}", series_class(usize::from(index))),
            Self::Spark => "spark".to_owned(),
            Self::SparkLast => "spark-last".to_owned(),
            Self::Band(index) => format!("band-{index}"),
            Self::BulletValue => "bullet-value".to_owned(),
            Self::BulletTarget => "bullet-target".to_owned(),
            Self::BulletTargetCurrent => "bullet-target-current".to_owned(),
            Self::ForecastBand => "forecast-band".to_owned(),
            Self::ForecastEdge => "forecast-edge".to_owned(),
            Self::ForecastLine => "forecast-line".to_owned(),
            Self::ForecastMarker => "forecast-marker".to_owned(),
            Self::Path => "glide-path".to_owned(),
            Self::Annotation => "annotation-line".to_owned(),
            Self::AnnotationShape => "annotation-shape".to_owned(),
            Self::Unknown => "unknown".to_owned(),
        }
    }

    /// The presentation attributes: what keeps shapes undistorted, and a plain look where no style sheet is (mail, print
    /// to file). Any CSS rule overrides them.
    pub(crate) fn attributes(self) -> &'static str {
        match self {
            Self::Bar(_) | Self::BulletValue | Self::AnnotationShape => r#" fill="currentColor" stroke="none""#,
            Self::Band(_) => r#" stroke="none""#,
            Self::ForecastBand => r#" fill="currentColor" fill-opacity=".12" stroke="none""#,
            Self::ForecastMarker => r#" stroke-width="6" stroke-linecap="square" vector-effect="non-scaling-stroke""#,
            Self::ForecastLine => r#" stroke-width="2" stroke-dasharray="6 4" vector-effect="non-scaling-stroke""#,
            Self::ForecastEdge | Self::Annotation => r#" stroke-dasharray="3 3" vector-effect="non-scaling-stroke""#,
            Self::Path => r#" stroke-dasharray="1 4" stroke-linecap="round" vector-effect="non-scaling-stroke""#,
            Self::Marker(_) | Self::MarkerCore(_) | Self::SparkLast => {
                r#" stroke-width="7" stroke-linecap="round" vector-effect="non-scaling-stroke""#
            }
            Self::Line(_) | Self::TargetCurrent | Self::BulletTargetCurrent => {
                r#" stroke-width="2" vector-effect="non-scaling-stroke""#
            }
            _ => r#" vector-effect="non-scaling-stroke""#,
        }
    }
}

/// The class of the series with this index (from 0), for its legend: `series-1` to `series-6`, then from the start again.
pub fn series_class(index: usize) -> String {
    format!("series-{}", index % SERIES_CLASSES + 1)
}

/// The index of a series as it travels in a sentinel colour.
pub(crate) fn look(index: usize) -> u8 {
    u8::try_from(index % SERIES_CLASSES).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_survives_the_way_through_plotters() {
        let roles = [
            Role::Grid,
            Role::Axis,
            Role::Target,
            Role::TargetCurrent,
            Role::Line(0),
            Role::Marker(5),
            Role::MarkerCore(2),
            Role::Bar(3),
            Role::Spark,
            Role::SparkLast,
            Role::Band(4),
            Role::BulletValue,
            Role::BulletTarget,
            Role::BulletTargetCurrent,
            Role::ForecastBand,
            Role::ForecastEdge,
            Role::ForecastLine,
            Role::ForecastMarker,
            Role::Path,
            Role::Annotation,
            Role::AnnotationShape,
            Role::Unknown,
        ];
        for role in roles {
            let RGBColor(red, green, blue) = role.color();
            assert_eq!(Role::from_rgb((red, green, blue)), role);
        }
    }
}
