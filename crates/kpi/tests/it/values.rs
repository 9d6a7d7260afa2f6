//! Values as senders and people write them.

use kpi::value::{Input, ValueError, read};

use crate::support::framework;

#[test]
fn values_are_read_into_the_base_unit() {
    let catalogue = framework();
    let cases: &[(&str, Input<'_>, Option<&str>, f64)] = &[
        ("pipeline-build-time", Input::Number(7.0), None, 420.0),
        ("pipeline-build-time", Input::Number(90.0), Some("s"), 90.0),
        ("pipeline-build-time", Input::Text("90 min"), None, 5_400.0),
        ("pipeline-build-time", Input::Text("1.5h"), None, 5_400.0),
        ("pipeline-build-time", Input::Text("7"), Some("min"), 420.0),
        ("pipeline-build-time", Input::Text("7 minutes"), Some("min"), 420.0),
        ("pipeline-build-time", Input::Text("1e2"), Some("s"), 100.0),
        ("bundle-size", Input::Text("0.2 GB"), None, 2e8),
        ("revenue-arr", Input::Text("$2M"), None, 2e6),
        ("developer-adoption", Input::Text("1,234"), None, 1_234.0),
        ("code-coverage", Input::Number(0.915), Some("fraction"), 91.5),
        ("inference-speed-improvement", Input::Text("3.4x"), None, 3.4),
        ("app-store-rating", Input::Text("4.6/5"), None, 4.6),
        ("color-contrast-ratio", Input::Text("4.5:1"), None, 4.5),
        ("wcag-compliance", Input::Truth(true), None, 1.0),
        ("wcag-compliance", Input::Text("Not met"), None, 0.0),
        ("security-vulnerabilities", Input::Text("High"), None, 3.0),
        ("security-vulnerabilities", Input::Number(0.0), None, 0.0),
    ];
    for (id, input, unit, expected) in cases {
        let (_, kpi) = catalogue.kpi(id).unwrap();
        let value = read(kpi, *input, *unit).unwrap_or_else(|error| panic!("{id} {input:?}: {error}"));
        assert!((value - expected).abs() <= expected.abs() * 1e-12, "{id} {input:?}: {value}");
    }
}

#[test]
fn values_that_mean_nothing_here_are_refused_with_what_would_be_right() {
    let catalogue = framework();
    let cases: &[(&str, Input<'_>, Option<&str>, &str)] = &[
        ("pipeline-build-time", Input::Number(f64::NAN), None, "finite"),
        ("pipeline-build-time", Input::Number(f64::INFINITY), Some("s"), "finite"),
        ("pipeline-build-time", Input::Text("7 GB"), None, "\"GB\" can't be converted to \"min\""),
        ("pipeline-build-time", Input::Text("7 parsecs"), None, "unknown unit"),
        ("pipeline-build-time", Input::Text("7 min"), Some("s"), "written in \"min\""),
        ("pipeline-build-time", Input::Text("soon"), None, "write a number"),
        ("pipeline-build-time", Input::Truth(true), None, "write a number"),
        ("app-store-rating", Input::Text("9/10"), None, "can't be converted"),
        ("revenue-arr", Input::Text("€2M"), None, "can't be converted"),
        ("wcag-compliance", Input::Number(0.5), None, "met or not met"),
        ("security-vulnerabilities", Input::Text("severe"), None, "none, low, medium, high or critical"),
        ("security-vulnerabilities", Input::Number(2.5), None, "none, low, medium, high or critical"),
    ];
    for (id, input, unit, wanted) in cases {
        let (_, kpi) = catalogue.kpi(id).unwrap();
        let error: ValueError = read(kpi, *input, *unit).expect_err(id);
        assert!(error.to_string().contains(wanted), "{id} {input:?}: {error}");
    }
}

#[test]
fn numbers_stand_in_the_unit_of_their_target() {
    use kpi::display::Writing;
    use kpi::unit::Unit;
    let catalogue = framework();
    let written = |id: &str, value: f64, unit: &str| {
        let (_, kpi) = catalogue.kpi(id).unwrap();
        Writing::of(kpi, kpi.target_shown_in(1)).text(Unit::parse(unit).unwrap().to_base(value))
    };
    for (id, value, unit, text) in [
        ("performance-regression-detection", 2.239, "days", "53.74 hours"),
        ("time-to-recovery", 45.0, "min", "0.75 hours"),
        ("time-to-recovery", 1.0, "h", "1 hour"),
        ("dashboard-load-time", 420.0, "ms", "0.42 seconds"),
        ("bundle-size", 1.5, "MB", "1,500KB"),
        ("pipeline-build-time", 10.000_01, "min", "10.00001 min"),
        ("capacity-utilization", 80.004, "%", "80.004%"),
        ("capacity-utilization", 69.996, "%", "69.996%"),
        ("capacity-utilization", 80.0, "%", "80%"),
        ("platform-availability", 99.4999, "%", "99.4999%"),
        ("revenue-arr", 1_500_000.0, "USD", "$1,500,000"),
    ] {
        assert_eq!(written(id, value, unit), text, "{id}");
    }
}
