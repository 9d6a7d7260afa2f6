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
