//! A `PostgreSQL` server of a test's own, which can be killed, restarted, and run out of space.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use super::harness::{Harness, waited};
use super::proxy::Proxy;
use super::second::{Place, Second};
use super::shim::Shim;
use crate::running::folder;

const STARTED: Duration = Duration::from_mins(1);

/// A cluster in a folder of its own.
pub struct Cluster {
    folder: TempDir,
    binaries: PathBuf,
    port: u16,
    shim: Shim,
}

/// Where the newest server's programs are, as `scripts/with-postgres.sh` looks for them.
fn binaries() -> PathBuf {
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|versions| versions.filter_map(|version| Some(version.ok()?.path().join("bin"))).collect())
        .unwrap_or_default();
    found.retain(|path| path.join("initdb").is_file());
    let key = |path: &PathBuf| path.parent().and_then(|it| it.file_name()?.to_str()?.parse::<u32>().ok());
    found.sort_by_key(key);
    found.pop().unwrap_or_else(|| {
        let output = Command::new("which").arg("initdb").output().unwrap();
        let path = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
        path.parent().expect("PostgreSQL's server is installed").to_owned()
    })
}

/// The server refuses to run as root.
fn as_owner(program: &Path) -> Command {
    let is_root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n");
    let mut command = if is_root {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    command.current_dir("/").stdout(Stdio::null()).stderr(Stdio::null());
    command
}

impl Cluster {
    /// Makes a cluster and starts it. Its shim watches the tables, or the log too.
    pub fn start() -> Self {
        let (folder, binaries) = (folder(), binaries());
        // Its owner is another user than root.
        Command::new("chown").arg("postgres").arg(folder.path()).stderr(Stdio::null()).status().unwrap();
        let data = folder.path().join("data");
        let made = as_owner(&binaries.join("initdb"))
            .arg("-D")
            .arg(&data)
            .args(["-U", "tester", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"])
            .status();
        assert!(made.is_ok_and(|status| status.success()), "a cluster can be made");
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let shim = Shim::of(&data);
        let cluster = Self { folder, binaries, port, shim };
        cluster.run();
        cluster
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn control(&self, arguments: &[&str]) -> bool {
        let environment = self.shim.environment();
        let mut command = as_owner(Path::new("env"));
        command.args(environment.iter().map(|(name, value)| format!("{name}={value}")));
        command.arg(self.binaries.join("pg_ctl")).arg("-D").arg(self.data()).arg("-l").arg(self.log()).args(arguments);
        command.status().is_ok_and(|status| status.success())
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// Starts the server, once what is left of the one before is gone.
    pub fn run(&self) {
        let options = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories='{}' -c max_connections=60 -c shared_buffers=16MB",
            self.port,
            self.folder.path().display()
        );
        let started = waited(STARTED, || self.control(&["-w", "-t", "20", "-o", &options, "start"]));
        assert!(started.is_some(), "{}", std::fs::read_to_string(self.log()).unwrap_or_default());
    }

    /// Waits until the server takes connections. After some errors it begins again by itself, after others it ends, maybe only when it
    /// could not begin again; then it is started.
    pub fn run_if_ended(&self) {
        let place = Place::Postgres(Self::url(self.port, "postgres"));
        let answers = waited(STARTED, || {
            if !self.control(&["status"]) {
                self.run();
            }
            Second::try_open(&place).is_ok()
        });
        assert!(answers.is_some(), "{}", std::fs::read_to_string(self.log()).unwrap_or_default());
    }

    /// Kills the process that all others belong to, and these: they would go on for a moment.
    pub fn kill(&self) {
        let file = std::fs::read_to_string(self.data().join("postmaster.pid")).unwrap();
        let process = file.lines().next().expect("its first line is the process").to_owned();
        let mut killed = children(&process);
        killed.insert(0, process);
        // Some may have ended by themselves.
        Command::new("kill").arg("-KILL").args(killed).stderr(Stdio::null()).status().unwrap();
    }

    /// Stops the server without letting anybody end what he does.
    pub fn stop(&self) {
        self.control(&["-m", "immediate", "-w", "stop"]);
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn shim(&self) -> &Shim {
        &self.shim
    }

    /// The address of a database, by way of a port.
    pub fn url(port: u16, database: &str) -> String {
        format!("postgres://tester@127.0.0.1:{port}/{database}?sslmode=disable")
    }

    /// A server on an empty database of this cluster, which it reaches by way of a proxy.
    pub fn serve(&self, database: &str, proxy: &Proxy) -> Harness {
        let url = |port, database| Self::url(port, database);
        Second::open(&Place::Postgres(url(self.port, "postgres"))).run(&format!("CREATE DATABASE {database}"));
        Harness::on_postgres(&url(proxy.port, database), &url(self.port, database))
    }
}

/// The processes that a process has started.
fn children(process: &str) -> Vec<String> {
    let is_child = |path: &Path| {
        let status = std::fs::read_to_string(path.join("status")).unwrap_or_default();
        status.lines().any(|line| line.strip_prefix("PPid:").is_some_and(|parent| parent.trim() == process))
    };
    let entries = std::fs::read_dir("/proc").unwrap().filter_map(|entry| Some(entry.ok()?.path()));
    entries.filter(|path| is_child(path)).filter_map(|path| Some(path.file_name()?.to_str()?.to_owned())).collect()
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.shim.free();
        self.stop();
    }
}
