//! The folder that criterion leaves behind, `target/criterion`, as one report.

use std::path::{Path, PathBuf};

use super::Failure;

/// Folders inside each other that are looked into; criterion makes two or three.
const DEPTH: usize = 8;

/// A line for each benchmark that was measured last, in the order of their folders.
pub fn read(folder: &Path) -> Result<Vec<u8>, Failure> {
    let mut found = Vec::new();
    look_into(folder, DEPTH, &mut found)?;
    found.sort();
    if found.is_empty() {
        return Err(Failure::usage(format!(
            "{}: there is no benchmark of criterion: no new/estimates.json with its benchmark.json",
            folder.display()
        )));
    }
    let mut lines = Vec::new();
    for new in found {
        let read = |name: &str| {
            let path = new.join(name);
            std::fs::read(&path).map_err(|error| Failure::usage(format!("{}: {error}", path.display())))
        };
        let line = formats::criterion::line(&read("benchmark.json")?, &read("estimates.json")?);
        let line = line.map_err(|refusal| Failure::usage(format!("{}: {refusal}", new.display())))?;
        lines.extend_from_slice(line.as_bytes());
        lines.push(b'\n');
    }
    Ok(lines)
}

fn look_into(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let unreadable = |error: std::io::Error| Failure::usage(format!("{}: {error}", folder.display()));
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        // Links are not followed, so that no circle is.
        if !entry.file_type().map_err(unreadable)?.is_dir() {
            continue;
        }
        let path = entry.path();
        let is_measurement = entry.file_name() == "new" && path.join("benchmark.json").is_file();
        if is_measurement && path.join("estimates.json").is_file() {
            found.push(path);
        } else if depth > 0 {
            look_into(&path, depth - 1, found)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_benchmark_of_the_folder_is_a_line_and_older_measurements_are_none() {
        let folder = tempfile::tempdir().unwrap();
        for (place, name) in [("b/new", "b"), ("a/64/new", "a/64"), ("a/64/base", "old"), ("report", "none")] {
            let path = folder.path().join(place);
            std::fs::create_dir_all(&path).unwrap();
            std::fs::write(path.join("benchmark.json"), format!(r#"{{"full_id":"{name}"}}"#)).unwrap();
            std::fs::write(path.join("estimates.json"), r#"{"mean":{"point_estimate":1.5}}"#).unwrap();
        }
        let lines = String::from_utf8(read(folder.path()).unwrap()).unwrap();
        let names: Vec<&str> = lines.lines().map(|line| line.split('"').nth(5).unwrap()).collect();
        assert_eq!(names, ["a/64", "b"], "{lines}");
        let received = formats::criterion::read(lines.as_bytes(), &formats::Limits::default()).unwrap();
        assert_eq!(received.samples.samples.len(), 2);
        let empty = tempfile::tempdir().unwrap();
        assert!(read(empty.path()).unwrap_err().to_string().contains("no benchmark of criterion"));
    }
}
