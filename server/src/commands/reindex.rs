//! `inferno-kpi reindex`: the segments of points are made anew, of the observations, when the server starts next.

use std::process::ExitCode;

use super::Failure;
use crate::cli::Reindex;
use crate::settings;

pub async fn run(command: Reindex) -> Result<ExitCode, Failure> {
    let hold = settings::hold(&command.data)?;
    let store = settings::open_store(&command.data, None).await?;
    store.forget_points().await.map_err(Failure::store)?;
    store.close().await;
    drop(hold);
    say!("The segments of points are gone; the server makes them anew of the observations when it starts.");
    Ok(ExitCode::SUCCESS)
}
