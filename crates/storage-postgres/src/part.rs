//! The parts of the table of blocks: calendar months of UTC, and one part each for what is before 1970 and after 2199.
//!
//! With these two, times that make no sense can't make parts without end.

const TABLE: &str = "sample_blocks";
const FIRST_YEAR: i64 = 1970;
const LAST_YEAR: i64 = 2199;
const MS_PER_DAY: i64 = 86_400_000;

/// Where a block that begins at some time is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Before 1970.
    Early,
    /// A month, 1 to 12, of a year.
    Month(i64, i64),
    /// After 2199.
    Late,
}

impl Part {
    /// The part of blocks that begin at that time.
    pub fn of(first_ms: i64) -> Self {
        match month_of_day(first_ms.div_euclid(MS_PER_DAY)) {
            (year, _) if year < FIRST_YEAR => Self::Early,
            (year, _) if year > LAST_YEAR => Self::Late,
            (year, month) => Self::Month(year, month),
        }
    }

    /// The name of its table, which needs no quotes.
    pub fn name(self) -> String {
        match self {
            Self::Early => format!("{TABLE}_early"),
            Self::Month(year, month) => format!("{TABLE}_{year}_{month:02}"),
            Self::Late => format!("{TABLE}_late"),
        }
    }

    /// The part whose table has that name.
    pub fn from_name(name: &str) -> Option<Self> {
        let part = match name.strip_prefix(TABLE)?.strip_prefix('_')? {
            "early" => Self::Early,
            "late" => Self::Late,
            month => {
                let (year, month) = month.split_once('_')?;
                Self::Month(year.parse().ok()?, month.parse().ok()?)
            }
        };
        (part.name() == name).then_some(part)
    }

    /// The first time that belongs to it (`None`: since ever), and the first that does not any more (`None`: for ever).
    pub fn bounds(self) -> (Option<i64>, Option<i64>) {
        match self {
            Self::Early => (None, Some(month_begin_ms(FIRST_YEAR, 1))),
            Self::Month(year, 12) => (Some(month_begin_ms(year, 12)), Some(month_begin_ms(year + 1, 1))),
            Self::Month(year, month) => (Some(month_begin_ms(year, month)), Some(month_begin_ms(year, month + 1))),
            Self::Late => (Some(month_begin_ms(LAST_YEAR + 1, 1)), None),
        }
    }
}

/// The year and month of a day, counted from 1970-01-01, in the proleptic Gregorian calendar; the algorithm is
/// `civil_from_days` of Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms", with years that begin in March.
fn month_of_day(day: i64) -> (i64, i64) {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month)
}

/// When a month begins; `days_from_civil` of the same source.
fn month_begin_ms(year: i64, month: i64) -> i64 {
    let year_from_march = if month <= 2 { year - 1 } else { year };
    let era = year_from_march.div_euclid(400);
    let year_of_era = year_from_march.rem_euclid(400);
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    (era * 146_097 + day_of_era - 719_468) * MS_PER_DAY
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_in_the_month_that_the_calendar_says() {
        for (first_ms, part) in [
            (0, Part::Month(1970, 1)),
            (-1, Part::Early),
            (i64::MIN, Part::Early),
            (i64::MAX, Part::Late),
            (1_700_000_000_000, Part::Month(2023, 11)),
            (951_782_400_000, Part::Month(2000, 2)),
            (951_868_799_999, Part::Month(2000, 2)),
            (951_868_800_000, Part::Month(2000, 3)),
            (7_258_118_399_999, Part::Month(2199, 12)),
            (7_258_118_400_000, Part::Late),
        ] {
            assert_eq!(Part::of(first_ms), part, "{first_ms}");
        }
    }

    #[test]
    fn parts_follow_each_other_without_gap_and_hold_their_own_times() {
        let mut part = Part::Early;
        for number in 0..=(LAST_YEAR - FIRST_YEAR + 1) * 12 {
            let (_, end) = part.bounds();
            let end = end.expect("an end");
            assert_eq!(Part::of(end - 1), part);
            assert_eq!(Part::from_name(&part.name()), Some(part));
            let next = Part::of(end);
            assert_eq!(next.bounds().0, Some(end), "{number}");
            part = next;
        }
        assert_eq!(part, Part::Late);
    }

    #[test]
    fn other_tables_are_no_parts() {
        for name in ["sample_blocks", "sample_blocks_2026", "sample_blocks_2026_1", "sample_blocks_x_01", "payloads"] {
            assert_eq!(Part::from_name(name), None, "{name}");
        }
    }
}
