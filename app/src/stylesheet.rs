//! The link to the stylesheet, whose file name the build may have hashed.

use leptos::config::LeptosOptions;
use leptos::prelude::*;

/// `<link rel="stylesheet">` to the site's stylesheet.
#[component]
pub fn Stylesheet(
    /// Says where the site's files are and whether their names are hashed.
    options: LeptosOptions,
) -> impl IntoView {
    let hash = if options.hash_files { hash_of_css(&options) } else { None };
    let name = match hash {
        Some(hash) => format!("{}.{hash}", options.output_name),
        None => options.output_name.to_string(),
    };
    let href = format!("/{}/{name}.css", options.site_pkg_dir);
    view! { <link rel="stylesheet" href=href/> }
}

/// The hash that stands in the file beside the program, as the hydration scripts read it too.
fn hash_of_css(options: &LeptosOptions) -> Option<String> {
    let folder = std::env::current_exe().ok()?.parent()?.to_path_buf();
    let hashes = std::fs::read_to_string(folder.join(options.hash_file.as_ref())).ok()?;
    hash_in(&hashes)
}

fn hash_in(hashes: &str) -> Option<String> {
    let mut lines = hashes.lines().filter_map(|line| line.split_once(':'));
    lines.find(|(kind, _)| kind.trim() == "css").map(|(_, hash)| hash.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_the_stylesheet_is_found_among_the_others() {
        assert_eq!(hash_in("js: abc\nwasm: def\ncss: 0123\n").as_deref(), Some("0123"));
        assert_eq!(hash_in("js: abc\n"), None);
    }
}
