//! Tells cargo which folders are part of the binary, so that a page built or a question added after the last build gets in.

fn main() {
    // Cargo watches only what exists; a page that is not built yet is an empty folder.
    let _ = std::fs::create_dir_all("web/dist");
    for folder in ["web/dist", "questions", "rubrics", "prompts"] {
        println!("cargo:rerun-if-changed={folder}");
    }
}
