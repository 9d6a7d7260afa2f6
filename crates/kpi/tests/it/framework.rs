//! Facts about the embedded catalogue: every row of the framework is there and means what the framework says.

use std::collections::{BTreeMap, HashSet};

use kpi::catalogue::Catalogue;
use kpi::gate::{Outcome, gates};
use kpi::shape::Shape;
use kpi::status::Status;
use kpi::target::Target;

use crate::support::{DOCUMENT, Series, evaluate, framework};

#[test]
fn all_110_kpis_have_ids_of_their_own() {
    let catalogue = framework();
    let ids: HashSet<&str> = catalogue.kpis.iter().map(|kpi| kpi.id.as_str()).collect();
    assert_eq!((catalogue.kpis.len(), ids.len()), (110, 110));
    let tables: HashSet<(&str, &str, &str)> =
        catalogue.kpis.iter().map(|kpi| (kpi.track.as_str(), kpi.section.as_str(), kpi.group.as_str())).collect();
    assert_eq!(tables.len(), 23);
}

#[test]
fn shapes_are_counted_as_documented() {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for kpi in framework().kpis {
        *counts.entry(kpi.shape.name()).or_default() += 1;
    }
    let expected = [
        ("band", 1),
        ("higher", 63),
        ("level", 2),
        ("lower", 22),
        ("multiple", 8),
        ("near-100", 3),
        ("recurrence", 1),
        ("reduction", 9),
        ("zero-tolerance", 1),
    ];
    assert_eq!(counts.into_iter().collect::<Vec<_>>(), expected);
    assert_eq!(expected.len(), Shape::ALL.len());
}

#[test]
fn every_cell_prints_as_the_framework_writes_it() {
    let mut cells = 0;
    for kpi in framework().kpis {
        for target in kpi.targets() {
            let written = target.to_string();
            assert!(DOCUMENT.contains(&format!("\"{written}\"")), "{}: {written}", kpi.id);
            assert_eq!(Target::parse(&written).as_ref(), Ok(target), "{}: {written}", kpi.id);
            cells += 1;
        }
    }
    // 44 KPIs with four phases, 15 with three, 51 with a single target.
    assert_eq!(cells, 44 * 4 + 15 * 3 + 51);
}

#[test]
fn gates_count_and_need_what_the_framework_says() {
    let mut catalogue = framework();
    let counted_and_needed = |catalogue: &Catalogue| {
        gates(catalogue, &evaluate(catalogue, &Series::default(), 0))
            .iter()
            .map(|gate| (gate.phase, gate.counted, gate.needed, gate.met, gate.no_data, gate.outcome))
            .collect::<Vec<_>>()
    };
    let waiting = Outcome::NotPassed;
    assert_eq!(
        counted_and_needed(&catalogue),
        [(1, 44, 36, 0, 44, waiting), (2, 59, 51, 0, 59, waiting), (3, 63, 57, 0, 63, waiting)]
    );
    catalogue.policy.standing_kpis_count = true;
    assert_eq!(
        counted_and_needed(&catalogue),
        [(1, 91, 73, 0, 91, waiting), (2, 106, 91, 0, 106, waiting), (3, 110, 99, 0, 110, waiting)]
    );
}

#[test]
fn without_observations_nothing_is_met_and_nothing_alerts() {
    let catalogue = framework();
    let evaluation = evaluate(&catalogue, &Series::default(), 0);
    assert!(
        evaluation.statuses.iter().all(|status| matches!(status.current.status, Status::NoData | Status::NoTarget))
    );
    assert!(kpi::alert::alerts(&catalogue, &evaluation).alerts.is_empty());
}

#[test]
fn quantities_that_stand_twice_share_one_measurement() {
    let catalogue = framework();
    for (first, second) in [
        ("platform-availability", "service-availability"),
        ("test-coverage", "code-coverage"),
        ("performance-vs-competitors", "competitive-advantage"),
    ] {
        let measure = |id| catalogue.kpi(id).map(|(_, kpi)| kpi.measure.clone());
        assert!(measure(first).is_some());
        assert_eq!(measure(first), measure(second));
    }
}
