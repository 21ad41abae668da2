//! Database and spool are readable by the gateway's own user only, even where an earlier version
//! left them open.

use harness::gateway::{GROUP, Setup, asking, entry, gateway};
use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

fn set(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// Everything that the gateway keeps: the database with the files beside it, and the spool.
fn kept(folder: &Path) -> Vec<PathBuf> {
    let mut all: Vec<_> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    all.retain(|path| path.file_name().unwrap().to_str().unwrap().starts_with("fareway.db"));
    let spool = folder.join("fareway.db.spool");
    all.extend(fs::read_dir(&spool).unwrap().map(|file| file.unwrap().path()));
    assert!(all.len() > 5, "{all:?}");
    all
}

#[track_caller]
fn all_closed(folder: &Path) {
    for path in kept(folder) {
        let found = fs::metadata(&path).unwrap();
        let expect = if found.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(found.permissions().mode() & 0o777, expect, "{}", path.display());
    }
}

#[tokio::test]
async fn the_ledger_is_closed_to_other_users() {
    let setup = Setup::new().await;
    assert_eq!(setup.chat(&asking("Hello!")).await.status, 200);
    all_closed(setup.folder.path());
    let Setup { azure, gateway: old, http, folder } = setup;
    old.shutdown().await;
    let refused = folder.path().join("fareway.db.spool/refused");
    fs::create_dir(&refused).unwrap();
    for path in kept(folder.path()) {
        set(&path, if path.is_dir() { 0o755 } else { 0o644 });
    }
    // Files that are not the gateway's stay unchanged.
    let config = folder.path().join("config.yaml");
    fs::write(&config, "model_list: []\n").unwrap();
    set(&config, 0o644);
    let entries = entry(GROUP, "azure_ai/azure-model-router", &azure.openai_v1());
    let gateway = gateway(&entries, "", 1, folder.path()).await;
    let setup = Setup { azure, gateway, http, folder };
    assert_eq!(setup.chat(&asking("Hello!")).await.status, 200);
    all_closed(setup.folder.path());
    assert_eq!(fs::metadata(&config).unwrap().permissions().mode() & 0o777, 0o644);
}
