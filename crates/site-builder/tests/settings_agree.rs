//! The server (Leptos.toml) and the build (Cargo.toml) must speak of the same site.
#![expect(clippy::expect_used, reason = "a test may stop at the first surprise")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn section(file: &str) -> BTreeMap<String, toml::Value> {
    let text = std::fs::read_to_string(root().join(file)).expect("the file can be read");
    let document: toml::Table = toml::from_str(&text).expect("the file is TOML");
    document["workspace"]["metadata"]["leptos"][0]
        .as_table()
        .expect("the section is a table")
        .iter()
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

#[test]
fn both_files_say_the_same_wherever_both_speak() {
    let (build, server) = (section("Cargo.toml"), section("Leptos.toml"));
    let mut shared = 0;
    for (key, value) in &server {
        if let Some(other) = build.get(key) {
            assert_eq!(value, other, "{key} differs between Leptos.toml and Cargo.toml");
            shared += 1;
        }
    }
    assert!(shared >= 6, "only {shared} keys are shared");
}

#[test]
fn leptos_reads_leptos_toml() {
    let path = root().join("Leptos.toml");
    let options = leptos_config::get_configuration(path.to_str()).expect("leptos accepts the file").leptos_options;
    let file = section("Leptos.toml");
    assert_eq!(file["output-name"].as_str(), Some(&*options.output_name));
    assert_eq!(file["site-root"].as_str(), Some(&*options.site_root));
    assert_eq!(file["site-pkg-dir"].as_str(), Some(&*options.site_pkg_dir));
    assert_eq!(file["site-addr"].as_str(), Some(options.site_addr.to_string().as_str()));
    assert_eq!(file["hash-files"].as_bool(), Some(options.hash_files));
    assert_eq!(options.env, leptos_config::Env::PROD);
}

#[test]
fn the_pinned_wasm_bindgen_versions_are_one() {
    let text = std::fs::read_to_string(root().join("Cargo.toml")).expect("the manifest can be read");
    let document: toml::Table = toml::from_str(&text).expect("the manifest is TOML");
    let dependencies = &document["workspace"]["dependencies"];
    assert_eq!(dependencies["wasm-bindgen"], dependencies["wasm-bindgen-cli-support"]);
}
