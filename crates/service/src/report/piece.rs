//! What one part of a report says, as far as it can be united with the others.

use std::collections::BTreeSet;

use formats::audit::{self, Audit, ToolFindings};
use formats::axe::AccessibilityReport;
use formats::junit::{Suite, TestReport};
use formats::{FileCoverage, Limits, Refusal};

use super::{Format, Report};

/// Tests, line coverage, findings, or pages.
#[derive(Debug, Clone)]
pub(super) enum Piece {
    Tests(TestReport),
    Coverage(FileCoverage),
    Findings(Audit),
    Pages(AccessibilityReport),
}

/// Stands for a report that says what it is about with no name at all.
const NAMELESS: &str = "";

impl Piece {
    /// Reads a report; `None` where its format is not united with others.
    pub(super) fn read(report: &Report) -> Result<Option<Self>, Refusal> {
        let body = &report.body;
        Ok(Some(match report.format {
            Format::Junit => {
                let mut tests = formats::junit::read_report(body)?;
                for suite in tests.suites.iter_mut().filter(|suite| suite.file.is_empty()) {
                    report.part.path().unwrap_or_default().clone_into(&mut suite.file);
                }
                Self::Tests(tests)
            }
            Format::Lcov => Self::Coverage(formats::lcov::read_files(body)?),
            Format::Cobertura => Self::Coverage(formats::cobertura::read_files(body)?),
            Format::Axe => Self::Pages(formats::axe::read_checks(body)?),
            Format::Sarif | Format::CargoAudit => {
                let mut audit = report.format.audit(body)?;
                name_sections(&mut audit, report.part.section());
                Self::Findings(audit)
            }
            _ => return Ok(None),
        }))
    }

    /// What it speaks of: suites and tests, files, analyses, pages. Two parts that speak of the same are two tries.
    pub(super) fn identities(&self) -> BTreeSet<String> {
        match self {
            Self::Tests(tests) => tests.suites.iter().flat_map(suite_identities).collect(),
            Self::Coverage(files) => {
                let names: BTreeSet<String> = files.names().map(str::to_owned).collect();
                if names.is_empty() { BTreeSet::from([NAMELESS.to_owned()]) } else { names }
            }
            Self::Findings(audit) => audit.tools.iter().map(analysis_identity).collect(),
            Self::Pages(pages) => pages.checks.iter().map(|check| check.url.clone()).collect(),
        }
    }

    /// Leaves out what a later try said again.
    pub(super) fn leave_out(&mut self, said: &BTreeSet<String>) {
        match self {
            Self::Tests(tests) => tests.leave_out(|suite| suite_identities(suite).iter().any(|it| said.contains(it))),
            Self::Coverage(files) if said.contains(NAMELESS) && files.names().next().is_none() => files.clear(),
            Self::Coverage(files) => files.leave_out(said),
            Self::Findings(audit) => {
                audit.tools.retain(|tool| !said.contains(&analysis_identity(tool)));
                let tools = &audit.tools;
                audit.received.samples.samples.retain(|sample| tools.iter().any(|tool| tool.is_source_of(sample)));
            }
            Self::Pages(pages) => pages.checks.retain(|check| !said.contains(&check.url)),
        }
    }

    /// Whether all that it said was said again.
    pub(super) fn is_spent(&self) -> bool {
        match self {
            Self::Tests(tests) => tests.suites.is_empty(),
            Self::Coverage(files) => files.is_empty(),
            Self::Findings(audit) => audit.tools.is_empty(),
            Self::Pages(pages) => pages.checks.is_empty() && pages.unread == 0,
        }
    }

    /// Forgets what was wrong with it: its own sender was told.
    pub(super) fn forget_problems(&mut self) {
        match self {
            Self::Tests(tests) => tests.problems.clear(),
            Self::Coverage(files) => files.problems.clear(),
            Self::Findings(audit) => {
                audit.received.samples.problems.clear();
                audit.received.left_out.clear();
            }
            Self::Pages(pages) => pages.problems.clear(),
        }
    }

    /// Unites parts of one kind, of which there is at least one.
    pub(super) fn unite(parts: Vec<Self>) -> Result<Self, Refusal> {
        let mut audits = Vec::new();
        let mut united: Option<Self> = None;
        for part in parts {
            match (&mut united, part) {
                (_, Self::Findings(audit)) => audits.push(audit),
                (Some(Self::Tests(whole)), Self::Tests(part)) => whole.merge(part),
                (Some(Self::Coverage(whole)), Self::Coverage(part)) => whole.merge(part),
                (Some(Self::Pages(whole)), Self::Pages(part)) => whole.merge(part),
                (_, part) => united = Some(part),
            }
        }
        match united {
            Some(united) => Ok(united),
            None => Ok(Self::Findings(audit::unite(audits, &Limits::default())?)),
        }
    }
}

fn analysis_identity(tool: &ToolFindings) -> String {
    format!("{}\n{}\n{}", tool.tool, tool.category, tool.instance)
}

/// Gives the analyses that say no category the one that the sender says, or their folder.
fn name_sections(audit: &mut Audit, section: &str) {
    if section.is_empty() {
        return;
    }
    for sample in &mut audit.received.samples.samples {
        let has = |wanted: &str| sample.labels.iter().any(|(name, _)| name == wanted);
        if has("tool") && !has("category") {
            sample.labels.push(("category".to_owned(), section.to_owned()));
            sample.labels.sort();
        }
    }
    for tool in audit.tools.iter_mut().filter(|tool| tool.category.is_empty()) {
        section.clone_into(&mut tool.category);
    }
}

/// Each of its tests; of a suite that lists none its name, and of one without a name its file. One that says nothing of the kind is like
/// no other.
fn suite_identities(suite: &Suite) -> Vec<String> {
    let host = if is_of_a_machine(&suite.hostname) { "" } else { suite.hostname.as_str() };
    let name = format!("{}\n{}\n{host}", suite.package, suite.name);
    if suite.cases.is_empty() {
        let is_named = !suite.name.is_empty() || !suite.package.is_empty();
        return match (is_named, suite.file.as_str()) {
            (true, _) => vec![name],
            (false, "") => Vec::new(),
            (false, file) => vec![format!("{file}\n")],
        };
    }
    let plain = |text: &str| text.strip_suffix(&format!(" @ {}", suite.hostname)).unwrap_or(text).to_owned();
    suite.cases.iter().map(|case| format!("{name}\n{}\n{}", plain(&case.suite), case.name)).collect()
}

/// Whether a host's name is one of a machine, which differs from run to run; Playwright writes the browser there.
fn is_of_a_machine(hostname: &str) -> bool {
    hostname.eq_ignore_ascii_case("localhost") || hostname.contains(|it: char| it.is_ascii_digit() || it == '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tests(xml: &str) -> Piece {
        Piece::Tests(formats::junit::read_report(xml.as_bytes()).unwrap())
    }

    #[test]
    fn two_reports_speak_of_the_same_where_they_share_a_test() {
        let case = |name: &str| format!("<testcase name=\"{name}\" time=\"1\"/>");
        let suite = |head: &str, cases: &str| format!("<testsuite {head}>{cases}</testsuite>");
        for (one, two, is_same) in [
            (suite("name='a'", &case("x")), suite("name='a'", &case("x")), true),
            (suite("name='a'", &case("x")), suite("name='b'", &case("x")), false),
            // Shards of one suite.
            (suite("name='pytest'", &case("x")), suite("name='pytest'", &case("y")), false),
            // Only what failed was run again.
            (suite("name='a'", &(case("x") + &case("y"))), suite("name='a'", &case("y")), true),
            // Another machine is the same test, another browser is not.
            (suite("name='a' hostname='fv-az1'", &case("x")), suite("name='a' hostname='fv-az2'", &case("x")), true),
            (
                suite("name='a' hostname='chromium'", &case("x")),
                suite("name='a' hostname='firefox'", &case("x")),
                false,
            ),
            // Suites that list no tests.
            (suite("name='a' time='600'", ""), suite("name='a' time='500'", ""), true),
            (suite("time='600'", ""), suite("time='500'", ""), false),
        ] {
            let shared = tests(&one).identities().intersection(&tests(&two).identities()).count();
            assert_eq!(shared > 0, is_same, "{one} {two}");
        }
    }

    #[test]
    fn what_a_later_try_said_again_is_left_out() {
        let mut both = tests(
            "<testsuites time='900'><testsuite name='a' time='600'><testcase name='x'/></testsuite>\
             <testsuite name='b' time='300'><testcase name='x'/></testsuite></testsuites>",
        );
        both.leave_out(&tests("<testsuite name='a' time='1'><testcase name='x'/></testsuite>").identities());
        let Piece::Tests(left) = &both else { panic!("tests") };
        assert_eq!((left.suites.len(), left.seconds, both.is_spent()), (1, Some(300.0), false));
        both.leave_out(&tests("<testsuite name='b' time='1'><testcase name='x'/></testsuite>").identities());
        assert!(both.is_spent());
    }
}
