//! Rebuilds the gateway when the admin UI was rebuilt. The folder is created where it is missing,
//! so that cargo can watch it.

use std::{env, fs, path::Path};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=ui/dist");
    if let Ok(folder) = env::var("CARGO_MANIFEST_DIR") {
        // Where it cannot be made, the gateway is built without the UI.
        let _ = fs::create_dir_all(Path::new(&folder).join("ui/dist"));
    }
}
