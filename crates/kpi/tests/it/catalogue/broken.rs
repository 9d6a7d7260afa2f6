//! Each mistake of the tables beside the KPIs is told at its place, and a broken thing never causes further errors.

use kpi::catalogue::Catalogue;

use super::SAMPLE;

/// What replaces what in the sample, and what the only error says. The error stands in the line of the replacement, or at
/// the start of its table.
const CASES: &[(&str, &str, &str)] = &[
    // The policy.
    ("\"Europe/Berlin\"", "\"Europe/Bielefeld\"", "\"Europe/Bielefeld\" is no time zone"),
    ("for = \"15 min\"", "for = \"15\"", "\"15\" is no duration"),
    ("for = \"15 min\"", "for = \"-5 min\"", "\"-5 min\" is no duration"),
    ("repeat = \"never\"", "repeat = \"0 min\"", "\"0 min\" is no duration"),
    ("repeat = \"never\"", "repeat = \"sometimes\"", "\"sometimes\" is no duration"),
    ("hysteresis_points = 3.5", "hysteresis_points = 101", "a share lies between 0 and 100"),
    ("hysteresis_points = 3.5", "hysteresis_points = 0x1F", "must be a decimal number"),
    ("group_by = \"track\"", "group_by = \"team\"", "can't be grouped by \"team\"; write owner, track or kpi"),
    ("escalate_after", "escalate_when", "`alerts` has no key `escalate_when`"),
    // Phases.
    ("gate_share_percent = 66.6", "gate_share_percent = 100.1", "a share lies between 0 and 100"),
    ("starts = \"2026-10-01\"\n", "", "a phase has both `starts` and `ends`, or neither"),
    ("ends = \"2026-12-31\"", "ends = \"2026-09-30\"", "`ends` is not after `starts`"),
    (
        "ends = \"2026-12-31\"",
        "ends = \"2027-01-01\"",
        "phase 2 starts on 2027-01-01, before phase 1 has ended (2027-01-01)",
    ),
    (
        "starts = \"2026-10-01\"\nends = \"2026-12-31\"",
        "starts = \"2028-10-01\"\nends = \"2028-12-31\"",
        "before phase 1 has ended",
    ),
    ("\"2026-10-01\"", "\"2026-13-01\"", "neither a date nor an instant"),
    ("\"2026-10-01\"", "\"2026-10-01T09:00:00\"", "neither a date nor an instant"),
    ("\"2026-10-01\"", "20261001", "must be a date"),
    // Owners, audiences, maintenance.
    ("\"platform@example.org\"", "\"platform\"", "\"platform\" is no e-mail address"),
    ("\"platform@example.org\"", "\"a@b@c\"", "is no e-mail address"),
    ("\"platform@example.org\"", "\"a@b, c@d\"", "is no e-mail address"),
    ("name = \"support desk\"\n", "name = \"platform\"\n", "two owners have the id \"platform\""),
    ("id = \"team\"", "id = \"board\"", "two audiences have the id \"board\": The board and The team"),
    ("id = \"team\"", "id = \"The Team\"", "small letters, digits and hyphens"),
    (
        "tracks = [\"delivery\"]",
        "tracks = [\"deliveries\"]",
        "audience \"board\": there is no [[track]] with the id \"deliveries\"",
    ),
    (
        "kpis = [\"happiness\"]",
        "kpis = [\"sadness\"]",
        "audience \"board\": there is no [[kpi]] with the id \"sadness\"",
    ),
    (
        "tracks = [\"delivery\"]\nkpis = [\"happiness\"]\n\n[[audience]]",
        "\n[[audience]]",
        "audience \"board\" reads nothing",
    ),
    ("tracks = [\"delivery\", \"people\"]", "tracks = \"delivery\"", "must be a list"),
    (
        "reason = \"database\"\ntracks = [\"delivery\"]",
        "reason = \"database\"\ntracks = [\"x\"]",
        "maintenance \"database\": there is no [[track]]",
    ),
    ("ends = \"2026-11-08\"\n", "", "a maintenance has no `ends`"),
    ("ends = \"2026-12-01T22:30:00Z\"", "ends = \"2026-12-01T20:00:00Z\"", "`ends` is not after `starts`"),
    (
        "[[track]]\nid = \"people\"",
        "[[track]]\nid = \"delivery\"\nname = \"x\"\n\n[[track]]\nid = \"people\"",
        "two tracks have the id \"delivery\"",
    ),
    // KPIs.
    ("alert_for = \"2 days\"", "alert_for = \"two days\"", "\"two days\" is no duration"),
    (
        "unit = \"count\"\nshape",
        "unit = \"%\"\nshape",
        "it is measured in \"%\", and the measurement \"promoters\" that it reads in a plain count",
    ),
    // Feeds and traps.
    ("metric = \"latency\"\n", "", "a feed has no `metric`"),
    ("metric = \"latency\"", "metric = \"the latency\"", "at most 200 characters and no spaces"),
    ("kind = \"histogram\"", "kind = \"summary\"", "\"summary\" is no kind; write gauge, counter or histogram"),
    ("series = \"latency.seconds\"\n", "", "feed \"latency\" needs either `series` or `kpi`"),
    ("kpi = \"memory\"", "kpi = \"memory\"\nseries = \"x\"", "needs either `series` or `kpi`"),
    ("kpi = \"memory\"", "kpi = \"no-such\"", "feed \"resident_bytes\": there is no [[kpi]] with the id \"no-such\""),
    ("series = \"latency.seconds\"", "series = \"passing\"", "\"passing\" is a derived measurement; name the `kpi`"),
    ("series = \"latency.seconds\"", "series = \"latency_bucket\"", "it fills the series that it reads"),
    ("unit = \"KiB\"\nnote", "unit = \"min\"\nnote", "the KPI \"memory\" takes \"MB\", not \"min\""),
    ("unit = \"KiB\"\nnote", "unit = \"sacks\"\nnote", "unknown unit \"sacks\""),
    ("series = \"latency.seconds\"", "series = \"survey.nps.all\"\nabove = 1", "`above` and `below` are for gauges"),
    ("above = 0\nbelow", "above = 2000\nbelow", "no value lies over `above` and under `below`"),
    ("above = 0\nbelow", "per_second = true\nabove = 0\nbelow", "`per_second` is for counters"),
    ("scale = 0.5", "scale = 0", "`scale` is 0"),
    ("rename = { instance = \"host\" }", "rename = { instance = \"the host\" }", "the name of a label has at most"),
    (
        "rename = { instance = \"host\" }",
        "rename = \"host\"",
        "`rename` must be a table such as { instance = \"host\" }",
    ),
    (
        "set = { result = \"success\", \"with.dot\"",
        "set = { result = \" \", \"with.dot\"",
        "`result` must be text in quotes",
    ),
    ("note = \"By buckets.\"", "note = \"\"", "`note` is empty"),
    ("note = \"By buckets.\"", "note = \"By buckets.\"\nspeed = 1", "feed \"latency\" has no key `speed`"),
    ("metrics = [\"gpu_usage\"]", "metrics = []", "a trap names at least one metric"),
    ("metrics = [\"gpu_usage\"]", "metrics = \"gpu_usage\"", "`metrics` must be a list"),
    ("metrics = [\"gpu_usage\"]\n", "", "a trap has no `metrics`"),
    ("metrics = [\"gpu_usage\"]", "metrics = [\"memory_peak\"]", "the metric \"memory_peak\" stands in two traps"),
    ("metric = \"resident_bytes\"", "metric = \"gpu_usage\"", "feed \"gpu_usage\": a [[trap]] says that"),
    ("reason = \"Never set.\"\n", "", "a trap has no `reason`"),
    // Measurements.
    ("kind = \"rate\"", "kind = \"speed\"", "\"speed\" is no kind; write one of count, sum"),
    ("kind = \"rate\"\n", "", "has no `kind`"),
    ("id = \"people\"\nunit", "id = \"builds\"\nunit", "two measurements have the id \"builds\""),
    ("id = \"people\"\nunit", "id = \"People\"\nunit", "small letters, digits and hyphens"),
    ("rank = 99.9", "rank = 101", "the rank of a percentile lies between 0 and 100"),
    ("rank = 99.9\n", "", "has no `rank`"),
    ("kind = \"distinct\"", "kind = \"count\"", "of the kind count has no key `entity`"),
    ("entity = \"commit\"\n", "", "has no `entity`"),
    ("statistic = \"p50\"", "statistic = \"median\"", "\"median\" is no statistic; write mean or p50"),
    ("among_before = true", "among_before = 1", "must be true or false"),
    ("minimum = 20", "minimum = 2.5", "must be a whole number from 0"),
    ("minimum = 20", "minimum = -1", "must be a whole number from 0"),
    ("window = \"month\"", "window = \"year\"", "\"year\" is no window"),
    ("window = \"last week\"", "window = \"last 7 days\"", "\"last 7 days\" is no window"),
    ("window = \"last week\"", "window = \"7 days\"", "`time_zone` needs a `window` of the calendar"),
    ("\"America/New_York\"", "\"Mars/Olympus\"", "\"Mars/Olympus\" is no time zone"),
    ("of = { series = \"feature.used\" }", "of = \"feature.used\"", "`of` must be a table such as { series"),
    ("of = { series = \"feature.used\" }", "of = { series = \"feature.used\", when = {} }", "`of` has no key `when`"),
    ("whole = { series = \"transfer\" }\n", "", "has no `whole`"),
    ("of = \"sum\"", "of = \"mean\"", "write count or sum"),
    (
        "whole = { measure = \"builds\" }",
        "whole = { measure = \"bulds\" }",
        "measurement \"passing\": there is no [[measure]] with the id \"bulds\"",
    ),
    (
        "whole = { measure = \"builds\" }",
        "whole = { measure = \"builds\", series = \"x\" }",
        "`whole` has no key `series`",
    ),
    ("branch = [\"main\", \"release\"]", "branch = []", "`branch` must be text in quotes, or a list"),
    ("branch = [\"main\", \"release\"]", "branch = 3", "`branch` must be text in quotes, or a list"),
    ("series = \"scan\"", "series = \"a scan\"", "no spaces"),
    ("series = \"scan\"", "series = \"builds\"", "\"builds\" is a derived measurement, not a series"),
    // Units that do not fit the kind.
    (
        "unit = \"/week\"\nkind = \"rate\"",
        "unit = \"count\"\nkind = \"rate\"",
        "a rate is not measured in a plain count; write a frequency",
    ),
    (
        "unit = \"%\"\nkind = \"ratio\"",
        "unit = \"min\"\nkind = \"ratio\"",
        "a ratio is not measured in \"min\"; write %, count, x, :1 or /KLOC",
    ),
    (
        "unit = \"%\"\nkind = \"share\"",
        "unit = \"count\"\nkind = \"share\"",
        "a share is not measured in a plain count; write %",
    ),
    (
        "unit = \"h\"\nkind = \"duration\"",
        "unit = \"%\"\nkind = \"duration\"",
        "a duration is not measured in \"%\"; write a unit of time",
    ),
    (
        "unit = \"count\"\nkind = \"distinct\"",
        "unit = \"/month\"\nkind = \"distinct\"",
        "a distinct is not measured in \"/month\"; write count",
    ),
    (
        "unit = \"s\"\nkind = \"percentile\"",
        "unit = \"severity\"\nkind = \"percentile\"",
        "a percentile is not measured in a severity",
    ),
    ("unit = \"/week\"", "unit = \"/fortnight\"", "unknown unit \"/fortnight\""),
];

#[test]
fn each_mistake_is_told_once_at_its_place() {
    for (from, to, wanted) in CASES {
        let start = SAMPLE.find(from).unwrap_or_else(|| panic!("{from} stands in the sample"));
        let errors = Catalogue::parse(&SAMPLE.replacen(from, to, 1)).expect_err(to);
        let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
        let [error] = errors.as_slice() else { panic!("{to}: one error is expected, not {told:?}") };
        assert!(error.message.contains(wanted), "{to}: {wanted} is not what {told:?} says");
        let first = SAMPLE[..start].rfind("\n[").map_or(0, |place| SAMPLE[..place].matches('\n').count() + 2);
        let last = SAMPLE[..start + from.len()].matches('\n').count() + 12;
        assert!((first..=last).contains(&error.line) || error.line == 1, "{told:?}: expected in {first}..={last}");
        assert!(error.column >= 1);
    }
}

#[test]
fn a_value_is_pointed_at_with_line_and_column() {
    let errors = Catalogue::parse(&SAMPLE.replace("group_by = \"track\"", "group_by = \"team\"")).expect_err("refused");
    let line = SAMPLE.lines().position(|line| line.starts_with("group_by")).unwrap() + 1;
    assert_eq!((errors[0].line, errors[0].column), (line, 12));
    let errors =
        Catalogue::parse(&SAMPLE.replace("\"delivery\", \"people\"", "\"delivery\", \"x\"")).expect_err("refused");
    let line = SAMPLE.lines().position(|line| line.contains("\"delivery\", \"people\"")).unwrap() + 1;
    assert_eq!((errors[0].line, errors[0].column), (line, 23));
}

#[test]
fn a_measurement_that_is_computed_from_itself_is_refused_with_the_whole_way() {
    let ratio = |id: &str, of: &str| {
        format!(
            "\n[[measure]]\nid = \"{id}\"\nunit = \"%\"\nkind = \"ratio\"\npart = {{ measure = \"{of}\" }}\nwhole = {{ series = \"s\" }}\n"
        )
    };
    for (measures, wanted) in [
        (vec![("a", "a")], vec!["a → a"]),
        (vec![("a", "b"), ("b", "a")], vec!["a → b → a"]),
        (vec![("a", "b"), ("b", "c"), ("c", "a"), ("d", "a")], vec!["a → b → c → a"]),
        (vec![("a", "b"), ("b", "b"), ("c", "d"), ("d", "c")], vec!["b → b", "c → d → c"]),
    ] {
        let document = measures.iter().fold(SAMPLE.to_owned(), |document, (id, of)| document + &ratio(id, of));
        let errors = Catalogue::parse(&document).expect_err("a cycle");
        let told: Vec<&str> = errors.iter().filter_map(|error| Some(error.message.split_once("itself: ")?.1)).collect();
        assert_eq!(told, wanted);
        assert_eq!(errors.len(), wanted.len(), "{errors:?}");
    }
}

#[test]
fn two_measurements_may_read_a_third() {
    let extra = "\n[[measure]]\nid = \"twice\"\nunit = \"%\"\nkind = \"ratio\"\npart = { measure = \"builds\" }\nwhole = { measure = \"builds\" }\n";
    assert!(Catalogue::parse(&format!("{SAMPLE}{extra}")).is_ok());
}

#[test]
fn naming_a_thing_that_is_broken_is_no_further_error() {
    for (from, to) in [
        ("shape = \"higher\"", "shape = \"high\""),
        ("unit = \"count\"\nkind = \"count\"", "unit = \"no\"\nkind = \"count\""),
    ] {
        assert!(SAMPLE.contains(from));
        let errors = Catalogue::parse(&SAMPLE.replacen(from, to, 1)).expect_err(to);
        assert_eq!(errors.len(), 1, "{errors:?}");
    }
}

#[test]
fn everything_that_is_wrong_is_told_at_once_in_the_order_of_the_document() {
    let document = CASES
        .iter()
        .filter(|(from, to, _)| !to.is_empty() && !from.contains('\n'))
        .fold(SAMPLE.to_owned(), |document, (from, to, _)| document.replacen(from, to, 1));
    let errors = Catalogue::parse(&document).expect_err("refused");
    assert!(errors.len() > 25, "{}", errors.len());
    assert!(errors.is_sorted_by_key(|error| (error.line, error.column)));
}

#[test]
fn phases_have_numbers_from_one_without_gaps() {
    for (to, wanted) in [("number = 4\n", "4 stands where 3 is expected"), ("", "a phase has no `number`")] {
        let errors = Catalogue::parse(&SAMPLE.replace("number = 3\n", to)).expect_err(wanted);
        // A target that names the third phase has lost it.
        let [phase, kpi] = errors.as_slice() else { panic!("{errors:?}") };
        assert!(phase.message.contains(wanted) && kpi.message.contains("name phase 3"), "{errors:?}");
        assert_eq!(SAMPLE.lines().nth(phase.line - 1), Some("[[phase]]"));
    }
}
