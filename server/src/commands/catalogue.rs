//! `inferno-kpi catalogue`: check, show, compare and apply catalogues, and ask for what they need.

use std::path::Path;
use std::process::ExitCode;

use kpi::catalogue::{Catalogue, difference};
use service::view::contract::fed_by;

use super::Failure;
use super::remote::Server;
use crate::cli::{CatalogueAction, CatalogueCommand, Remote};
use crate::http::api::catalogue::{Applied, ContractList};
use crate::settings::EMBEDDED_CATALOGUE;

pub fn run(command: CatalogueCommand) -> Result<ExitCode, Failure> {
    match command.command {
        CatalogueAction::Show { remote } => show(&remote),
        CatalogueAction::Check { file } => check(&file),
        CatalogueAction::Difference { before, after } => compare(&before, &after),
        CatalogueAction::Apply { file, person, reason, remote } => apply(&file, &person, reason.as_deref(), &remote),
        CatalogueAction::Contract { file, remote } => contract(file.as_deref(), &remote),
    }
}

fn show(remote: &Remote) -> Result<ExitCode, Failure> {
    let document = match &remote.url {
        Some(url) => Server::new(url, remote.token.clone()).text("/api/v1/catalogue")?,
        None => EMBEDDED_CATALOGUE.to_owned(),
    };
    say!("{}", document.trim_end());
    Ok(ExitCode::SUCCESS)
}

fn check(file: &Path) -> Result<ExitCode, Failure> {
    let document = read(file)?;
    match Catalogue::parse(&document) {
        Ok(catalogue) => {
            say!(
                "{}: {} has {} KPIs in {} tracks and {} phases",
                file.display(),
                catalogue.name,
                catalogue.kpis.len(),
                catalogue.tracks.len(),
                catalogue.phases.len()
            );
            Ok(ExitCode::SUCCESS)
        }
        Err(errors) => {
            for error in &errors {
                say!("{}:{error}", file.display());
            }
            say!("{}", counted(errors.len(), "error"));
            Ok(ExitCode::FAILURE)
        }
    }
}

fn compare(before: &Path, after: &Path) -> Result<ExitCode, Failure> {
    let changes = difference(&parsed(before)?, &parsed(after)?);
    for change in &changes {
        say!("{change}");
    }
    say!("{}", counted(changes.len(), "change"));
    Ok(ExitCode::SUCCESS)
}

fn apply(file: &Path, person: &str, reason: Option<&str>, remote: &Remote) -> Result<ExitCode, Failure> {
    let document = read(file)?;
    let server = named(remote)?;
    let mut query = vec![("person", person)];
    query.extend(reason.map(|reason| ("reason", reason)));
    let applied: Applied = server.post_with("/api/v1/catalogue", &query, "application/toml", document.as_bytes())?;
    say!("version {}: {}", applied.number, counted(applied.changes.len(), "change"));
    for change in &applied.changes {
        say!("  {change}");
    }
    Ok(ExitCode::SUCCESS)
}

/// With a server, its data are asked; with a file alone only what is needed is told.
fn contract(file: Option<&Path>, remote: &Remote) -> Result<ExitCode, Failure> {
    if remote.url.is_none() {
        let file = file.ok_or_else(|| Failure::usage("name a catalogue file, or a server with --url"))?;
        let catalogue = parsed(file)?;
        for need in catalogue.series().into_iter().filter(|need| !need.measures.is_empty()) {
            say!("{:<24} labels: {:<40} KPIs: {}", need.name, need.labels.join(", "), need.kpis.join(", "));
            for (metric, note) in fed_by(&catalogue, &need.name) {
                tell_feed(&metric, &note);
            }
        }
        for trap in &catalogue.traps {
            tell_trap(&trap.metrics, &trap.reason, trap.instead.as_deref());
        }
        return Ok(ExitCode::SUCCESS);
    }
    let server = named(remote)?;
    let list: ContractList = match file {
        Some(file) => server.post("/api/v1/catalogue/contract", "application/toml", read(file)?.as_bytes())?,
        None => server.get("/api/v1/catalogue/contract")?,
    };
    for row in &list.series {
        let sign = if row.kept { "ok     " } else { "missing" };
        say!("{sign} {:<24} {} KPIs: {}", row.series, row.state, row.kpis.join(", "));
        for feed in &row.fed_by {
            tell_feed(&feed.metric, &feed.note);
        }
    }
    for trap in &list.traps {
        tell_trap(&trap.metrics, &trap.reason, trap.instead.as_deref());
    }
    say!("{}", list.summary);
    Ok(if list.series.iter().all(|row| row.kept) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn tell_feed(metric: &str, note: &str) {
    say!("        fed by {metric}: {note}");
}

fn tell_trap(metrics: &[String], reason: &str, instead: Option<&str>) {
    say!("not used: {}: {reason}", metrics.join(", "));
    if let Some(instead) = instead {
        say!("        instead: {instead}");
    }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn named(remote: &Remote) -> Result<Server, Failure> {
    let url = remote.url.as_deref().ok_or_else(|| Failure::usage("name a server with --url or INFERNO_KPI_URL"))?;
    Ok(Server::new(url, remote.token.clone()))
}

fn read(file: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(file).map_err(|error| Failure::usage(format!("{}: {error}", file.display())))
}

fn parsed(file: &Path) -> Result<Catalogue, Failure> {
    Catalogue::parse(&read(file)?).map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(|error| format!("{}:{error}", file.display())).collect();
        Failure::usage(lines.join("\n"))
    })
}
