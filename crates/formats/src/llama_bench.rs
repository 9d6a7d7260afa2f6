//! llama-bench's `-o json` and `-o jsonl`: the mean duration of each test as `benchmark.run`, and its tokens per second as
//! `benchmark.throughput`. The case is the model's type and the test (`pp512`, `tg128`, `pp512+tg128`, with `@ d…` at a depth);
//! labels `model`, `test`, `platform` (the backends) and `build` (llama.cpp's commit).

use serde::Deserialize;

use crate::collect::Collector;
use crate::measured::needed;
use crate::plain::Plain;
use crate::{Limits, Received, Refusal, benchmark, report};

const EXPECTED: &str =
    "llama-bench's JSON: an array or lines of {\"model_type\", \"n_prompt\", \"n_gen\", \"avg_ns\", \"avg_ts\", …}";
const TOOL: &str = "llama-bench";

#[derive(Deserialize)]
struct Measured {
    model_type: String,
    n_prompt: u64,
    n_gen: u64,
    #[serde(default)]
    n_depth: u64,
    #[serde(default)]
    avg_ns: Option<Plain>,
    #[serde(default)]
    avg_ts: Option<Plain>,
    backends: Option<String>,
    build_commit: Option<String>,
    test_time: Option<String>,
}

impl Measured {
    fn test(&self) -> String {
        let test = match (self.n_prompt, self.n_gen) {
            (prompt, 0) => format!("pp{prompt}"),
            (0, generated) => format!("tg{generated}"),
            (prompt, generated) => format!("pp{prompt}+tg{generated}"),
        };
        if self.n_depth == 0 { test } else { format!("{test} @ d{}", self.n_depth) }
    }
}

/// The samples of one report; rows count from 1.
///
/// # Errors
/// Refuses what is not UTF-8, not JSON, or has more results than the limit of rows.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Received, Refusal> {
    let json = &*report::measured_text(bytes)?;
    let mut collector = Collector::new(limits);
    for raw in report::rows_or_lines(json, limits, EXPECTED)? {
        let row = collector.row()?;
        let Some(raw) = report::line(&mut collector, row, raw, EXPECTED) else { continue };
        let Some(measured) = report::typed::<Measured>(&mut collector, row, raw, EXPECTED) else { continue };
        let test = measured.test();
        let case = format!("{} {test}", measured.model_type);
        let time_ms = report::instant(&mut collector, measured.test_time.as_deref());
        let run = needed(&mut collector, row, (&case, "avg_ns"), measured.avg_ns.as_ref())
            .map(|ns| benchmark::run(TOOL, &case, ns, "ns").label("result", "success"));
        let tokens = needed(&mut collector, row, (&case, "avg_ts"), measured.avg_ts.as_ref())
            .map(|per_second| benchmark::throughput(TOOL, &case, "tokens", per_second));
        for entry in [run, tokens].into_iter().flatten() {
            let entry = entry
                .label("model", &measured.model_type)
                .label("test", &test)
                .known("platform", measured.backends.as_deref())
                .known("build", measured.build_commit.as_deref())
                .time(time_ms);
            collector.entry(row, entry)?;
        }
    }
    Ok(collector.received)
}
