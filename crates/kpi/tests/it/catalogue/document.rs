//! A catalogue that is written reads back as itself.

use std::collections::HashSet;

use kpi::catalogue::Catalogue;
use proptest::prelude::*;

use super::{SAMPLE, parsed, sample};
use crate::support::{DOCUMENT, framework};

#[test]
fn the_embedded_catalogue_reads_back_as_itself() {
    let written = framework().to_toml();
    assert_eq!(parsed(&written), framework());
    assert_eq!(parsed(&written).to_toml(), written);
}

#[test]
fn a_canonical_document_that_uses_every_key_is_written_byte_for_byte() {
    assert_eq!(sample().to_toml(), SAMPLE);
}

#[test]
fn the_embedded_catalogue_is_written_in_its_own_lines() {
    let lines: HashSet<&str> = DOCUMENT.lines().collect();
    for line in framework().to_toml().lines() {
        assert!(lines.contains(line), "{line}");
    }
}

#[test]
fn what_holds_without_a_key_is_left_out() {
    let written = framework().to_toml();
    for key in
        ["current_phase", "time_zone", "hysteresis_points", "among_before = false", "better = \"higher\"\nreading"]
    {
        assert!(!written.contains(key), "{key}");
    }
    assert!(written.contains("\n[policy]\n") && !written.contains("[policy.alerts]"));
}

#[test]
fn other_ways_to_write_the_same_give_the_same_catalogue() {
    let cases = [
        ("for = \"15 min\"", "for = \"900 s\""),
        ("starts = \"2026-10-01\"", "starts = 2026-10-01"),
        ("starts = \"2026-10-01\"", "starts = \"2026-10-01T00:00:00+02:00\""),
        ("starts = \"2026-10-01\"", "starts = 2026-09-30T22:00:00Z"),
        ("ends = \"2026-12-31\"", "ends = \"2027-01-01T00:00:00+01:00\""),
        ("where = { result = \"success\" } }", "where = { result = [\"success\"] } }"),
        ("part = { series = \"ci.run\",", "part = { of = \"count\", series = \"ci.run\","),
        ("unit = \"/week\"", "unit = \"per week\""),
        ("window = \"30 days\"", "window = \"720 hours\""),
        ("repeat = \"never\"\n", "repeat = \"never\" # as agreed\n"),
        ("series = \"scan\"\n", "series = \"scan\"\nwhere = {}\n"),
        ("gate_share_percent = 100\n", "gate_share_percent = 1e2\n"),
    ];
    for (from, to) in cases {
        assert!(SAMPLE.contains(from), "{from}");
        assert_eq!(parsed(&SAMPLE.replacen(from, to, 1)), sample(), "{to}");
    }
}

/// The sample with a text put into every kind of place that takes free text.
fn with(text: &str, email_name: &str) -> Catalogue {
    let mut catalogue = sample();
    text.clone_into(&mut catalogue.name);
    for (position, place) in [
        &mut catalogue.phases[0].name,
        &mut catalogue.owners[0].name,
        &mut catalogue.tracks[0].id,
        &mut catalogue.maintenance[0].reason,
        &mut catalogue.kpis[0].description,
    ]
    .into_iter()
    .enumerate()
    {
        *place = format!("{text}{position}");
    }
    let track = catalogue.tracks[0].id.clone();
    for kpi in &mut catalogue.kpis[..3] {
        kpi.track.clone_from(&track);
    }
    for tracks in catalogue.audiences.iter_mut().map(|audience| &mut audience.tracks) {
        tracks[0].clone_from(&track);
    }
    catalogue.maintenance[1].tracks[0].clone_from(&track);
    catalogue.kpis[0].current_written = Some(format!("about {text}"));
    catalogue.measures[0].rule = match &catalogue.measures[0].rule {
        kpi::measure::Rule::Statistic(of, statistic) => {
            let labels = vec![("branch".to_owned(), vec![text.to_owned(), "main".to_owned()])];
            kpi::measure::Rule::Statistic(kpi::measure::Selection { labels, ..of.clone() }, *statistic)
        }
        other => panic!("{other:?}"),
    };
    catalogue.owners[0].email = Some(format!("{email_name}@example.org"));
    catalogue
}

proptest! {
    #[test]
    fn any_text_survives_writing_and_reading(text in "\\PC{0,20}[a-z\"\\\\\u{0}-\u{1f}\u{7f}]{1,6}x", name in "[a-z0-9.+_-]{1,9}") {
        let catalogue = with(&text, &name);
        prop_assert_eq!(Catalogue::parse(&catalogue.to_toml()), Ok(catalogue));
    }

    #[test]
    fn any_length_of_time_survives_writing_and_reading(window_ms in 1i64..3_000_000_000_000, wait_ms in 0i64..100_000_000) {
        let mut catalogue = sample();
        catalogue.kpis[0].window_ms = window_ms;
        catalogue.kpis[0].alert_for_ms = Some(wait_ms);
        catalogue.policy.alerts.for_ms = wait_ms * 1_000;
        prop_assert_eq!(Catalogue::parse(&catalogue.to_toml()), Ok(catalogue));
    }

    #[test]
    fn any_dates_survive_writing_and_reading(start_ms in 0i64..4_000_000_000_000, days in 1i64..2_000, zone in 0usize..5) {
        let mut catalogue = sample();
        let name = ["UTC", "Europe/Berlin", "America/Sao_Paulo", "Asia/Kathmandu", "Africa/Cairo"][zone];
        catalogue.policy.time_zone = jiff::tz::TimeZone::get(name).unwrap();
        let ends_ms = start_ms + days * 86_400_000;
        for (phase, starts_ms) in [(0, start_ms), (1, ends_ms)] {
            let ends_ms = starts_ms + days * 86_400_000;
            catalogue.phases[phase].dates = Some(kpi::catalogue::PhaseDates { starts_ms, ends_ms });
        }
        // A measurement without a zone of its own takes the policy's.
        catalogue.measures.retain(|measure| !matches!(measure.window, Some(kpi::measure::Window::Calendar { .. })));
        catalogue.measures.retain(|measure| measure.id != "passing");
        prop_assert_eq!(Catalogue::parse(&catalogue.to_toml()), Ok(catalogue));
    }

    #[test]
    fn any_number_survives_writing_and_reading(yellow in 50.0f64..=100.0, red in 0.0f64..50.0, rank in 0.0f64..=100.0, least in any::<u32>()) {
        let mut catalogue = sample();
        catalogue.policy.yellow_below_percent = yellow;
        catalogue.policy.red_below_percent = red;
        catalogue.kpis[0].aggregate = kpi::aggregate::Aggregate::Percentile(rank);
        catalogue.measures[0].minimum = least;
        prop_assert_eq!(Catalogue::parse(&catalogue.to_toml()), Ok(catalogue));
    }
}
