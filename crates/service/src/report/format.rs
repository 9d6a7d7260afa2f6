//! What writes reports, and what a report is about.

use formats::audit::Audit;
use formats::{Limits, Received, Refusal};

/// Reads a report that holds samples.
pub(super) type Reader = fn(&[u8], &Limits) -> Result<Received, Refusal>;

/// What a report is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// The platform.
    Platform,
    /// This dashboard.
    Dashboard,
}

/// The formats of reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Test results as XML.
    Junit,
    /// Line coverage.
    Lcov,
    /// Line coverage as XML.
    Cobertura,
    /// Accessibility checks of axe-core.
    Axe,
    /// Findings of scanners and linters.
    Sarif,
    /// Vulnerable dependencies.
    CargoAudit,
    /// Benchmarks of criterion.
    Criterion,
    /// Benchmarks of commands.
    Hyperfine,
    /// Benchmarks of Google Benchmark.
    GoogleBenchmark,
    /// Benchmarks of pytest-benchmark.
    PytestBenchmark,
    /// Benchmarks of llama-bench.
    LlamaBench,
    /// Page audits.
    Lighthouse,
    /// Bencher Metric Format.
    Bmf,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 13] = [
        Self::Junit,
        Self::Lcov,
        Self::Cobertura,
        Self::Axe,
        Self::Sarif,
        Self::CargoAudit,
        Self::Criterion,
        Self::Hyperfine,
        Self::GoogleBenchmark,
        Self::PytestBenchmark,
        Self::LlamaBench,
        Self::Lighthouse,
        Self::Bmf,
    ];

    /// The name in addresses and options.
    pub fn name(self) -> &'static str {
        match self {
            Self::Junit => "junit",
            Self::Lcov => "lcov",
            Self::Cobertura => "cobertura",
            Self::Axe => "axe",
            Self::Sarif => "sarif",
            Self::CargoAudit => "cargo-audit",
            Self::Criterion => "criterion",
            Self::Hyperfine => "hyperfine",
            Self::GoogleBenchmark => "google-benchmark",
            Self::PytestBenchmark => "pytest-benchmark",
            Self::LlamaBench => "llama-bench",
            Self::Lighthouse => "lighthouse",
            Self::Bmf => "bmf",
        }
    }

    /// The format of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// The kind of report whose parts count together; `None` where each file stands for itself.
    pub(super) fn united_as(self) -> Option<&'static str> {
        match self {
            Self::Junit => Some("tests"),
            Self::Lcov | Self::Cobertura => Some("coverage"),
            Self::Sarif => Some("findings"),
            Self::CargoAudit => Some("advisories"),
            Self::Axe => Some("accessibility"),
            _ => None,
        }
    }

    /// The media type under which its payloads are kept.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Junit | Self::Cobertura => "application/xml",
            Self::Lcov => "text/plain",
            Self::Criterion => "application/x-ndjson",
            _ => "application/json",
        }
    }

    /// The findings of a report of findings.
    pub(super) fn audit(self, body: &[u8]) -> Result<Audit, Refusal> {
        let limits = Limits::default();
        if self == Self::CargoAudit {
            formats::cargo_audit::read(body, &limits)
        } else {
            formats::sarif::read(body, &limits)
        }
    }

    /// The reader of a report that holds samples and nothing else.
    pub(super) fn reader(self) -> Option<Reader> {
        Some(match self {
            Self::Criterion => formats::criterion::read,
            Self::Hyperfine => formats::hyperfine::read,
            Self::GoogleBenchmark => formats::google_benchmark::read,
            Self::PytestBenchmark => formats::pytest_benchmark::read,
            Self::LlamaBench => formats::llama_bench::read,
            Self::Lighthouse => formats::lighthouse::read,
            Self::Bmf => formats::bmf::read,
            Self::Junit | Self::Lcov | Self::Cobertura | Self::Axe | Self::Sarif | Self::CargoAudit => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_found_by_its_name() {
        for format in Format::ALL {
            assert_eq!(Format::from_name(format.name()), Some(format));
        }
        assert_eq!(Format::from_name("xunit"), None);
    }
}
