//! Line protocol. Error words were compared with `InfluxDB` 1.6.7; the recorded bodies are of the clients `influxdb` 5.3.2 and
//! `influxdb-client` 1.50.0.

use formats::influx::{self, Lines, Precision, Value};
use formats::{Limits, Received};

use crate::{codes, lines_of, recorded, refused};

#[expect(clippy::expect_used, reason = "a helper of tests")]
fn read(text: &str) -> Received {
    influx::read(text.as_bytes(), Precision::Nanoseconds, &Limits::default()).expect("a body that is read")
}

#[expect(clippy::expect_used, reason = "a helper of tests")]
fn recording(name: &str, precision: Precision) -> Received {
    influx::read(&recorded(&format!("influx/{name}")), precision, &Limits::default()).expect("a body of a client")
}

#[test]
fn python_client_of_version_1_is_read() {
    let received = recording("python-1-ns.txt", Precision::Nanoseconds);
    assert_eq!(
        lines_of(&received),
        [
            "ci.build.n{branch=main,ho st=a,b=c} 7 @1772357400000",
            "ci.build.ok{branch=main,ho st=a,b=c} 1 @1772357400000",
            "ci.build{branch=main,ho st=a,b=c} 312.5 @1772357400000",
            "cpu load.idle{} 99",
            "cpu load.user{} 0.5",
        ]
    );
    assert_eq!(received.left_out.get("text field"), Some(&1));
    assert_eq!(received.samples.rows, 2);
    let in_seconds = recording("python-1-s.txt", Precision::Seconds);
    assert_eq!(lines_of(&in_seconds), lines_of(&received)[..3]);
}

#[test]
fn python_client_of_version_2_is_read() {
    let received = recording("python-2-ns.txt", Precision::Nanoseconds);
    assert_eq!(lines_of(&received), ["ci.build{branch=dev} 287 @1772357400123"]);
    let received = recording("python-2-s.txt", Precision::Seconds);
    assert_eq!(lines_of(&received), ["mem.up{é=ü x} 0 @1772357400000", "mem.used{é=ü x} 12.25 @1772357400000"]);
    let packed = recorded("influx/python-2-ns.txt.gz");
    let unpacked = formats::encoding::decode(&packed, Some("gzip"), &Limits::default()).unwrap();
    let received = influx::read(&unpacked, Precision::Nanoseconds, &Limits::default()).unwrap();
    assert_eq!(lines_of(&received), ["mem.used{} 1 @1772357400000"]);
}

#[test]
fn good_lines_give_their_samples() {
    for (text, samples) in [
        ("cpu value=1", vec!["cpu{} 1"]),
        ("  cpu   value=1.  1700000000000000000  ", vec!["cpu{} 1 @1700000000000"]),
        ("cpu value=.5\r\ncpu value=-1e+3\r\n", vec!["cpu{} 0.5", "cpu{} -1000"]),
        ("cpu a=1i,b=2u,c=t,d=FALSE", vec!["cpu.a{} 1", "cpu.b{} 2", "cpu.c{} 1", "cpu.d{} 0"]),
        (r"cpu\ x\,y,a\,b=c\=d\ e value=1", vec!["cpu x,y{a,b=c=d e} 1"]),
        (r"cpu,path=C:\\dir value=1", vec![r"cpu{path=C:\\dir} 1"]),
        ("cpu,b=2,a=1 value=1", vec!["cpu{a=1,b=2} 1"]),
        ("cpu a\"b=1", vec!["cpu.a\"b{} 1"]),
        ("c\"pu value=1\ncpu value=2", vec!["c\"pu{} 1", "cpu{} 2"]),
        ("cpu text=\"a b,c=d\",n=3", vec!["cpu.n{} 3"]),
        ("cpu text=\"one\ntwo \\\" three\",n=3\nmem value=1", vec!["cpu.n{} 3", "mem{} 1"]),
        ("# a comment \"\n\n \t\ncpu value=1", vec!["cpu{} 1"]),
        ("", vec![]),
    ] {
        let received = read(text);
        assert_eq!(
            (lines_of(&received), codes(&received)),
            (samples.iter().map(ToString::to_string).collect(), vec![])
        );
    }
}

#[test]
fn wrong_lines_are_told_in_the_words_of_influxdb() {
    for (text, words) in [
        ("cpu", "missing fields"),
        ("cpu ", "invalid field format"),
        (",a=b value=1", "missing measurement"),
        ("cpu value", "invalid field format"),
        ("cpu value=", "missing field value"),
        ("cpu value=1i,", "invalid field format"),
        ("cpu =1", "missing field key"),
        ("cpu a=1,=2", "missing field key"),
        ("cpu a=1,b", "invalid field format"),
        ("cpu,a value=1", "missing tag value"),
        ("cpu,a= value=1", "missing tag value"),
        ("cpu,=b value=1", "missing tag key"),
        ("cpu, value=1", "missing tag key"),
        ("cpu,", "missing tag key"),
        ("cpu,a", "missing tag value"),
        ("cpu,a=b", "missing fields"),
        ("cpu,a=b=c value=1", "invalid tag format"),
        ("cpu,a=1,a=2 value=1", "duplicate tags"),
        ("cpu,b=1,a=2,b=3 value=1", "duplicate tags"),
        ("cpu value=abc", "invalid boolean"),
        ("cpu value=+5", "invalid boolean"),
        ("cpu value=\"abc", "unbalanced quotes"),
        ("cpu value=1.1.1", "invalid number"),
        ("cpu value=1i5", "invalid number"),
        ("cpu value=0x10", "invalid number"),
        ("cpu value=-", "invalid number"),
        ("cpu value=NaN", "invalid number"),
        ("cpu value=-inf", "invalid number"),
        ("cpu v=1 v2=2", "bad timestamp"),
        ("cpu value=1 1700000000000000000 x", "point is invalid"),
    ] {
        let received = read(text);
        let told = format!("unable to parse '{text}': {words}");
        assert_eq!(told_of(&received).as_deref(), Some(told.as_str()));
        assert_eq!((received.samples.samples.len(), received.rejected()), (0, 1), "{text}");
    }
}

#[test]
fn good_lines_of_a_body_with_a_wrong_one_are_read_and_the_number_of_the_wrong_one_is_told() {
    let received = read("cpu value=1\n\ncpu text=\"a\nb\",n=1\ncpu\ncpu value=2");
    assert_eq!(lines_of(&received), ["cpu{} 1", "cpu.n{} 1", "cpu{} 2"]);
    assert_eq!(codes(&received), [(5, "syntax")]);
    let told = "partial write: unable to parse 'cpu': missing fields dropped=0";
    assert_eq!(told_of(&received).as_deref(), Some(told));
    assert_eq!(told_of(&read("cpu value=1")), None);
}

#[test]
fn values_and_times_that_no_sample_can_have_are_problems_of_their_line() {
    for (text, code) in [
        ("cpu value=1e999", "syntax"),
        ("cpu value=99999999999999999999i", "syntax"),
        ("cpu value=1 17000000000000000000000", "bad-time"),
        ("cpu value=1 1700000000", "bad-time"),
        ("cpu value=1 -1", "bad-time"),
    ] {
        assert_eq!(codes(&read(text)), [(1, code)], "{text}");
    }
    let long = format!("cpu,a={} value=1,other=2", "x".repeat(201));
    assert_eq!(codes(&read(&long)), [(1, "too-long")]);
    let long = format!("{} value=1", "x".repeat(121));
    assert_eq!(codes(&read(&long)), [(1, "too-long")]);
    let tags = (0..21).fold(String::new(), |tags, number| format!("{tags},t{number}=x"));
    assert_eq!(codes(&read(&format!("cpu{tags} value=1"))), [(1, "too-many-labels")]);
}

#[test]
fn precision_says_what_times_count() {
    for (name, time, expected) in [
        ("", "1700000000123456789", Some(1_700_000_000_123)),
        ("n", "1700000000123456789", Some(1_700_000_000_123)),
        ("us", "1700000000123456", Some(1_700_000_000_123)),
        ("u", "1700000000123456", Some(1_700_000_000_123)),
        ("ms", "1700000000123", Some(1_700_000_000_123)),
        ("s", "1700000000", Some(1_700_000_000_000)),
        ("m", "28333333", Some(1_699_999_980_000)),
        ("h", "472222", Some(1_699_999_200_000)),
    ] {
        let precision = Precision::parse(name).unwrap();
        let received = influx::read(format!("cpu value=1 {time}").as_bytes(), precision, &Limits::default()).unwrap();
        assert_eq!(received.samples.samples[0].time_ms, expected, "{name}");
    }
    assert_eq!(Precision::parse("fortnight"), None);
}

#[test]
fn borrowed_lines_say_the_same_as_owned_samples() {
    let limits = Limits::default();
    let text = "cpu,b=2,a=1 value=1,text=\"x\",idle=2 1700000000123456789\nbad\nmem value=3";
    let mut lines = Lines::new(text.as_bytes(), Precision::Nanoseconds, &limits).unwrap();
    let line = lines.next_line().unwrap().unwrap();
    assert_eq!((line.row, line.key, line.measurement, line.rest_ns), (1, "cpu,b=2,a=1", "cpu", 456_789));
    assert_eq!(line.fields.iter().filter(|field| field.value == Value::Text).count(), 1);
    let labels = vec![("a".to_owned(), "1".to_owned()), ("b".to_owned(), "2".to_owned())];
    assert_eq!(line.identity("idle", &limits), Ok(("cpu.idle".to_owned(), labels)));
    assert_eq!(lines.next_line().unwrap().unwrap_err().row, 2);
    assert_eq!(lines.next_line().unwrap().unwrap().time_ms, None);
    assert!(lines.next_line().is_none());
}

#[test]
fn limits_hold_for_lines_samples_and_text() {
    let limits = Limits { rows: 2, ..Limits::default() };
    let refuse =
        |text: &str, limits: &Limits| refused(influx::read(text.as_bytes(), Precision::Nanoseconds, limits)).code();
    assert_eq!(refuse("a value=1\na value=1\na value=1", &limits), "too-many-rows");
    assert_eq!(refuse("a b=1,c=2,d=3", &limits), "too-many-rows");
    let limits = Limits { text_bytes: 10, ..Limits::default() };
    assert_eq!(refuse("abc,d=e f=1,g=2", &limits), "too-much-text");
    assert_eq!(refused(influx::read(b"a\xff value=1", Precision::Seconds, &limits)).code(), "not-utf8");
}

fn told_of(received: &formats::Received) -> Option<String> {
    influx::error_message(&received.samples.problems, received.samples.samples.len())
}

#[test]
fn names_of_any_script_are_series_of_their_own() {
    let received = read("室温 value=21\n湿度 value=55\n気圧,部屋=台所 値=1013\nroom\\ 1 value=1");
    assert_eq!(lines_of(&received), ["室温{} 21", "湿度{} 55", "気圧.値{部屋=台所} 1013", "room 1{} 1"]);
    let received = read("室\u{202e}温 value=21");
    assert_eq!((codes(&received), received.samples.samples.len()), (vec![(1, "bad-name")], 0));
}
