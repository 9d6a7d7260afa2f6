//! `inferno-kpi status`: every KPI with value, target and status.

use std::process::ExitCode;

use super::Failure;
use super::view::{self, Reader, as_of_query};
use crate::cli::Status;
use crate::http::api::kpis::{self, KpiList};

pub async fn run(command: Status) -> Result<ExitCode, Failure> {
    let list: KpiList = match Reader::open(&command.view.data, &command.view.remote).await? {
        Reader::Remote(server) => {
            let path = format!("/api/v1/kpis{}", as_of_query(&command.view)?);
            tokio::task::spawn_blocking(move || server.get(&path))
                .await
                .map_err(|error| Failure::usage(error.to_string()))??
        }
        Reader::Local(dashboard) => kpis::list(&dashboard, &*view::snapshot(&dashboard, &command.view).await?),
    };
    if command.view.json {
        say!("{}", serde_json::to_string_pretty(&list).map_err(|error| Failure::usage(error.to_string()))?);
        return Ok(ExitCode::SUCCESS);
    }
    let mark = if list.demo_data { "; DEMO DATA: every number is generated" } else { "" };
    say!("{} at {}{mark}", list.catalogue, list.instant);
    for kpi in &list.kpis {
        say!(
            "{:<10} {:<36} {:>16}  target {}",
            kpi.status,
            kpi.id,
            kpi.value.as_ref().map_or("no value", |value| value.text.as_str()),
            kpi.current_target.as_deref().unwrap_or("none in this phase")
        );
    }
    Ok(ExitCode::SUCCESS)
}
