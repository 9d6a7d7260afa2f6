//! The machine and the build that a benchmark ran on: results are comparable only where these are the same.

use candle_core::utils::get_num_threads;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::memory::kibibytes_field;

/// The version of candle in this build; a test holds it equal to Cargo.lock.
const CANDLE_VERSION: &str = "0.11.1";

/// What decides how fast a benchmark runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// A short name of all fields below: 16 hexadecimal digits of their SHA-256. Equal fields give the same name.
    pub id: String,
    /// The processor's own name, or `unknown`.
    pub processor_model: String,
    /// Processors that this process may use.
    pub logical_cores: usize,
    /// The machine's memory; none where it is not known.
    pub memory_bytes: Option<u64>,
    /// The operating system's name.
    pub operating_system: String,
    /// The processor's architecture.
    pub architecture: String,
    /// Vector instructions that the processor offers, of those that candle has kernels for.
    pub vector_instructions: Vec<String>,
    /// Threads that candle uses by default.
    pub threads: usize,
    /// The inference library and its version.
    pub inference_library: String,
    /// `release` or `debug`: figures of a debug build are not worth comparing with anything.
    pub build_profile: String,
}

impl Fingerprint {
    /// Looks at this machine and build.
    pub fn of_this_machine() -> Self {
        let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
        let mut fingerprint = Self {
            id: String::new(),
            processor_model: processor_model(&read("/proc/cpuinfo")),
            logical_cores: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            memory_bytes: kibibytes_field(&read("/proc/meminfo"), "MemTotal:"),
            operating_system: std::env::consts::OS.to_owned(),
            architecture: std::env::consts::ARCH.to_owned(),
            vector_instructions: vector_instructions(),
            threads: get_num_threads(),
            inference_library: format!("candle-core {CANDLE_VERSION}"),
            build_profile: if cfg!(debug_assertions) { "debug" } else { "release" }.to_owned(),
        };
        fingerprint.id = fingerprint.compute_id();
        fingerprint
    }

    fn compute_id(&self) -> String {
        let memory = self.memory_bytes.map_or_else(|| "unknown".to_owned(), |bytes| bytes.to_string());
        let fields = [
            self.processor_model.as_str(),
            &self.logical_cores.to_string(),
            &memory,
            &self.operating_system,
            &self.architecture,
            &self.vector_instructions.join(" "),
            &self.threads.to_string(),
            &self.inference_library,
            &self.build_profile,
        ];
        let digest = Sha256::digest(fields.join("\n").as_bytes());
        digest.iter().take(8).fold(String::new(), |id, byte| id + &format!("{byte:02x}"))
    }
}

/// The system's load average of the last minute; none where it does not tell one, that is, outside Linux.
pub(crate) fn load_average() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/loadavg").ok()?;
    text.split_whitespace().next()?.parse().ok().filter(|load: &f64| load.is_finite())
}

fn processor_model(cpu_information: &str) -> String {
    let value = |name: &str| {
        let line = cpu_information.lines().find(|line| line.starts_with(name))?;
        let (_, value) = line.split_once(':')?;
        Some(value.trim().to_owned()).filter(|value| !value.is_empty())
    };
    value("model name").or_else(|| value("Model")).unwrap_or_else(|| "unknown".to_owned())
}

#[cfg(target_arch = "x86_64")]
fn vector_instructions() -> Vec<String> {
    let found = [
        ("avx", std::arch::is_x86_feature_detected!("avx")),
        ("avx2", std::arch::is_x86_feature_detected!("avx2")),
        ("fma", std::arch::is_x86_feature_detected!("fma")),
        ("f16c", std::arch::is_x86_feature_detected!("f16c")),
        ("avxvnni", std::arch::is_x86_feature_detected!("avxvnni")),
        ("avx512f", std::arch::is_x86_feature_detected!("avx512f")),
        ("avx512bw", std::arch::is_x86_feature_detected!("avx512bw")),
        ("avx512vnni", std::arch::is_x86_feature_detected!("avx512vnni")),
        ("avx512bf16", std::arch::is_x86_feature_detected!("avx512bf16")),
    ];
    names(&found)
}

#[cfg(target_arch = "aarch64")]
fn vector_instructions() -> Vec<String> {
    let found = [
        ("neon", std::arch::is_aarch64_feature_detected!("neon")),
        ("fp16", std::arch::is_aarch64_feature_detected!("fp16")),
        ("dotprod", std::arch::is_aarch64_feature_detected!("dotprod")),
        ("i8mm", std::arch::is_aarch64_feature_detected!("i8mm")),
    ];
    names(&found)
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn vector_instructions() -> Vec<String> {
    names(&[])
}

fn names(found: &[(&str, bool)]) -> Vec<String> {
    found.iter().filter(|(_, present)| *present).map(|(name, _)| (*name).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_candle_is_the_one_in_the_lock_file() {
        let lock = include_str!("../../../Cargo.lock");
        let package = format!("name = \"candle-core\"\nversion = \"{CANDLE_VERSION}\"\n");
        assert!(lock.contains(&package), "CANDLE_VERSION {CANDLE_VERSION} is not the one in Cargo.lock");
    }

    #[test]
    fn the_same_machine_has_the_same_name() {
        let fingerprint = Fingerprint::of_this_machine();
        assert_eq!(fingerprint, Fingerprint::of_this_machine());
        assert_eq!(fingerprint.id.len(), 16);
    }

    #[test]
    fn another_machine_has_another_name() {
        let here = Fingerprint::of_this_machine();
        let changes: [fn(&mut Fingerprint); 4] = [
            |other| other.processor_model.push('x'),
            |other| other.memory_bytes = other.memory_bytes.map(|bytes| bytes + 1).or(Some(1)),
            |other| other.threads += 1,
            |other| other.build_profile.push('x'),
        ];
        for change in changes {
            let mut other = here.clone();
            change(&mut other);
            assert_ne!(other.compute_id(), here.id);
        }
    }

    #[test]
    fn the_processors_name_is_read_or_unknown() {
        assert_eq!(processor_model("processor\t: 0\nmodel\t\t: 17\nmodel name\t: Some CPU\n"), "Some CPU");
        assert_eq!(processor_model("processor\t: 0\nModel\t\t: Raspberry Pi 5\n"), "Raspberry Pi 5");
        assert_eq!(processor_model("model name\t:\n"), "unknown");
        assert_eq!(processor_model(""), "unknown");
    }
}
