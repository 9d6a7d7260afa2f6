//! The bullet graph (Stephen Few): one value as a bar from zero, against bands and target ticks. It judges nothing; the
//! status stands beside it in shape and word.

use crate::document::{Root, SvgRole, draw};
use crate::model::Goal;
use crate::number::is_drawable;
use crate::role::Role;
use crate::sentence::append;
use crate::side::{Side, verdict_text};
use crate::unit_label::UnitLabel;

const WIDTH: u32 = 200;
const HEIGHT: u32 = 24;
/// Bands with a look of their own.
const MOST_BANDS: usize = 5;

/// What a bullet graph shows; all values in one unit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bullet {
    /// The latest value; none if there is no data.
    pub value: Option<f64>,
    /// The borders between the bands, in any order; `n` borders make `n + 1` bands over the whole scale.
    pub bands: Vec<f64>,
    /// The targets of all phases; the current one may be among them.
    pub targets: Vec<f64>,
    /// The target that counts now.
    pub current_target: Option<Goal>,
    /// Whether low values are good; then the lowest band is the best one.
    pub lower_is_better: bool,
    /// Where the scale should end; it goes further if a value or target lies beyond, and below zero for negative ones.
    pub maximum: f64,
}

impl Bullet {
    fn current_lines(&self) -> Vec<f64> {
        self.current_target.map_or_else(Vec::new, Goal::lines)
    }

    fn is_of_another_phase(&self, target: f64) -> bool {
        self.current_lines().into_iter().all(|current| Side::of(current, target) != Side::At)
    }
}

struct Domain {
    low: f64,
    high: f64,
}

impl Domain {
    fn of(bullet: &Bullet) -> Self {
        let current = bullet.current_lines();
        let values = bullet.value.iter().chain(&bullet.bands).chain(&bullet.targets).chain(&current);
        let (mut low, mut high) = (0.0_f64, 0.0_f64);
        for value in values.chain([&bullet.maximum]).copied().filter(|value| is_drawable(*value)) {
            low = low.min(value);
            high = high.max(value);
        }
        if high - low < 1e-290 { Self { low: 0.0, high: 1.0 } } else { Self { low, high } }
    }

    fn fraction(&self, value: f64) -> f64 {
        ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }
}

/// An inline SVG, hidden from assistive technology: bands `band-1` (the worst) to at most `band-5`, `bullet-value`,
/// `bullet-target` and `bullet-target-current`. Numbers that are not finite are left out.
pub fn bullet_svg(bullet: &Bullet) -> String {
    let domain = Domain::of(bullet);
    let root =
        Root { width: WIDTH, height: HEIGHT, class: "bullet", id: None, role: SvgRole::Hidden, name: String::new() };
    let mut borders: Vec<f64> =
        bullet.bands.iter().copied().filter(|value| is_drawable(*value)).map(|value| domain.fraction(value)).collect();
    borders.sort_by(f64::total_cmp);
    borders.truncate(MOST_BANDS - 1);
    let band_count = borders.len() + 1;
    draw(&root, |pen| {
        let mut start = 0.0;
        for (index, end) in borders.iter().copied().chain([1.0]).enumerate() {
            let rank = if bullet.lower_is_better { band_count - index } else { index + 1 };
            if end > start && band_count > 1 {
                pen.rectangle((start, 1.0), (end, 0.0), Role::Band(u8::try_from(rank).unwrap_or(1)));
            }
            start = end;
        }
        let zero = domain.fraction(0.0);
        if let Some(value) = bullet.value.filter(|value| is_drawable(*value)) {
            let end = domain.fraction(value);
            pen.rectangle((zero.min(end), 2.0 / 3.0), (zero.max(end), 1.0 / 3.0), Role::BulletValue);
        }
        for target in bullet.targets.iter().copied().filter(|target| is_drawable(*target)) {
            if bullet.is_of_another_phase(target) {
                let place = domain.fraction(target);
                pen.line(vec![(place, 0.75), (place, 0.25)], Role::BulletTarget);
            }
        }
        for target in bullet.current_lines().into_iter().filter(|target| is_drawable(*target)) {
            let place = domain.fraction(target);
            pen.line(vec![(place, 0.875), (place, 0.125)], Role::BulletTargetCurrent);
        }
    })
}

/// The bullet graph in words.
pub fn bullet_text(bullet: &Bullet, unit: &UnitLabel) -> String {
    let value = bullet.value.filter(|value| value.is_finite());
    let current = bullet.current_target.filter(|target| target.is_finite());
    let target_text =
        |target: Goal| target.lines().into_iter().map(|line| unit.text(line)).collect::<Vec<_>>().join(" to ");
    let mut text = match (value, current) {
        (None, None) => "No data yet".to_owned(),
        (None, Some(target)) => format!("No data yet; the current target is {}", target_text(target)),
        (Some(value), None) => unit.text(value),
        (Some(value), Some(target)) => {
            format!("{}, {} ({})", unit.text(value), verdict_text(value, target), target_text(target))
        }
    };
    let others: Vec<String> = bullet
        .targets
        .iter()
        .filter(|target| target.is_finite() && bullet.is_of_another_phase(**target))
        .map(|target| unit.text(*target))
        .collect();
    if !others.is_empty() {
        append(&mut text, format_args!("; targets of other phases: {}", others.join(", ")));
    }
    text.push('.');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn build_time() -> Bullet {
        Bullet {
            value: Some(8.0),
            bands: vec![10.0, 15.0],
            targets: vec![10.0, 5.0],
            current_target: Some(Goal::Below(10.0)),
            lower_is_better: true,
            maximum: 20.0,
        }
    }

    #[test]
    fn a_bullet_has_bands_a_bar_from_zero_and_target_ticks() {
        assert_eq!(
            bullet_svg(&build_time()),
            "<svg aria-hidden=\"true\" focusable=\"false\" class=\"bullet\" viewBox=\"0 0 200 24\" \
             preserveAspectRatio=\"none\" overflow=\"visible\" fill=\"none\" stroke=\"currentColor\">\
             <path class=\"band-3\" stroke=\"none\" d=\"M0 0H100V24H0z\"/>\
             <path class=\"band-2\" stroke=\"none\" d=\"M100 0H150V24H100z\"/>\
             <path class=\"band-1\" stroke=\"none\" d=\"M150 0H200V24H150z\"/>\
             <path class=\"bullet-value\" fill=\"currentColor\" stroke=\"none\" d=\"M0 8H80V16H0z\"/>\
             <path class=\"bullet-target\" vector-effect=\"non-scaling-stroke\" d=\"M50 6 50 18\"/>\
             <path class=\"bullet-target-current\" stroke-width=\"2\" vector-effect=\"non-scaling-stroke\" \
             d=\"M100 3 100 21\"/></svg>"
        );
    }

    #[test]
    fn a_negative_value_grows_from_zero_to_the_start() {
        let svg = bullet_svg(&Bullet { value: Some(-5.0), maximum: 5.0, ..Bullet::default() });
        assert!(
            svg.contains("class=\"bullet-value\" fill=\"currentColor\" stroke=\"none\" d=\"M0 8H100V16H0z\""),
            "{svg}"
        );
    }

    #[test]
    fn a_bullet_without_numbers_is_empty() {
        let bullet = Bullet { value: Some(f64::NAN), maximum: f64::NAN, ..Bullet::default() };
        assert!(!bullet_svg(&bullet).contains("<path"));
        assert_eq!(bullet_text(&bullet, &UnitLabel::plain(0)), "No data yet.");
    }

    #[test]
    fn a_bullet_has_words() {
        let unit = UnitLabel::with_suffix(0, " min");
        assert_eq!(
            bullet_text(&build_time(), &unit),
            "8 min, below target and meets it (10 min); targets of other phases: 5 min."
        );
        assert_eq!(
            bullet_text(&Bullet { value: Some(10.0), targets: vec![], ..build_time() }, &unit),
            "10 min, exactly at target and misses it (10 min)."
        );
        assert_eq!(
            bullet_text(&Bullet { value: None, targets: vec![], ..build_time() }, &unit),
            "No data yet; the current target is 10 min."
        );
    }
}
