//! The server under attack: started on a fresh folder, asked to stop, killed where it does not.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

use crate::Result;

/// The server's own token: nobody guesses it.
pub const TOKEN: &str = "an-attack-of-loopback-0c2f7d8e1b9a4635f1d2";
/// How many files a process may open where nobody has said more: what most systems give.
const FILES: u32 = 1_024;

pub struct Server {
    child: Child,
    pub address: SocketAddr,
    folder: TempDir,
    log: PathBuf,
}

/// How a server ended.
#[derive(Debug, Clone)]
pub struct Ended {
    pub in_words: String,
    pub took: Duration,
    pub is_clean: bool,
}

impl Server {
    pub async fn start(program: &Path, arguments: &[String]) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("inferno-kpi-attack.").tempdir()?;
        // A site of names alone will do: pages are complete without it.
        let site = folder.path().join("site");
        std::fs::create_dir_all(&site)?;
        std::fs::write(site.join("hash.txt"), "js: 1\nwasm: 1\ncss: 1\n")?;
        let log = folder.path().join("log");
        let limited = format!("ulimit -Sn {FILES}; exec \"$0\" \"$@\"");
        let mut command = Command::new("sh");
        command.args(["-c", &limited]).arg(program).args(["serve", "--address", "127.0.0.1:0", "--site"]).arg(&site);
        command.arg("--data").arg(folder.path().join("data")).args(arguments);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("INFERNO_KPI_") {
                command.env_remove(name);
            }
        }
        command.env("INFERNO_KPI_TOKEN", TOKEN).stdout(Stdio::piped()).stderr(File::create(&log)?);
        let mut child = command.spawn()?;
        let said = child.stdout.take();
        let mut server = Self { child, address: SocketAddr::from(([127, 0, 0, 1], 0)), folder, log };
        let said = said.ok_or("the server's output is not there")?;
        let (tell, told) = oneshot::channel();
        std::thread::spawn(move || listen(said, tell));
        let Ok(Ok(address)) = timeout(Duration::from_mins(1), told).await else {
            return Err(format!("the server does not start: {}", std::fs::read_to_string(&server.log)?).into());
        };
        server.address = address;
        Ok(server)
    }

    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// How many bytes its data have on disk, in megabytes.
    pub fn disk_mb(&self) -> f64 {
        let mut bytes = 0;
        let mut pending = vec![self.folder.path().join("data")];
        while let Some(folder) = pending.pop() {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                match entry.metadata() {
                    Ok(metadata) if metadata.is_dir() => pending.push(entry.path()),
                    Ok(metadata) => bytes += metadata.len() / 1024,
                    Err(_) => {}
                }
            }
        }
        f64::from(u32::try_from(bytes).unwrap_or(u32::MAX)) * 1024.0 / 1e6
    }

    /// Asks it to stop and waits for that; kills it where it does not.
    pub async fn stop(mut self, patience: Duration) -> Result<Ended> {
        let began = Instant::now();
        Command::new("kill").arg("-TERM").arg(self.process().to_string()).status()?;
        let last =
            |log: &Path| std::fs::read_to_string(log).unwrap_or_default().lines().last().unwrap_or("").to_owned();
        loop {
            let took = began.elapsed();
            if let Some(status) = self.child.try_wait()? {
                let is_clean = status.success();
                let in_words = if is_clean { "exit 0".to_owned() } else { format!("{status}: {}", last(&self.log)) };
                return Ok(Ended { in_words, took, is_clean });
            }
            if took > patience {
                return Ok(Ended { in_words: "did not stop and was killed".to_owned(), took, is_clean: false });
            }
            sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Tells where the server listens once it says so; what it says later must not stop it.
fn listen(said: ChildStdout, tell: oneshot::Sender<SocketAddr>) {
    let mut tell = Some(tell);
    for line in BufReader::new(said).lines().map_while(std::result::Result::ok) {
        let address = line.split_whitespace().find_map(|word| word.strip_prefix("http://")?.parse().ok());
        if let Some(address) = address
            && let Some(tell) = tell.take()
        {
            // Whoever waited may have lost patience.
            let _ = tell.send(address);
        }
    }
}
