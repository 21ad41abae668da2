//! A disk that is full: requests are refused rather than unrecorded, and nothing that was accepted is
//! lost.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use harness::program::{self, Gateway};

use super::{
    books::{Books, azure, check_budget, compare, entries},
    load::Client,
};

/// A small disk of its own; dropped, it is gone.
struct Disk(PathBuf);

impl Disk {
    fn mount(folder: &Path) -> Self {
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=32m", "tmpfs"])
            .arg(folder)
            .status();
        assert!(
            mounted.is_ok_and(|status| status.success()),
            "expected to be root and able to mount a tmpfs: a full disk cannot be had otherwise"
        );
        Self(folder.to_owned())
    }

    /// Truncates it to this number of bytes.
    fn fill(&self, rest: u64) {
        let output = Command::new("df").args(["--output=avail", "-B1"]).arg(&self.0).output();
        let output = String::from_utf8(output.unwrap().stdout).unwrap();
        let free: u64 = output.split_whitespace().last().unwrap().parse().unwrap();
        let filler = vec![1; usize::try_from(free.saturating_sub(rest)).unwrap()];
        fs::write(self.0.join("filler"), filler).unwrap();
    }

    fn free(&self) {
        fs::remove_file(self.0.join("filler")).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn promise_4_on_a_full_disk_requests_are_refused_and_none_is_lost() {
    let (azure, books) = (azure().await, Books::in_sqlite());
    let folder = &books.folder;
    let disk = Disk::mount(folder.path());
    program::configure(folder, &azure.openai_v1(), "");
    let gateway = Gateway::start(folder).await;
    let client = Client::new(gateway.address, 0);
    client.make_key().await;
    let before = client.send_some(16, 2).await;
    assert_eq!(before.refused, [""; 0]);
    disk.fill(300_000);
    let full = client.send_some(32, 60).await;
    assert!(!full.refused.is_empty(), "the disk was never full");
    for refused in &full.refused {
        assert!(refused.starts_with("HTTP/1.1 503"), "{refused}");
        assert!(refused.contains("books_unavailable"), "{refused}");
    }
    disk.free();
    let after = client.send_some(16, 2).await;
    assert_eq!(after.refused, [""; 0]);
    gateway.stop();
    let whole = [before.whole, full.whole, after.whole].concat().into_iter().collect();
    let entries = entries(&books).await;
    let [completed, interrupted] = compare(&azure.requests(), &entries, &whole);
    check_budget(&books, &entries).await;
    assert_eq!((completed, interrupted), (whole.len(), 0));
}
