//! `inferno-kpi serve`: open the data, measure the site, listen.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use service::{CatalogueSource, Dashboard, NeedsToken, Settings};
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::Failure;
use super::server_token::server_token;
use crate::adapters::courier::Couriers;
use crate::cli::Serve;
use crate::http::security::Guard;
use crate::http::{self, State};
use crate::settings;
use crate::system::{SystemClock, UuidIds};
use crate::work;

/// The seed of the demonstration; the same numbers on every machine.
const DEMO_SEED: u64 = 110;
/// The folder of the demonstration, so that it never mixes with real data.
const DEMO_FOLDER: &str = "demo-data";

pub async fn run(mut command: Serve) -> Result<ExitCode, Failure> {
    http::logging::start();
    let mut options = settings::leptos_options()?;
    if let Some(site) = &command.site {
        options.site_root = site.display().to_string().into();
    }
    let address = command.address.unwrap_or(options.site_addr);
    options.site_addr = address;
    let token = server_token(command.token.take(), command.access.token_file.as_deref())?;
    if !address.ip().is_loopback() && token.is_none() {
        return Err(Failure::usage(format!(
            "{address} can be reached from other machines, so writing needs a token: set INFERNO_KPI_TOKEN, let --token-file FILE make one, or serve on 127.0.0.1"
        )));
    }
    if command.private && token.is_none() {
        return Err(Failure::usage(
            "with --private reading needs a token, and only who has the server's own can make others: set INFERNO_KPI_TOKEN",
        ));
    }
    if command.demo && command.data.database.is_some() {
        return Err(Failure::usage(
            "a demonstration has a folder of its own: leave out --database and INFERNO_KPI_DATABASE_URL",
        ));
    }
    if command.demo && command.data.folder == Path::new("data") {
        command.data.folder = PathBuf::from(DEMO_FOLDER);
    }
    locate_hashes(&mut options)?;
    let catalogue = Arc::new(settings::catalogue(command.data.catalogue.as_deref())?);
    let hold = settings::hold(&command.data)?;
    let store = settings::open_store(&command.data).await?;
    let listener = TcpListener::bind(address).await.map_err(|error| Failure::usage(format!("{address}: {error}")))?;
    let address = listener.local_addr()?;
    let couriers = Arc::new(Couriers::open(&command.notify)?);
    let sources = super::sources::config(&command)?;
    let needs_token = match (&token, command.private) {
        (None, _) => NeedsToken::Nothing,
        (Some(_), false) => NeedsToken::Writing,
        (Some(_), true) => NeedsToken::Everything,
    };
    let dashboard = open(&command, catalogue, store, address, needs_token, (&couriers, &sources)).await?;
    let connections = work::open_sources(&dashboard, sources).await?;
    let board = connections.board();
    http::own_site::measure(&dashboard, options.site_root.as_ref()).await;
    let (stopping, stop) = watch::channel(false);
    let delivery = Arc::new(work::Delivery::default());
    let state = State {
        dashboard: Arc::clone(&dashboard),
        delivery: Arc::clone(&delivery),
        guard: Arc::new(Guard::new(address, &command.host_names, token.as_deref(), command.private)),
        proxies: Arc::new(command.connections.trusted_proxies()),
        options,
        executable: std::env::current_exe()?,
        webhooks: Arc::new(command.secrets.of_webhooks()),
        sources: board,
        budget: http::bodies::Budget::of_mib(command.access.body_budget_mib),
        strangers: Arc::default(),
        wrong_tokens: Arc::default(),
        telemetry: http::Telemetry::default(),
        stop: stop.clone(),
    };
    let alerts = tokio::spawn(work::keep_alerts(Arc::clone(&dashboard), Arc::clone(&delivery), stop.clone()));
    let deliveries = tokio::spawn(work::deliver(Arc::clone(&dashboard), couriers, delivery, stop.clone()));
    let tokens = tokio::spawn(work::keep_token_use(Arc::clone(&dashboard), stop.clone()));
    let samples = tokio::spawn(work::keep_samples(Arc::clone(&dashboard), stop.clone()));
    let sources = tokio::spawn(work::run_sources(connections, stop.clone()));
    if let Some(file) = command.data.catalogue.clone() {
        tokio::spawn(work::watch(Arc::clone(&dashboard), file, stop));
    }
    println!("listening on http://{address}");
    let router = http::router(state);
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service)
        .with_graceful_shutdown(async move {
            asked_to_stop().await;
            // Open event streams end with this; otherwise a browser would keep the server from stopping.
            let _ = stopping.send(true);
        })
        .await?;
    // What is under way is kept as a whole before the store is closed.
    for work in [alerts, deliveries, sources, samples, tokens] {
        if let Err(error) = work.await {
            tracing::error!(%error, "work beside the answers ended badly");
        }
    }
    if let Err(error) = dashboard.close_samples().await {
        let error = &error as &dyn std::error::Error;
        tracing::error!(error, "samples stay in their payloads and are read again at the next start");
    }
    dashboard.store().close().await;
    drop(hold);
    Ok(ExitCode::SUCCESS)
}

/// Points at the list of hashed file names in the site's own folder, so that a site can be served from anywhere.
fn locate_hashes(options: &mut leptos::config::LeptosOptions) -> Result<(), Failure> {
    let site = std::path::absolute(options.site_root.as_ref())?;
    let hashes = site.join("hash.txt");
    if options.hash_files && !hashes.is_file() {
        return Err(Failure::usage(format!(
            "{} is missing: build the site with `make build`, or name its folder with --site",
            hashes.display()
        )));
    }
    options.hash_file = hashes.display().to_string().into();
    Ok(())
}

async fn open(
    command: &Serve,
    catalogue: Arc<kpi::catalogue::Catalogue>,
    store: Arc<dyn storage::Store>,
    address: SocketAddr,
    needs_token: NeedsToken,
    (couriers, sources): (&Couriers, &connect::Config),
) -> Result<Arc<Dashboard>, Failure> {
    let clock = Arc::new(SystemClock);
    let host = match command.host_names.first() {
        Some(name) if name.contains(':') => name.clone(),
        Some(name) => format!("{name}:{}", address.port()),
        None => address.to_string(),
    };
    let settings = Settings {
        demo: command.demo,
        address: format!("http://{host}"),
        needs_token,
        catalogue: if command.data.catalogue.is_some() { CatalogueSource::File } else { CatalogueSource::Versions },
        channels: couriers.channels(&command.notify),
        owners_by_mail: couriers.has_mail(),
        event_mappings: work::event_mappings(sources),
        retention: command.keep.retention(),
    };
    let now_ms = service::Clock::now_ms(&SystemClock);
    store.interrupt_running_benchmarks(now_ms, "The server stopped while it ran.").await.map_err(Failure::store)?;
    let dashboard = Dashboard::open(store, catalogue, clock, Arc::new(UuidIds::default()), settings)
        .await
        .map_err(Failure::store)?;
    if command.demo && dashboard.has_real_data() {
        return Err(Failure::usage(format!(
            "{} holds real data; a demonstration must not mix with it: name another folder with --data",
            command.data.folder.display()
        )));
    }
    adopt_catalogue(command, &dashboard).await?;
    if command.demo {
        dashboard.record_demo(DEMO_SEED).await.map_err(|error| Failure::store(&error))?;
    }
    Ok(Arc::new(dashboard))
}

/// The catalogue's file, or the one that came with the program, becomes a version of the store.
async fn adopt_catalogue(command: &Serve, dashboard: &Dashboard) -> Result<(), Failure> {
    let adopted = match &command.data.catalogue {
        Some(file) => work::adopt(dashboard, file, &std::fs::read_to_string(file)?).await.map(|_| ()),
        None if command.demo => dashboard.adopt_demo_catalogue(settings::EMBEDDED_CATALOGUE).await,
        None => dashboard.adopt_embedded_catalogue(settings::EMBEDDED_CATALOGUE).await,
    };
    adopted.map_err(|error| Failure::store(&error))
}

async fn asked_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! { _ = interrupt => {}, _ = terminate.recv() => {} }
            return;
        }
    }
    // Without a way to be told, the server runs until it is killed.
    let _ = interrupt.await;
}
