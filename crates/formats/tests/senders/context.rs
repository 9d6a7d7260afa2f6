//! What a sender says beside a report.

use formats::{Limits, complete, hyperfine};

use crate::line;

#[test]
fn samples_get_the_labels_and_the_time_that_they_lack() {
    let body = br#"{"results":[{"command":"a","mean":1,"exit_codes":[0]}]}"#;
    let mut samples = hyperfine::read(body, &Limits::default()).unwrap().samples.samples;
    let context = [("commit", "4f20ee6"), ("branch", "main"), ("tool", "other"), ("testbed", "")];
    complete(&mut samples, &context, Some(1_767_225_600_000), &Limits::default()).unwrap();
    let expected = "benchmark.run{branch=main,case=a,commit=4f20ee6,result=success,tool=hyperfine} 1 s @1767225600000";
    assert_eq!(line(&samples[0]), expected);
    complete(&mut samples, &[("commit", "other")], Some(0), &Limits::default()).unwrap();
    assert_eq!(line(&samples[0]), expected);
    let long = "x".repeat(500);
    assert!(complete(&mut samples, &[("note", &long)], None, &Limits::default()).unwrap_err().contains("500"));
    let few = Limits { labels: 5, ..Limits::default() };
    assert!(complete(&mut samples, &[("one", "1")], None, &few).is_err());
    assert_eq!(line(&samples[0]), expected);
}
