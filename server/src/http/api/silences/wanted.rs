//! What somebody wants to silence, checked against what there is.

use kpi::alert::{Kind, Matcher, Severity};
use kpi::number::WrittenNumber;
use kpi::unit::{Dimension, Unit};
use serde::Deserialize;
use service::Dashboard;
use utoipa::ToSchema;

use crate::http::problem::Problem;

/// A silence to set.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSilence {
    /// The id of a KPI, or the name of a source.
    kpi: Option<String>,
    /// The id of a track.
    track: Option<String>,
    /// A role that answers for KPIs.
    owner: Option<String>,
    /// `level`, `burn`, `stale`, `source` or `escalation`.
    kind: Option<String>,
    /// `red`, `yellow` or `notice`.
    severity: Option<String>,
    /// How long. This or `ends`.
    #[serde(rename = "for")]
    #[schema(example = "2 hours")]
    length: Option<String>,
    /// Until when: a date (its end, UTC) or RFC 3339. This or `for`.
    ends: Option<String>,
    /// Who sets it.
    pub person: String,
    /// Why.
    pub reason: String,
}

impl NewSilence {
    /// The alerts that it is about.
    ///
    /// # Errors
    /// 422 where it names what there is not: it would silence nothing, and nobody would notice.
    pub fn matcher(&self, dashboard: &Dashboard) -> Result<Matcher, Problem> {
        let catalogue = dashboard.catalogue();
        let kind = named(self.kind.as_deref(), "kind", &Kind::ALL.map(|kind| (kind.name(), kind)))?;
        let severities = Severity::ALL.map(|severity| (severity.name(), severity));
        let severity = named(self.severity.as_deref(), "severity", &severities)?;
        let filled = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        let matcher =
            Matcher { kpi: filled(&self.kpi), track: filled(&self.track), owner: filled(&self.owner), kind, severity };
        let may_be_source = matches!(kind, None | Some(Kind::Source));
        let machine = dashboard.alerting().state.machine();
        if let Some(id) = matcher.kpi.as_deref().filter(|id| catalogue.kpi(id).is_none())
            && !(may_be_source && (kind.is_some() || machine.states.keys().any(|key| key.kpi == id)))
        {
            return Err(Problem::unfit("kpi", "no KPI has this id, and no source of this name raises an alert"));
        }
        if matcher.track.as_deref().is_some_and(|id| catalogue.track(id).is_none()) {
            return Err(Problem::unfit("track", "no track has this id"));
        }
        let answers = |owner: &str| catalogue.kpis.iter().any(|kpi| kpi.owner == owner);
        if matcher.owner.as_deref().is_some_and(|owner| !answers(owner)) {
            return Err(Problem::unfit("owner", "nobody of this name answers for a KPI"));
        }
        Ok(matcher)
    }

    /// How long it lasts from now on, in milliseconds.
    ///
    /// # Errors
    /// 422 where that can't be read, or both or none of `for` and `ends` are given.
    pub fn length_ms(&self, now_ms: i64) -> Result<i64, Problem> {
        match (self.length.as_deref(), self.ends.as_deref()) {
            (Some(length), None) => length_ms(length)
                .ok_or_else(|| Problem::unfit("for", "write a length of time, such as 90 min, 2 hours or 1 day")),
            (None, Some(ends)) => {
                let ends_ms = service::instant::parse_as_of(ends).map_err(|detail| Problem::unfit("ends", detail))?;
                Ok(ends_ms.saturating_sub(now_ms))
            }
            _ => Err(Problem::unfit("for", "say how long in `for`, or until when in `ends`, and not both")),
        }
    }
}

fn named<Value: Copy>(
    written: Option<&str>,
    field: &'static str,
    known: &[(&'static str, Value)],
) -> Result<Option<Value>, Problem> {
    let Some(written) = written.map(str::trim).filter(|written| !written.is_empty()) else { return Ok(None) };
    let found = known.iter().find(|(name, _)| *name == written).map(|(_, value)| Some(*value));
    let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
    found.ok_or_else(|| Problem::unfit(field, format!("write one of {}", names.join(", "))))
}

fn length_ms(text: &str) -> Option<i64> {
    let (number, rest) = WrittenNumber::take(text.trim())?;
    let unit = Unit::parse(rest.trim()).ok().filter(|unit| unit.dimension == Dimension::Time)?;
    let length_ms = (unit.to_base(number.value) * 1_000.0).round();
    #[expect(clippy::cast_possible_truncation, reason = "a cast of what is too large gives the largest number")]
    let whole = length_ms as i64;
    (whole > 0).then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_of_time_is_read_as_people_write_it() {
        for (written, expected_ms) in
            [("2 hours", Some(7_200_000)), ("90min", Some(5_400_000)), ("1 day", Some(86_400_000))]
        {
            assert_eq!(length_ms(written), expected_ms, "{written}");
        }
        for written in ["", "soon", "2", "0 min", "-1 hour", "2 KB"] {
            assert_eq!(length_ms(written), None, "{written}");
        }
    }
}
