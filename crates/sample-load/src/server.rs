//! A server process: started, asked to stop, or ended as a power cut would.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::http::Connection;
use crate::{Result, process};

/// How long a server may take to start or to stop.
const PATIENCE: Duration = Duration::from_mins(2);
const PAUSE: Duration = Duration::from_millis(20);

/// A running server; killed where it is dropped.
pub struct Server {
    child: Child,
    pub address: String,
}

impl Server {
    /// Starts `InfluxDB`, which is ready when it answers.
    pub fn influxdb(program: &Path, config: &Path, address: String, log: &Path) -> Result<Self> {
        let mut command = Command::new(program);
        command.arg("-config").arg(config).stdout(Stdio::null()).stderr(File::create(log)?);
        let mut server = Self { child: command.spawn()?, address };
        let began = Instant::now();
        while Connection::open(&server.address).and_then(|mut connection| connection.get("/ping")).is_err() {
            if server.child.try_wait()?.is_some() || began.elapsed() > PATIENCE {
                return Err(format!("{} did not start: {}", program.display(), std::fs::read_to_string(log)?).into());
            }
            std::thread::sleep(PAUSE);
        }
        Ok(server)
    }

    /// Starts this product, which says where it listens.
    pub fn inferno_kpi(program: &Path, arguments: &[&str], folder: &Path, log: &Path) -> Result<Self> {
        // Pages are not asked for, so a site of names alone will do.
        let site = folder.join("site");
        std::fs::create_dir_all(&site)?;
        std::fs::write(site.join("hash.txt"), "js: 1\nwasm: 1\ncss: 1\n")?;
        let mut command = Command::new(program);
        command.args(["serve", "--address", "127.0.0.1:0", "--site"]).arg(&site).args(arguments);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("INFERNO_KPI_") {
                command.env_remove(name);
            }
        }
        let mut child = command.stdout(Stdio::piped()).stderr(File::create(log)?).spawn()?;
        let said = child.stdout.take().ok_or("the server's output is not there")?;
        for line in BufReader::new(said).lines() {
            if let Some(address) = line?.strip_prefix("listening on http://") {
                return Ok(Self { child, address: address.to_owned() });
            }
        }
        let status = child.wait()?;
        Err(format!("{} did not start: {status}: {}", program.display(), std::fs::read_to_string(log)?).into())
    }

    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to stop and waits for that; says how much processor time it took in its life.
    pub fn stop(self) -> Result<f64> {
        let process = self.process();
        Command::new("kill").arg("-TERM").arg(process.to_string()).status()?;
        let began = Instant::now();
        // Until it is waited for, what it took can be read.
        while !process::has_ended(process)? {
            if began.elapsed() > PATIENCE {
                return Err("a server does not stop".into());
            }
            std::thread::sleep(PAUSE);
        }
        process::seconds(process)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
