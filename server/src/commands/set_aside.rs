//! `inferno-kpi set-aside`: a stored state that can't be read gets out of the way, and stays where somebody can look at it.

use std::process::ExitCode;

use storage::stored_state::{STORED_STATES, StoredState};

use super::Failure;
use crate::cli::SetAside;
use crate::settings;
use crate::system::SystemClock;

pub async fn run(command: SetAside) -> Result<ExitCode, Failure> {
    let Some(state) = StoredState::of(&command.document) else {
        let known: Vec<String> = STORED_STATES
            .iter()
            .map(|state| format!("{}{}", state.name, if state.is_one_of_many { "…" } else { "" }))
            .collect();
        return Err(Failure::usage(format!(
            "no stored state has the name \"{}\"; there are: {}",
            command.document,
            known.join(", ")
        )));
    };
    let hold = settings::hold(&command.data)?;
    let store = settings::open_store(&command.data, None).await?;
    let now = service::instant::iso(service::Clock::now_ms(&SystemClock));
    let aside = format!("aside {now} {}", command.document);
    let renamed = store.rename_document(&command.document, &aside).await.map_err(Failure::store)?;
    store.close().await;
    drop(hold);
    if !renamed {
        return Err(Failure::usage(format!("the store holds no document \"{}\"", command.document)));
    }
    say!("{} was set aside as the document \"{aside}\"; {}", state.what, state.without);
    Ok(ExitCode::SUCCESS)
}
