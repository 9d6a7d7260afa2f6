//! What the machine is, in words.

use std::fs::read_to_string;

use serde_json::{Value, json};

pub fn describe() -> Value {
    let read = |path: &str| read_to_string(path).unwrap_or_default();
    let line = |text: &str, name: &str| {
        let found = text.lines().find(|line| line.starts_with(name)).and_then(|line| line.split_once(':'));
        found.map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
    };
    let processors = std::thread::available_parallelism().map_or(0, usize::from);
    json!({
        "processor": line(&read("/proc/cpuinfo"), "model name"),
        "processors": processors,
        "memory": line(&read("/proc/meminfo"), "MemTotal"),
        "kernel": read("/proc/sys/kernel/osrelease").trim(),
        "load_at_start": read("/proc/loadavg").trim(),
    })
}
