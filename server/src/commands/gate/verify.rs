//! `inferno-kpi gate verify`: the chain of recorded decisions, checked link by link.

use std::process::ExitCode;

use governance::{Link, links, verify};

use crate::cli::{Data, Remote};
use crate::commands::Failure;
use crate::commands::view::Reader;

pub async fn run(data: &Data, remote: &Remote) -> Result<ExitCode, Failure> {
    let links: Vec<Link> = match Reader::open(data, remote).await? {
        Reader::Remote(server) => tokio::task::spawn_blocking(move || server.get_list("/api/v1/gates/decisions/chain"))
            .await
            .map_err(|error| Failure::usage(error.to_string()))??,
        Reader::Local(dashboard) => links(dashboard.store()).await.map_err(Failure::store)?,
    };
    let verified = verify(&links);
    for link in &verified {
        let summary = link.summary.as_deref().unwrap_or("unreadable");
        match &link.fault {
            None => say!("ok      {:>4}  {summary}", link.number),
            Some(fault) => say!("BROKEN  {:>4}  {summary}: {fault}", link.number),
        }
    }
    let broken = verified.iter().filter(|link| link.fault.is_some()).count();
    if broken == 0 {
        let count = verified.len();
        say!("{count} decision{}, the chain is sound", if count == 1 { "" } else { "s" });
        return Ok(ExitCode::SUCCESS);
    }
    say!("{broken} of {} decisions are not as they were recorded", verified.len());
    Ok(ExitCode::FAILURE)
}
