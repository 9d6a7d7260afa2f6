//! `inferno-kpi serve`: open the data, measure the site, listen.

mod stopping;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use access::server_key::ServerKey;
use service::page_view::PageViews;
use service::{CatalogueSource, Dashboard, NeedsToken, Settings};
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::Failure;
use super::server_token::server_token;
use crate::adapters::channels::Channels;
use crate::cli::Serve;
use crate::http::listen::{self, Admission, Certificates, Limits, Listening};
use crate::http::security::Guard;
use crate::http::{self, State};
use crate::jobs;
use crate::settings;
use crate::system::{SystemClock, UuidIds};

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
    check(&command, address, token.is_some())?;
    if command.demo && command.data.folder == Path::new("data") {
        command.data.folder = PathBuf::from(DEMO_FOLDER);
    }
    locate_hashes(&mut options)?;
    let certificates = certificates(&command, address)?;
    let admission = admission(&command);
    let catalogue = Arc::new(settings::catalogue(command.data.catalogue.as_deref())?);
    let hold = settings::hold(&command.data)?;
    let store = settings::open_store(&command.data, Some(address)).await?;
    let left = jobs::compare(&command.data, store.as_ref()).await?;
    let listener = TcpListener::bind(address).await.map_err(|error| Failure::usage(format!("{address}: {error}")))?;
    let address = listener.local_addr()?;
    let mut signals = stopping::Signals::listen();
    let channels = Arc::new(Channels::open(&command.notify, &server_key(store.as_ref(), "channels", None).await?)?);
    let sources = super::sources::config(&command)?;
    let needs_token = match (&token, command.private) {
        (None, _) => NeedsToken::Nothing,
        (Some(_), false) => NeedsToken::Writing,
        (Some(_), true) => NeedsToken::Everything,
    };
    let dashboard = open(&command, catalogue, store, address, needs_token, (&channels, &sources)).await?;
    jobs::take_over(&dashboard, left);
    // The first probe, so that nobody is told that the server is ready before it is known.
    dashboard.watch_writes().await;
    let connections = jobs::open_sources(&dashboard, sources).await?;
    let board = connections.board();
    http::own_site::measure(&dashboard, options.site_root.as_ref()).await;
    let (stopping, stop) = watch::channel(false);
    let delivery = Arc::new(jobs::Delivery::default());
    let state = State {
        dashboard: Arc::clone(&dashboard),
        delivery: Arc::clone(&delivery),
        guard: Arc::new(Guard::new(address, &command.host_names, token.as_deref(), command.private)),
        proxies: Arc::new(command.connections.trusted_proxies()),
        admission: Arc::clone(&admission),
        certificates: certificates.clone(),
        options,
        executable: std::env::current_exe()?,
        webhooks: Arc::new(command.secrets.of_webhooks()),
        sources: board,
        budget: http::bodies::Budget::of_mib(command.access.body_budget_mib),
        strangers: Arc::default(),
        wrong_tokens: Arc::default(),
        telemetry: http::Telemetry::default(),
        page_views: Arc::new(page_views(&dashboard).await?),
        stop: stop.clone(),
    };
    let alerts = tokio::spawn(jobs::keep_alerts(Arc::clone(&dashboard), Arc::clone(&delivery), stop.clone()));
    let deliveries = tokio::spawn(jobs::deliver(Arc::clone(&dashboard), channels, delivery, stop.clone()));
    let writes = tokio::spawn(jobs::watch_writes(Arc::clone(&dashboard), stop.clone()));
    let [last, verifying] = jobs::keep_sound(&dashboard, &command, &stop);
    let tokens = tokio::spawn(jobs::keep_token_use(Arc::clone(&dashboard), stop.clone()));
    let points = tokio::spawn(jobs::settle_points(Arc::clone(&dashboard), stop.clone()));
    let samples = tokio::spawn(jobs::keep_samples(Arc::clone(&dashboard), stop.clone()));
    let sources = tokio::spawn(jobs::run_sources(Arc::clone(&dashboard), connections, stop.clone()));
    let acceptor = certificates.as_ref().map(Certificates::acceptor).transpose().map_err(Failure::store)?;
    if let Some(certificates) = certificates.clone() {
        tokio::spawn(listen::watch_certificates(certificates, stop.clone()));
    }
    if let Some(file) = command.data.catalogue.clone() {
        tokio::spawn(jobs::watch(Arc::clone(&dashboard), file, stop));
    }
    println!("listening on {}://{address}", scheme(&command));
    let listening = Listening { listener, acceptor, admission, timeouts: command.connections.timeouts() };
    let open = listening.accept(http::router(state), signals.next()).await;
    // Open event streams end with this; otherwise a browser would keep the server from stopping.
    let _ = stopping.send(true);
    open.drain(command.connections.drain_seconds, signals.next()).await;
    let work = vec![
        ("alerts", alerts),
        ("deliveries", deliveries),
        ("sources", sources),
        ("points", points),
        ("samples", samples),
        ("tokens", tokens),
        ("writes", writes),
        ("the file of what was written last", last),
        ("the look at the whole store", verifying),
    ];
    stopping::finish(&dashboard, work, &command.data).await;
    drop(hold);
    Ok(ExitCode::SUCCESS)
}

/// The certificate, where the server encrypts by itself.
fn certificates(command: &Serve, address: SocketAddr) -> Result<Option<Arc<Certificates>>, Failure> {
    let files = command.connections.certificate_files();
    if files.is_none() && !address.ip().is_loopback() && !command.connections.has_trusted_proxy() {
        tracing::warn!(
            %address,
            "tokens and data travel unencrypted: name --tls-certificate and --tls-key, or the proxy that encrypts with --trusted-proxy"
        );
    }
    let open = |(certificate, key)| Certificates::open(certificate, key);
    files.map(open).transpose().map_err(|error| Failure::usage(error.to_string()))
}

/// Who gets a place, as far as the system's limit of open files goes.
fn admission(command: &Serve) -> Arc<Admission> {
    let (files, wanted) = (listen::raise_file_limit(), command.connections.limits());
    let limits = Limits::within(files, wanted);
    limits.tell(files, wanted);
    Admission::new(limits, Arc::new(command.connections.trusted_proxies()))
}

fn scheme(command: &Serve) -> &'static str {
    if command.connections.certificate_files().is_some() { "https" } else { "http" }
}

async fn page_views(dashboard: &Dashboard) -> Result<PageViews, Failure> {
    let random = || crate::system::random().map_err(|error| Failure::usage(error.to_string()));
    PageViews::open(dashboard, random()?, random()?).await.map_err(Failure::store)
}

/// A key of the server's own, kept in the store.
async fn server_key(store: &dyn storage::Store, name: &str, most_age_ms: Option<i64>) -> Result<ServerKey, Failure> {
    let fresh = crate::system::random().map_err(|error| Failure::usage(error.to_string()))?;
    let now_ms = service::Clock::now_ms(&SystemClock);
    ServerKey::load(store, name, most_age_ms, fresh, now_ms).await.map_err(Failure::store)
}

/// Refuses what does not go together.
fn check(command: &Serve, address: SocketAddr, has_token: bool) -> Result<(), Failure> {
    if !address.ip().is_loopback() && !has_token {
        return Err(Failure::usage(format!(
            "{address} can be reached from other machines, so writing needs a token: set INFERNO_KPI_TOKEN, let --token-file FILE make one, or serve on 127.0.0.1"
        )));
    }
    if command.private && !has_token {
        return Err(Failure::usage(
            "with --private reading needs a token, and only who has the server's own can make others: set INFERNO_KPI_TOKEN",
        ));
    }
    if command.demo && command.data.database.is_some() {
        return Err(Failure::usage(
            "a demonstration has a folder of its own: leave out --database and INFERNO_KPI_DATABASE_URL",
        ));
    }
    Ok(())
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
    (channels, sources): (&Channels, &connect::Config),
) -> Result<Arc<Dashboard>, Failure> {
    let clock = Arc::new(SystemClock);
    let host = match command.host_names.first() {
        Some(name) if name.contains(':') => name.clone(),
        Some(name) if (scheme(command), address.port()) == ("https", 443) => name.clone(),
        Some(name) => format!("{name}:{}", address.port()),
        None => address.to_string(),
    };
    let settings = Settings {
        node: node()?,
        demo: command.demo,
        address: format!("{}://{host}", scheme(command)),
        needs_token,
        catalogue: if command.data.catalogue.is_some() { CatalogueSource::File } else { CatalogueSource::Versions },
        channels: channels.channels(&command.notify),
        owners_by_mail: channels.has_mail(),
        event_mappings: jobs::event_mappings(sources),
        retention: command.keep.retention(),
        settles_points: true,
    };
    let now_ms = service::Clock::now_ms(&SystemClock);
    store.interrupt_running_benchmarks(now_ms, "The server stopped while it ran.").await.map_err(Failure::store)?;
    // Nobody else delivers: whoever claimed messages is gone.
    store.release_claims().await.map_err(Failure::store)?;
    let dashboard = Dashboard::open(store, catalogue, clock, Arc::new(UuidIds::default()), settings)
        .await
        .map_err(Failure::store)?;
    if command.demo && dashboard.has_real_data() {
        return Err(Failure::usage(format!(
            "{} holds real data; a demonstration must not mix with it: name another folder with --data",
            command.data.folder.display()
        )));
    }
    service::stored_states::remember_block_formats(dashboard.store(), now_ms).await.map_err(Failure::store)?;
    adopt_catalogue(command, &dashboard).await?;
    if command.demo {
        dashboard.record_demo(DEMO_SEED).await.map_err(|error| Failure::store(&error))?;
    }
    Ok(Arc::new(dashboard))
}

/// A name that no other process has.
fn node() -> Result<String, Failure> {
    let random = crate::system::random().map_err(|error| Failure::usage(error.to_string()))?;
    let digits: Vec<String> = random.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("process {} {}", std::process::id(), digits.concat()))
}

/// The catalogue's file, or the one that came with the program, becomes a version of the store.
async fn adopt_catalogue(command: &Serve, dashboard: &Dashboard) -> Result<(), Failure> {
    let adopted = match &command.data.catalogue {
        Some(file) => jobs::adopt(dashboard, file, &std::fs::read_to_string(file)?).await.map(|_| ()),
        None if command.demo => dashboard.adopt_demo_catalogue(settings::EMBEDDED_CATALOGUE).await,
        None => dashboard.adopt_embedded_catalogue(settings::EMBEDDED_CATALOGUE).await,
    };
    adopted.map_err(|error| Failure::store(&error))
}
