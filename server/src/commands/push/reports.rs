//! Sending reports, and the table that says what became of each.

use std::io::Read as _;
use std::path::Path;

use service::report::Format;
use sha2::{Digest as _, Sha256};

use super::{Failure, Push, context, criterion, escaped};
use crate::cli::About;
use crate::commands::remote::Server;
use crate::http::api::reports::ReportRecorded;

const HEADS: [&str; 7] = ["report", "format", "KPI values", "samples", "recorded", "known", "refused"];
/// Characters of a file's path that the server is told.
const MOST_OF_A_PATH: usize = 200;
/// Refused rows of one report that are listed.
const MOST_LISTED: usize = 20;

/// Sends every named report, the later ones too where an earlier one is refused; how many were taken.
pub fn send(command: &Push, server: &Server) -> Result<usize, Failure> {
    let files: Vec<_> = command.reports.files().collect();
    if files.is_empty() {
        return Ok(0);
    }
    let about = match command.reports.about {
        About::Platform => "platform",
        About::Dashboard => "dashboard",
    };
    let mut said = context::of(&command.reports);
    let bodies: Vec<Result<Vec<u8>, Failure>> = files.iter().map(|(format, file)| read(*format, file)).collect();
    if said.iter().all(|(name, _)| *name != "run") {
        said.push(("run", this_call(&bodies)));
    }
    let said = said.into_iter().map(|(name, text)| format!("&{name}={}", escaped(&text)));
    let query = format!("about={about}&source={}{}", escaped(&command.source), said.collect::<Vec<_>>().concat());
    let mut rows = vec![HEADS.map(str::to_owned)];
    let mut refused = Vec::new();
    let mut remarks = Vec::new();
    for ((format, file), body) in files.into_iter().zip(bodies) {
        let sent = body.and_then(|body| {
            let named = escaped(&file.display().to_string().chars().take(MOST_OF_A_PATH).collect::<String>());
            let path = format!("/api/v1/reports?format={}&path={named}&{query}", format.name());
            server.post_again::<ReportRecorded>(&path, format.content_type(), &body)
        });
        match sent {
            Ok(recorded) => {
                remarks.extend(remarks_of(file, &recorded));
                rows.push(row(file, &recorded));
            }
            Err(failure) => refused.push(format!("{}: {failure}", file.display())),
        }
    }
    let taken = rows.len() - 1;
    if taken > 0 {
        print(&rows);
    }
    for remark in remarks {
        say!("{remark}");
    }
    if refused.is_empty() { Ok(taken) } else { Err(Failure::usage(refused.join("\n"))) }
}

/// The name of the run that one call is: of its files alone, so that the same call again is the same run.
fn this_call(bodies: &[Result<Vec<u8>, Failure>]) -> String {
    let mut digest = Sha256::new();
    for body in bodies.iter().flatten() {
        digest.update(Sha256::digest(body));
    }
    let bytes = digest.finalize();
    let short = bytes.iter().take(8).map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
    format!("push {short}")
}

fn read(format: Format, file: &Path) -> Result<Vec<u8>, Failure> {
    if file == Path::new("-") {
        let mut body = Vec::new();
        std::io::stdin().read_to_end(&mut body)?;
        return Ok(body);
    }
    if format == Format::Criterion && file.is_dir() {
        return criterion::read(file);
    }
    // The caller names the file.
    Ok(std::fs::read(file)?)
}

fn row(file: &Path, recorded: &ReportRecorded) -> [String; 7] {
    [
        file.display().to_string(),
        recorded.format.clone(),
        recorded.kpi_values.to_string(),
        recorded.samples.to_string(),
        recorded.accepted.to_string(),
        recorded.duplicates.to_string(),
        recorded.refused.len().to_string(),
    ]
}

fn remarks_of(file: &Path, recorded: &ReportRecorded) -> Vec<String> {
    let mut lines = Vec::new();
    if !recorded.feeds.is_empty() {
        lines.push(format!("{} feeds {}", file.display(), recorded.feeds.join(", ")));
    }
    if !recorded.refused.is_empty() {
        lines.push(format!("{} is taken partly", file.display()));
    }
    for error in recorded.refused.iter().take(MOST_LISTED) {
        lines.push(format!("{}, row {}: {}; expected {}", file.display(), error.row, error.detail, error.expected));
    }
    if recorded.refused.len() > MOST_LISTED {
        lines.push(format!("{}: and {} more were refused", file.display(), recorded.refused.len() - MOST_LISTED));
    }
    lines.extend(recorded.left_out.iter().map(|(what, count)| format!("{}: left out {count}: {what}", file.display())));
    lines
}

/// Columns side by side: texts begin, numbers end at the same place.
fn print(rows: &[[String; 7]]) {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths: [usize; 7] = std::array::from_fn(width);
    for row in rows {
        let cells: Vec<String> = row
            .iter()
            .zip(widths)
            .enumerate()
            .map(
                |(column, (cell, width))| {
                    if column < 2 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
                },
            )
            .collect();
        say!("{}", cells.join("  "));
    }
}
