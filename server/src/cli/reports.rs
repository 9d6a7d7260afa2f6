//! The options of `push` that name reports, and what they are about.

use std::path::PathBuf;

use clap::Args;
use service::report::Format;

use super::About;

/// Reports as tools write them in CI. Each option can be repeated; `-` is standard input.
#[derive(Debug, Args)]
#[command(next_help_heading = "Reports")]
pub struct Reports {
    /// What the reports are about.
    #[arg(long, value_enum, default_value_t = About::Platform)]
    pub about: About,
    /// The commit; without it, the one that CI or git says.
    #[arg(long)]
    pub commit: Option<String>,
    /// The branch; without it, the one that CI or git says.
    #[arg(long)]
    pub branch: Option<String>,
    /// The machine; without it, operating system, architecture and number of CPUs.
    #[arg(long)]
    pub testbed: Option<String>,
    /// The run whose parts the files are: all files of one run are one report. Without it, the run that CI says, else this call.
    #[arg(long)]
    pub run: Option<String>,
    /// Which try of the run it is, from 1; without it, what CI says.
    #[arg(long, requires = "run")]
    pub attempt: Option<u32>,
    /// What tells these findings from others of the same tool, where the files don't say.
    #[arg(long)]
    pub category: Option<String>,
    /// `JUnit` XML test results.
    #[arg(long, value_name = "FILE")]
    junit: Vec<PathBuf>,
    /// LCOV coverage.
    #[arg(long, value_name = "FILE")]
    lcov: Vec<PathBuf>,
    /// Cobertura coverage.
    #[arg(long, value_name = "FILE")]
    cobertura: Vec<PathBuf>,
    /// Results of axe-core as JSON.
    #[arg(long, value_name = "FILE")]
    axe: Vec<PathBuf>,
    /// Findings of a scanner as SARIF.
    #[arg(long, value_name = "FILE")]
    sarif: Vec<PathBuf>,
    /// `cargo audit --json`.
    #[arg(long, value_name = "FILE")]
    cargo_audit: Vec<PathBuf>,
    /// Benchmarks of criterion: the folder `target/criterion`, or `cargo criterion --message-format=json`.
    #[arg(long, value_name = "FOLDER or FILE")]
    criterion: Vec<PathBuf>,
    /// `hyperfine --export-json`.
    #[arg(long, value_name = "FILE")]
    hyperfine: Vec<PathBuf>,
    /// Google Benchmark's `--benchmark_format=json`.
    #[arg(long, value_name = "FILE")]
    google_benchmark: Vec<PathBuf>,
    /// `pytest --benchmark-json`.
    #[arg(long, value_name = "FILE")]
    pytest_benchmark: Vec<PathBuf>,
    /// `llama-bench -o json` or `-o jsonl`.
    #[arg(long, value_name = "FILE")]
    llama_bench: Vec<PathBuf>,
    /// Lighthouse's JSON.
    #[arg(long, value_name = "FILE")]
    lighthouse: Vec<PathBuf>,
    /// Bencher Metric Format.
    #[arg(long, value_name = "FILE")]
    bmf: Vec<PathBuf>,
}

impl Reports {
    /// Every named file with its format.
    pub fn files(&self) -> impl Iterator<Item = (Format, &PathBuf)> {
        Format::ALL.into_iter().flat_map(|format| self.of(format).iter().map(move |file| (format, file)))
    }

    fn of(&self, format: Format) -> &[PathBuf] {
        match format {
            Format::Junit => &self.junit,
            Format::Lcov => &self.lcov,
            Format::Cobertura => &self.cobertura,
            Format::Axe => &self.axe,
            Format::Sarif => &self.sarif,
            Format::CargoAudit => &self.cargo_audit,
            Format::Criterion => &self.criterion,
            Format::Hyperfine => &self.hyperfine,
            Format::GoogleBenchmark => &self.google_benchmark,
            Format::PytestBenchmark => &self.pytest_benchmark,
            Format::LlamaBench => &self.llama_bench,
            Format::Lighthouse => &self.lighthouse,
            Format::Bmf => &self.bmf,
        }
    }
}
