//! `inferno-kpi gate`: a phase gate's verdict, for people and for pipelines, and the chain of decisions.

mod verify;

use std::process::ExitCode;

use serde::Serialize;

use super::Failure;
use super::view::{self, Reader, as_of_query};
use crate::cli::{Gate, GateAction};
use crate::http::api::gates::{self, GateList, GateReport};

/// One gate as JSON, with what must be known to read it.
#[derive(Serialize)]
struct Answer<'list> {
    instant: &'list str,
    demo_data: bool,
    #[serde(flatten)]
    gate: &'list GateReport,
}

/// How many blockers are printed.
const PRINTED_BLOCKERS: usize = 10;

pub async fn run(command: Gate) -> Result<ExitCode, Failure> {
    if let Some(GateAction::Verify { data, remote }) = &command.action {
        return verify::run(data, remote).await;
    }
    let phase = command.phase.ok_or_else(|| Failure::usage("name the phase, as in inferno-kpi gate 1"))?;
    let list: GateList = match Reader::open(&command.view.data, &command.view.remote).await? {
        Reader::Remote(server) => {
            let path = format!("/api/v1/gates{}", as_of_query(&command.view)?);
            tokio::task::spawn_blocking(move || server.get(&path))
                .await
                .map_err(|error| Failure::usage(error.to_string()))??
        }
        Reader::Local(dashboard) => {
            let snapshot = view::snapshot(&dashboard, &command.view).await?;
            gates::list(&dashboard, &snapshot).await.map_err(Failure::store)?
        }
    };
    let Some(gate) = list.gates.iter().find(|gate| gate.phase == phase) else {
        let phases: Vec<String> = list.gates.iter().map(|gate| gate.phase.to_string()).collect();
        return Err(Failure::usage(format!("there is no gate {phase}; gates: {}", phases.join(", "))));
    };
    if command.view.json {
        say!(
            "{}",
            serde_json::to_string_pretty(&Answer { instant: &list.instant, demo_data: list.demo_data, gate })
                .map_err(|error| Failure::usage(error.to_string()))?
        );
    } else {
        say!("{}", in_words(gate, &list).trim_end());
    }
    Ok(if gate.outcome == "passed" { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn in_words(gate: &GateReport, list: &GateList) -> String {
    use std::fmt::Write as _;
    let mark = if list.demo_data { "DEMO DATA: every number is generated\n" } else { "" };
    let mut text = format!(
        "{mark}Gate {}: {} ({} of {} counted KPIs are met, {} are needed; {} without data, {} stale) at {}\n",
        gate.phase, gate.outcome, gate.met, gate.counted, gate.needed, gate.no_data, gate.stale, list.instant
    );
    for blocker in gate.blockers.iter().take(PRINTED_BLOCKERS) {
        // Writing to a String can't fail.
        let _ = writeln!(
            text,
            "  {:<36} {:<12} {:>14}  target {}",
            blocker.id,
            blocker.status,
            blocker.value.as_deref().unwrap_or("no value"),
            blocker.target
        );
    }
    if gate.blockers.len() > PRINTED_BLOCKERS {
        let _ = writeln!(text, "  and {} more", gate.blockers.len() - PRINTED_BLOCKERS);
    }
    text
}
