//! What changed between two catalogues is told once, in words.

use kpi::catalogue::{Catalogue, difference};

use super::{SAMPLE, parsed, sample};

fn told(before: &Catalogue, after: &Catalogue) -> Vec<String> {
    difference(before, after).iter().map(ToString::to_string).collect()
}

#[test]
fn each_changed_field_is_told_with_before_and_after() {
    let cases = [
        ("version = \"2.1\"", "version = \"2.2\"", "the catalogue: version: 2.1 → 2.2"),
        ("red_below_percent = 40", "red_below_percent = 45", "the policy: red below percent: 40 → 45"),
        ("standing_kpis_count = true\n", "", "the policy: standing kpis count: true → false"),
        ("repeat = \"never\"", "repeat = \"7 days\"", "the alert policy: repeat: never → 7 days"),
        ("group_by = \"track\"\n", "", "the alert policy: group by: track → owner"),
        ("ends = \"2026-12-31\"", "ends = \"2026-12-24\"", "phase 1: ends: 2026-12-31 → 2026-12-24"),
        (
            "name = \"Launch\"\n",
            "name = \"Launch\"\ngate_share_percent = 90\n",
            "phase 3: gate share percent: nothing → 90",
        ),
        ("name = \"Delivery\"", "name = \"Shipping\"", "track \"delivery\": name: Delivery → Shipping"),
        ("email = \"platform@example.org\"\n", "", "owner \"platform\": email: platform@example.org → nothing"),
        (
            "name = \"The board\"\ntracks = [\"delivery\"]",
            "name = \"The board\"\ntracks = [\"people\"]",
            "audience \"board\": tracks: [\"delivery\"] → [\"people\"]",
        ),
        (
            "ends = \"2026-11-08\"",
            "ends = \"2026-11-09\"",
            "maintenance \"moving house\" from 2026-11-07: ends: 2026-11-08 → 2026-11-09",
        ),
        ("2 = \"<5 min\"", "2 = \"<4 min\"", "KPI \"build-time\": target of phase 2: <5 min → <4 min"),
        (", 3 = \"N/A\"", "", "KPI \"build-time\": target of phase 3: N/A → nothing"),
        ("aggregate = \"p75\"\n", "", "KPI \"build-time\": aggregate: p75 → last"),
        ("alert_for = \"0 min\"\n", "", "KPI \"build-time\": alert for: 0 min → nothing"),
        ("rank = 99.9", "rank = 99", "measurement \"slow\": rank: 99.9 → 99"),
        (
            "result = \"success\" } }",
            "result = \"ok\" } }",
            "measurement \"passing\": part: { series = \"ci.run\", where = { result = \"success\" } } → { series = \"ci.run\", \
             where = { result = \"ok\" } }",
        ),
        ("minimum = 20\n", "", "measurement \"passing\": minimum: 20 → 0"),
        ("scale = 0.5\n", "", "feed \"http_requests_total\" into \"request.count\": scale: 0.5 → 1"),
        ("per_second = true\n", "", "feed \"http_requests_total\" into \"request.count\": per second: true → false"),
        ("below = 1000.5\n", "", "feed \"resident_bytes\" into \"memory\": below: 1000.5 → nothing"),
        ("\"Never set.\"", "\"Set.\"", "trap \"gpu_usage\": reason: Never set. → Set."),
    ];
    for (from, to, expected) in cases {
        assert!(SAMPLE.contains(from), "{from}");
        let after = parsed(&SAMPLE.replacen(from, to, 1));
        assert_eq!(told(&sample(), &after), [expected]);
    }
}

#[test]
fn what_is_added_or_removed_is_told_once() {
    let before = sample();
    let mut after = sample();
    let removed = after.kpis.remove(1);
    after.measures.retain(|measure| measure.id != "people");
    after.maintenance.clear();
    let expected = [
        "maintenance \"moving house\" from 2026-11-07 removed",
        "maintenance \"database\" from 2026-12-01T20:00:00Z removed",
        "KPI \"memory\" removed",
        "measurement \"people\" removed",
    ];
    assert_eq!(told(&before, &after), expected);
    let back: Vec<String> = expected.iter().map(|line| line.replace("removed", "added")).collect();
    assert_eq!(told(&after, &before), back);
    let change = &difference(&before, &after)[2];
    assert_eq!((change.field.as_str(), &change.before, &change.after), ("removed", &None, &None));
    assert_eq!(change.what, format!("KPI \"{}\"", removed.id));
}

#[test]
fn another_order_is_no_change() {
    let mut after = sample();
    after.kpis.reverse();
    after.measures.reverse();
    after.tracks.reverse();
    after.owners.reverse();
    after.audiences.reverse();
    after.audiences[0].tracks.reverse();
    after.maintenance.reverse();
    assert_ne!(after, sample());
    assert_eq!(told(&sample(), &after), [""; 0]);
}

#[test]
fn two_maintenances_of_one_reason_and_start_are_told_apart() {
    let mut after = sample();
    let mut second = after.maintenance[0].clone();
    second.ends_ms += 86_400_000;
    after.maintenance.push(second);
    assert_eq!(told(&sample(), &after), ["maintenance \"moving house\" from 2026-11-07 (2) added"]);
}

#[test]
fn a_changed_key_of_any_line_of_the_sample_is_a_change() {
    // Every line that can be taken out without breaking the catalogue must be missed.
    let lines: Vec<&str> = SAMPLE.lines().collect();
    let mut tried = 0;
    for (position, line) in lines.iter().enumerate().filter(|(_, line)| line.contains(" = ")) {
        let mut rest = lines.clone();
        rest.remove(position);
        let without = rest.join("\n");
        if let Ok(after) = Catalogue::parse(&without) {
            let changes = difference(&sample(), &after);
            assert!(!changes.is_empty(), "{line}");
            tried += 1;
        }
    }
    assert!(tried > 30, "{tried}");
}
