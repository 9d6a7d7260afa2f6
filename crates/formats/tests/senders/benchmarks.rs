//! Reports of benchmarks. All but those of llama-bench and Bencher were written by the tools themselves.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use formats::{
    Limits, Received, bmf, criterion, google_benchmark, hyperfine, lighthouse, llama_bench, pytest_benchmark,
};

use crate::{data, line, lines, problems, refused};

fn report(read: fn(&[u8], &Limits) -> Result<Received, formats::Refusal>, name: &str) -> Received {
    read(&data(&format!("reports/{name}")), &Limits::default()).unwrap()
}

#[test]
fn hyperfine_tells_the_mean_of_each_command_and_which_failed() {
    assert_eq!(
        lines(&report(hyperfine::read, "hyperfine.json")),
        [
            "benchmark.run{case=two,result=success,tool=hyperfine} 0.0056075146 s",
            "benchmark.run{case=sleep 0.01,result=success,tool=hyperfine} 0.0150180858 s",
        ]
    );
    let failing = lines(&report(hyperfine::read, "hyperfine-failing.json"));
    assert!(failing.len() == 2 && failing.iter().all(|line| line.contains("result=failure")), "{failing:?}");
}

#[test]
fn google_benchmark_tells_repetitions_or_else_the_mean() {
    let received = report(google_benchmark::read, "google-benchmark.json");
    assert_eq!(
        lines(&received),
        [
            "benchmark.run{case=fold/64/repeats:2,result=success,tool=google-benchmark} 0.05140009388684854 us @1795488803000",
            "benchmark.throughput{case=fold/64/repeats:2,tool=google-benchmark,what=items} 1804317994.5100393 items/s @1795488803000",
            "benchmark.run{case=fold/64/repeats:2,result=success,tool=google-benchmark} 0.051059962859379616 us @1795488803000",
            "benchmark.throughput{case=fold/64/repeats:2,tool=google-benchmark,what=items} 1810615502.7527816 items/s @1795488803000",
            "benchmark.failed{case=skips,tool=google-benchmark} 1 @1795488803000",
        ]
    );
    assert_eq!(received.left_out["aggregate"], 4);
    let aggregates = br#"{"benchmarks":[
        {"name":"a_mean","run_name":"a","run_type":"aggregate","aggregate_name":"mean","real_time":5,"time_unit":"ms"},
        {"name":"a_stddev","run_name":"a","run_type":"aggregate","aggregate_name":"stddev","real_time":1,"time_unit":"ms"}]}"#;
    let received = google_benchmark::read(aggregates, &Limits::default()).unwrap();
    assert_eq!(lines(&received), ["benchmark.run{case=a,result=success,tool=google-benchmark} 5 ms"]);
    let old = br#"{"context":{"date":"2015/03/17-18:40:25"},"benchmarks":[{"name":"a","real_time":5}]}"#;
    let received = google_benchmark::read(old, &Limits::default()).unwrap();
    assert_eq!(lines(&received), ["benchmark.run{case=a,result=success,tool=google-benchmark} 5 ns"]);
    assert_eq!(received.left_out["time that can't be read"], 1);
}

#[test]
fn problems_of_google_benchmark_stand_in_the_order_of_their_rows() {
    let body = br#"{"context":{},"benchmarks":[{"name":"a","real_time":1,"time_unit":"\u0007"},7,{"name":""}]}"#;
    let received = google_benchmark::read(body, &Limits::default()).unwrap();
    let rows: Vec<usize> = received.samples.problems.iter().map(|problem| problem.row).collect();
    assert_eq!((rows, received.rejected(), received.samples.rows), (vec![1, 2], 2, 3));
}

#[test]
fn pytest_benchmark_tells_the_mean_and_the_group() {
    let lines = lines(&report(pytest_benchmark::read, "pytest-benchmark.json"));
    let case = "benchmark.run{case=test_it.py::test_sum[10],result=success,tool=pytest-benchmark} 0.00000042660030885599554 s @";
    assert!(lines.len() == 3 && lines[0].starts_with(case), "{lines:?}");
    assert!(lines[2].contains("suite=lists,tool"), "{lines:?}");
}

#[test]
fn llama_bench_tells_times_and_tokens() {
    let lines = lines(&report(llama_bench::read, "llama-bench.json"));
    assert_eq!(
        lines[..2],
        [
            "benchmark.run{build=0a1b2c3d,case=demo 1B Q4_K - Medium pp512,model=demo 1B Q4_K - Medium,platform=CUDA,\
             result=success,test=pp512,tool=llama-bench} 72000000 ns @1767225600000",
            "benchmark.throughput{build=0a1b2c3d,case=demo 1B Q4_K - Medium pp512,model=demo 1B Q4_K - Medium,\
             platform=CUDA,test=pp512,tool=llama-bench,what=tokens} 7111.11 tokens/s @1767225600000",
        ]
    );
    assert!(lines[2].contains("test=tg128") && lines[4].contains("test=pp512+tg128 @ d512"), "{lines:?}");
    let rows: Vec<serde_json::Value> = serde_json::from_slice(&data("reports/llama-bench.json")).unwrap();
    let json_lines: Vec<String> = rows.iter().map(ToString::to_string).collect();
    let read = llama_bench::read(json_lines.join("\n").as_bytes(), &Limits::default()).unwrap();
    assert_eq!(crate::lines(&read), lines);
}

#[test]
fn criterion_is_read_from_its_files() {
    let line = |name: &str| {
        let file = |part: &str| data(&format!("reports/criterion/{name}.{part}.json"));
        criterion::line(&file("benchmark"), &file("estimates")).unwrap()
    };
    let stream = format!("{}\n{}\n", line("fold"), line("alone"));
    assert_eq!(
        lines(&criterion::read(stream.as_bytes(), &Limits::default()).unwrap()),
        [
            "benchmark.run{case=sums/fold/100,result=success,suite=sums,tool=criterion} 23.875324522646793 ns",
            "benchmark.throughput{case=sums/fold/100,tool=criterion,what=elements} 4188424743.929475 elements/s",
            "benchmark.run{case=one/with slash,result=success,tool=criterion} 0.7137607214405539 ns",
        ]
    );
    assert_eq!(criterion::line(b"{", b"{}").unwrap_err().code(), "syntax");
}

#[test]
fn criterion_is_read_from_the_messages_of_cargo_criterion() {
    let stream = br#"{"reason":"benchmark-complete","id":"norm","report_directory":"x","iteration_count":[30],"measured_values":[1.5],
        "unit":"ns","throughput":[{"per_iteration":1024,"unit":"elements"}],
        "typical":{"estimate":4096.0,"lower_bound":1,"upper_bound":2,"unit":"ns"},"mean":{"estimate":1,"unit":"ns"},"change":null}
        {"reason":"group-complete","group_name":"norm","benchmarks":["norm"],"report_directory":"x"}
        {"other":1}"#;
    let received = criterion::read(stream, &Limits::default()).unwrap();
    assert_eq!(
        received.samples.samples.iter().map(line).collect::<Vec<_>>(),
        [
            "benchmark.run{case=norm,result=success,tool=criterion} 4096 ns",
            "benchmark.throughput{case=norm,tool=criterion,what=elements} 250000000 elements/s",
        ]
    );
    assert_eq!(problems(&received), [(3, "row", "wrong-type")]);
}

#[test]
fn bencher_tells_any_measure() {
    assert_eq!(
        lines(&report(bmf::read, "bmf.json")),
        [
            "benchmark.run{case=parse,result=success,tool=bencher} 88 ns",
            "benchmark.throughput{case=parse,tool=bencher,what=operations} 5.55 operations/s",
            "benchmark.build-time{case=./build.sh,tool=bencher} 87",
            "benchmark.file size{case=binary,tool=bencher} 42",
        ]
    );
    for (text, code) in [("[]", "shape"), (r#"{"a":7}"#, "shape"), ("{", "syntax"), ("", "empty")] {
        assert_eq!(refused(bmf::read(text.as_bytes(), &Limits::default())).code(), code, "{text}");
    }
    let limits = Limits { rows: 1, ..Limits::default() };
    assert_eq!(refused(bmf::read(&data("reports/bmf.json"), &limits)).code(), "too-many-rows");
    let wrong = bmf::read(br#"{"a":{"b":{"value":"x"},"c":{"value":1}}}"#, &Limits::default()).unwrap();
    assert_eq!((problems(&wrong), wrong.samples.samples.len()), (vec![(1, "value", "wrong-type")], 1));
}

#[test]
fn a_number_that_is_none_is_named_and_the_others_are_taken() {
    type Read = fn(&[u8], &Limits) -> Result<Received, formats::Refusal>;
    /// A report, the problem that is told, and how many samples there are.
    type Case = (Read, String, (usize, &'static str, &'static str), usize);
    let good = r#""command":"b","fullname":"b","name":"b","mean":1,"real_time":1,"stats":{"mean":1}"#;
    let of = |bad: &str| format!(r#"{{"results":[{{{bad}}},{{{good}}}],"benchmarks":[{{{bad}}},{{{good}}}]}}"#);
    let llama = |bad: &str| {
        format!(
            r#"[{{"model_type":"m","n_prompt":1,"n_gen":0,"avg_ts":2{bad}}},{{"model_type":"m","n_prompt":2,"n_gen":0,"avg_ts":2,"avg_ns":1}}]"#
        )
    };
    let criterion = |slope: &str, mean: &str| {
        let line = |id: &str, slope: &str, mean: &str| {
            format!(
                r#"{{"benchmark":{{"full_id":"{id}"}},"estimates":{{"slope":{slope},"mean":{{"point_estimate":{mean}}}}}}}"#
            )
        };
        format!("{}\n{}", line("a", slope, mean), line("b", "null", "1"))
    };
    let lighthouse = |score: &str, value: &str| {
        format!(
            r#"{{"requestedUrl":"u","categories":{{"seo":{{"score":{score}}},"performance":{{"score":1}}}},
                "audits":{{"speed-index":{{"numericValue":{value}}},"interactive":7}}}}"#
        )
    };
    let bmf = |value: &str| format!(r#"{{"a":{{"latency":{{"value":{value}}},"size":{{"value":-1}}}}}}"#);
    let cases: [Case; 24] = [
        (hyperfine::read, of(r#""command":"a","mean":null"#), (1, "mean", "missing"), 1),
        (hyperfine::read, of(r#""command":"a""#), (1, "mean", "missing"), 1),
        (hyperfine::read, of(r#""command":"a","mean":NaN"#), (1, "mean", "missing"), 1),
        (hyperfine::read, of(r#""command":"a","mean":-1"#), (1, "mean", "out-of-range"), 1),
        (hyperfine::read, of(r#""command":"a","mean":"1""#), (1, "mean", "wrong-type"), 1),
        (pytest_benchmark::read, of(r#""fullname":"a","stats":{"mean":Infinity}"#), (1, "mean", "missing"), 1),
        (pytest_benchmark::read, of(r#""fullname":"a","stats":{"mean":[]}"#), (1, "mean", "wrong-type"), 1),
        (google_benchmark::read, of(r#""name":"a","real_time":-2"#), (1, "real_time", "out-of-range"), 1),
        (google_benchmark::read, of(r#""name":"a","real_time":"x""#), (1, "real_time", "wrong-type"), 1),
        (
            google_benchmark::read,
            of(r#""name":"a","real_time":2,"items_per_second":"x""#),
            (1, "items_per_second", "wrong-type"),
            2,
        ),
        (llama_bench::read, llama(""), (1, "avg_ns", "missing"), 3),
        (llama_bench::read, llama(r#","avg_ns":-inf"#), (1, "avg_ns", "missing"), 3),
        (llama_bench::read, llama(r#","avg_ns":-1"#), (1, "avg_ns", "out-of-range"), 3),
        (criterion::read, criterion("null", "null"), (1, "point_estimate", "missing"), 1),
        (criterion::read, criterion("7", "-1"), (1, "point_estimate", "out-of-range"), 1),
        (criterion::read, criterion("null", "\"x\""), (1, "point_estimate", "wrong-type"), 1),
        (lighthouse::read, lighthouse("null", "1"), (1, "categories", "missing"), 2),
        (lighthouse::read, lighthouse("\"x\"", "1"), (1, "score", "wrong-type"), 2),
        (lighthouse::read, lighthouse("1.5", "1"), (1, "categories", "out-of-range"), 2),
        (lighthouse::read, lighthouse("1", "-1"), (1, "numericValue", "out-of-range"), 2),
        (bmf::read, bmf("null"), (1, "value", "missing"), 1),
        (bmf::read, bmf("NaN"), (1, "value", "missing"), 1),
        (bmf::read, bmf("-1"), (1, "value", "out-of-range"), 1),
        (bmf::read, r#"{"a":7,"b":{"latency":{"value":1}}}"#.to_owned(), (1, "row", "wrong-type"), 1),
    ];
    for (read, text, told, samples) in cases {
        let received = read(text.as_bytes(), &Limits::default()).unwrap();
        assert_eq!((problems(&received), received.samples.samples.len()), (vec![told], samples), "{text}");
    }
}

#[test]
fn lighthouse_tells_scores_and_timings_of_a_page() {
    let lines = lines(&report(lighthouse::read, "lighthouse.json"));
    let of = |start: &str| lines.iter().find(|line| line.starts_with(start)).unwrap().as_str();
    let labels = "device=mobile,page=http://127.0.0.1:9110/";
    assert_eq!(
        of("lighthouse.score{category=accessibility"),
        format!("lighthouse.score{{category=accessibility,{labels}}} 0.84 fraction @1795488874326")
    );
    assert!(of("lighthouse.largest-contentful-paint").ends_with("} 903.6500000000001 ms @1795488874326"));
    assert!(of("lighthouse.total-byte-weight").ends_with("} 1212 B @1795488874326"));
    assert_eq!(lines.len(), 12, "{lines:#?}");
}

#[test]
fn a_page_that_could_not_be_measured_has_no_scores() {
    let failed = br#"{"requestedUrl":"http://a","categories":{"performance":{"score":null}},"audits":{},
        "runtimeError":{"code":"NO_FCP","message":"nothing painted"}}"#;
    let received = lighthouse::read(failed, &Limits::default()).unwrap();
    assert_eq!(problems(&received), [(1, "runtimeError", "failed")]);
    let partly =
        br#"[{"requestedUrl":"http://a","categories":{"performance":{"score":null},"seo":{"score":1}},"audits":{}}]"#;
    let received = lighthouse::read(partly, &Limits::default()).unwrap();
    assert_eq!((problems(&received), received.samples.samples.len()), (vec![(1, "categories", "missing")], 1));
}

#[test]
fn other_documents_are_refused_or_wrong_in_every_row() {
    for read in [hyperfine::read, google_benchmark::read, pytest_benchmark::read] {
        for (text, code) in [
            ("", "empty"),
            ("{}", "shape"),
            ("[]", "shape"),
            ("{", "syntax"),
            (r#"{"results":7,"benchmarks":7}"#, "shape"),
        ] {
            assert_eq!(refused(read(text.as_bytes(), &Limits::default())).code(), code, "{text}");
        }
        let received = read(br#"{"results":[7,{}],"benchmarks":[7,{}]}"#, &Limits::default()).unwrap();
        assert_eq!(problems(&received), [(1, "row", "wrong-type"), (2, "row", "wrong-type")]);
    }
    for read in [llama_bench::read, criterion::read, lighthouse::read] {
        for (text, code) in [("", "empty"), ("7", "shape"), ("[", "syntax")] {
            assert_eq!(refused(read(text.as_bytes(), &Limits::default())).code(), code, "{text}");
        }
        assert_eq!(read(b"[{}, 7]", &Limits::default()).unwrap().samples.problems.len(), 2);
    }
}
