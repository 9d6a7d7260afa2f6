//! Scrapes. Recorded are both formats of the Python client `prometheus_client` 0.26.

use formats::exposition::{self, Dialect};
use formats::{Limits, Received};

use crate::{codes, lines_of, recorded, refused};

#[expect(clippy::expect_used, reason = "a helper of tests")]
fn read(text: &str, dialect: Dialect) -> Received {
    exposition::read(text.as_bytes(), dialect, &Limits::default()).expect("a body that is read")
}

#[test]
fn both_formats_of_the_python_client_give_the_same_series() {
    let text = |name| String::from_utf8(recorded(&format!("exposition/python{name}.txt"))).unwrap();
    let plain = read(&text(""), Dialect::Prometheus);
    let open = read(&text(".openmetrics"), Dialect::OpenMetrics);
    let series = |received: &Received| {
        let mut series: Vec<_> = received.samples.samples.iter().map(|sample| sample.series.clone()).collect();
        series.sort();
        series
    };
    assert_eq!(series(&plain), series(&open));
    assert_eq!(open.left_out.get("exemplar"), Some(&2));
    assert!(lines_of(&open).contains(&"memory_bytes{} 1500000000 bytes @1772357400500".to_owned()));
    assert!(lines_of(&plain).contains(&"memory_bytes{} 1500000000 @1772357400500".to_owned()));
    assert!(lines_of(&open).contains(&"inferno_requests_total{code=200,model=llama} 7".to_owned()));
    assert!(lines_of(&open).contains(&"latency_seconds_bucket{le=+Inf} 1".to_owned()));
    for received in [plain, open] {
        assert_eq!(
            codes(&received).iter().map(|(_, code)| *code).collect::<Vec<_>>(),
            ["control-character", "not-finite"]
        );
    }
}

#[test]
fn lines_are_read_as_targets_write_them() {
    for (line, sample) in [
        ("up 1", "up{} 1"),
        ("up{} 1", "up{} 1"),
        ("up{a=\"b\",} 1e3 1772357400000", "up{a=b} 1000 @1772357400000"),
        ("  up { a = \"b\" , c=\"\" }  -0.5 ", "up{a=b} -0.5"),
        (r#"up{a="say \"hi\" C:\\d \x é {}# ,"} 2"#, r#"up{a=say "hi" C:\d \x é {}# ,} 2"#),
        (r#"{"http.requests", "service.name"="a/b"} 3"#, "http.requests{service.name=a/b} 3"),
        (r#"{__name__="up",a="b"} 3"#, "up{a=b} 3"),
        (r#"{"室温","метка"="x"} 21"#, "室温{метка=x} 21"),
        (r#"{"Заказ 1"} 21"#, "Заказ 1{} 21"),
        (r#"温度{部屋="台所"} 21"#, "温度{部屋=台所} 21"),
        (r#"U___5ba4__6e29_{U__http_2e_method="GET"} 21"#, "室温{http.method=GET} 21"),
        ("up 1 # {trace_id=\"a b\"} 0.5 1.5", "up{} 1"),
        ("up 1\r", "up{} 1"),
    ] {
        let received = read(line, Dialect::Prometheus);
        assert_eq!(lines_of(&received).join(""), sample, "{line}");
    }
}

#[test]
fn help_and_type_may_stand_again() {
    let family = "# HELP up Whether\n# TYPE up gauge\nup{model=\"a\"} 1\n";
    let received =
        read(&format!("{family}{family}# TYPE up counter\nup 2\n#\n# any words\n#EOF\nup 3"), Dialect::Prometheus);
    assert_eq!(lines_of(&received), ["up{model=a} 1", "up{model=a} 1", "up{} 2", "up{} 3"]);
    assert!(received.samples.problems.is_empty());
}

/// What the Inferno platform shows with two models: it writes `HELP` and `TYPE` again before the line of each model.
#[test]
fn the_platforms_output_is_read_with_what_it_says_again_for_each_model() {
    let text = String::from_utf8(recorded("exposition/inferno-platform.txt")).unwrap();
    let again = text.lines().filter(|line| line.starts_with("# TYPE inferno_model_size_bytes ")).count();
    assert_eq!(again, 2);
    for dialect in [Dialect::Prometheus, Dialect::OpenMetrics] {
        // OpenMetrics forbids it; a target that says so all the same is read all the same.
        let end = if dialect == Dialect::OpenMetrics { "# EOF\n" } else { "" };
        let received = read(&format!("{text}{end}"), dialect);
        let values = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).count();
        assert_eq!((received.samples.samples.len(), values), (23, 23));
        assert!(received.samples.problems.is_empty() && received.left_out.is_empty());
        let lines = lines_of(&received);
        for line in [
            "inferno_inference_requests_total{} 3",
            "inferno_memory_usage_bytes{} 5846130655232",
            "inferno_cpu_usage_percent{} 7.4375653",
            "inferno_model_size_bytes{backend=gguf,model=llama-2-7b.Q4_K_M.gguf} 3825819519",
            "inferno_model_size_bytes{backend=onnx,model=all-minilm \"L6\".onnx} 1094919713",
            "inferno_model_inference_duration_ms_total{backend=gguf,model=llama-2-7b.Q4_K_M.gguf} 9120",
            "inferno_command_duration_ms{} 42.5",
        ] {
            assert!(lines.contains(&line.to_owned()), "{line} is not among {lines:#?}");
        }
    }
}

#[test]
fn a_line_that_can_not_be_read_is_a_problem_of_its_own() {
    for line in [
        "up",
        "up one",
        "up 1 soon",
        "up 1 1772357400000 2",
        "up{a=\"b\" 1",
        "up{a=\"b} 1",
        "up{a=b} 1",
        "up{a} 1",
        "up{=\"b\"} 1",
        "up{a=\"b\" c=\"d\"} 1",
        "{a=\"b\"} 1",
        "{\"a\",\"b\"} 1",
        "{",
        "a/b 1",
        "up{a/b=\"c\"} 1",
    ] {
        let received = read(&format!("before 1\n{line}\nafter 2"), Dialect::Prometheus);
        assert_eq!(codes(&received), [(2, "syntax")], "{line}");
        assert_eq!(lines_of(&received), ["before{} 1", "after{} 2"], "{line}");
    }
    let received = read("a NaN\nb +Inf\nc 1 12\nd 1", Dialect::Prometheus);
    assert_eq!(codes(&received), [(1, "not-finite"), (2, "not-finite"), (3, "bad-time")]);
}

#[test]
fn a_body_without_a_sample_is_no_scrape() {
    for body in [
        "<html><body>Copyright 2024</body></html>",
        "<!DOCTYPE html>\n<p>Please log in</p>\nerror 403\n",
        "  \n<?xml version=\"1.0\"?>\nup 1",
        "{\"error\":\"login required\",\"code\":401}",
        "{\n  \"status\": 401,\n  \"count\": 5\n}",
        "Please log in",
        "302 Found",
        "up",
        "# HELP up Whether\n# TYPE up gauge\n",
        "http:rate5m 0x 1",
    ] {
        let refusal = refused(exposition::read(body.as_bytes(), Dialect::Prometheus, &Limits::default()));
        assert_eq!(refusal.code(), "syntax", "{body}");
        assert!(refusal.to_string().contains("no line of it is a sample"), "{refusal}");
    }
    let bare = exposition::read(b"# EOF\n", Dialect::OpenMetrics, &Limits::default());
    assert_eq!(refused(bare).code(), "syntax");
    // A sample whose value can't be kept is one all the same.
    assert_eq!(codes(&read("up NaN", Dialect::Prometheus)), [(1, "not-finite")]);
    // What is read beside it stays.
    assert_eq!(lines_of(&read("up 1\n<p>Hello 5\n", Dialect::Prometheus)), ["up{} 1"]);
}

#[test]
fn totals_say_since_when_they_count() {
    let text = "a_total{x=\"1\"} 5\na_created{x=\"1\"} 1772357400.5\na_total{x=\"2\"} 5\nh_bucket{le=\"1\"} 1\n\
                h_bucket{le=\"+Inf\"} 1\nh_count 1\nh_created 1772357400\ng 1\n";
    let received = read(text, Dialect::Prometheus);
    let starts: Vec<_> =
        received.samples.samples.iter().map(|sample| (sample.series.as_str(), sample.start_ms)).collect();
    let (half, whole) = (Some(1_772_357_400_500), Some(1_772_357_400_000));
    assert_eq!(
        starts,
        [
            ("a_total", half),
            ("a_created", None),
            ("a_total", None),
            ("h_bucket", whole),
            ("h_bucket", whole),
            ("h_count", whole),
            ("h_created", None),
            ("g", None),
        ]
    );
}

#[test]
fn openmetrics_writes_seconds_and_an_end() {
    let received = read("up 1 1772357400.125\n# EOF\nignored 1", Dialect::OpenMetrics);
    assert_eq!(lines_of(&received), ["up{} 1 @1772357400125"]);
    let cut = exposition::read(b"up 1\nup 2\n", Dialect::OpenMetrics, &Limits::default());
    let refusal = refused(cut);
    assert_eq!((refusal.code(), refusal.row()), ("syntax", Some(2)));
}

#[test]
fn units_belong_to_what_is_measured_and_not_to_how_often() {
    let text = "# TYPE a_seconds histogram\n# UNIT a_seconds seconds\na_seconds_sum 5\na_seconds_count 2\n\
                a_seconds_bucket{le=\"1\"} 1\na_seconds_created 1772357400\na_seconds{quantile=\"0.5\"} 1\n# EOF";
    assert_eq!(
        lines_of(&read(text, Dialect::OpenMetrics)),
        [
            "a_seconds_sum{} 5 seconds",
            "a_seconds_count{} 2",
            "a_seconds_bucket{le=1} 1 seconds",
            "a_seconds_created{} 1772357400",
            "a_seconds{quantile=0.5} 1 seconds",
        ]
    );
}

#[test]
fn content_types_name_the_dialect() {
    let open = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    assert_eq!(Dialect::of(open), Dialect::OpenMetrics);
    assert_eq!(Dialect::of("text/plain; version=0.0.4"), Dialect::Prometheus);
    assert_eq!(Dialect::of(""), Dialect::Prometheus);
}
