#[path = "../tests/pages/samples.rs"] mod samples;
use app::{Document, Theme}; use leptos::prelude::*; use leptos::config::LeptosOptions;
fn main() {
    std::fs::create_dir_all("/tmp/gallery").unwrap();
    let css = std::fs::read_to_string("/tmp/gallery/site.css").unwrap();
    for theme in [Theme::Light, Theme::Dark, Theme::LightContrast, Theme::DarkContrast] {
        for (name, page) in samples::pages() {
            let options = LeptosOptions::builder().output_name("inferno-kpi").build();
            let mut frame = samples::frame(); frame.demo = name == "track";
            let _ = samples::first_overview();
            let html = Owner::new().with(|| view!{<Document options=options frame=frame preferences=samples::preferences(theme) page=page/>}.to_html());
            std::fs::write(format!("/tmp/gallery/raw-{name}.html"), &html).unwrap();
            let html = html.replace("</head>", &format!("<style>{css}</style></head>")).replace("/favicon.svg", "/work/main/public/favicon.svg");
            std::fs::write(format!("/tmp/gallery/{name}-{}.html", theme.name()), html).unwrap();
        }
    }
}
