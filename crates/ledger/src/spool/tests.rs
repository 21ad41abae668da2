//! Spools after a crash, and the exclusive lock on a spool.

use std::{borrow::Cow, fs, os::unix::fs::FileExt as _};

use proptest::prelude::*;

use super::*;
use crate::entry::row::EntryRow;

fn row(id: usize, outcome: &'static str) -> EntryRow<'static> {
    EntryRow {
        id: format!("id-{id}").into(),
        outcome: outcome.into(),
        detail: "x".repeat(id % 50).into(),
        ..EntryRow::default()
    }
}

/// Every row of a writer, as it would be found after a crash.
fn found(folder: &Path, writer: &str) -> Vec<(String, String)> {
    let spool = Spool::open(folder, Durability::Process).unwrap();
    let mut all = Vec::new();
    for number in spool.segments().unwrap().remove(writer).unwrap_or_default() {
        let mut from = Position { segment: number, offset: 0 };
        loop {
            let chunk = spool.read(writer, from, None, 1 << 20).unwrap();
            let rows = chunk.all_rows();
            all.extend(rows.iter().map(|row| (row.id.to_string(), row.outcome.to_string())));
            if chunk.is_empty() {
                break;
            }
            from = chunk.to;
        }
    }
    all
}

#[tokio::test]
async fn committed_rows_survive_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let spool = Spool::open(folder.path(), Durability::Process).unwrap();
    let writer = spool.writer("worker_0").unwrap();
    let first = writer.open(&row(1, "open")).unwrap();
    let second = writer.open(&row(2, "open")).unwrap();
    writer.commit(first).await.unwrap();
    // The same turn's rows went with it.
    assert_eq!(writer.flushed.load(Relaxed), second.0);
    let _ = writer.settle(&row(1, "completed")).unwrap();
    assert_eq!(spool.size().rows, 3);
    drop((spool, writer));
    let open = |id: &str| (id.to_owned(), "open".to_owned());
    assert_eq!(found(folder.path(), "worker_0"), [open("id-1"), open("id-2")]);
}

#[test]
fn a_folder_belongs_to_one_process_and_keeps_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let spool = Spool::open(folder.path(), Durability::Process).unwrap();
    let instance = spool.instance().to_owned();
    let second = Spool::open(folder.path(), Durability::Process).unwrap_err();
    assert!(matches!(&second, SpoolError::InUse(_)), "{second}");
    drop(spool);
    let again = Spool::open(folder.path(), Durability::Process).unwrap();
    assert_eq!(again.instance(), instance);
    drop(again);
    fs::write(folder.path().join("instance"), "mine").unwrap();
    let strange = Spool::open(folder.path(), Durability::Process).unwrap_err();
    assert!(matches!(&strange, SpoolError::NotAnInstance(_)), "{strange}");
}

#[test]
fn a_writer_that_comes_back_begins_a_new_segment() {
    let folder = tempfile::tempdir().unwrap();
    for expect in 1..4 {
        let spool = Spool::open(folder.path(), Durability::Process).unwrap();
        assert_eq!(spool.writer("worker_0").unwrap().written().segment, expect);
    }
}

#[test]
fn long_rows_and_many_segments_are_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let spool = Spool::open(folder.path(), Durability::Process).unwrap();
    let writer = spool.writer("worker_0").unwrap();
    let long = Cow::from("y".repeat(3 << 20));
    for id in 0..40 {
        let _ = writer.open(&row(id, "open")).unwrap();
        let settled = EntryRow { prompt: Some(long.clone()), ..row(id, "completed") };
        let _ = writer.settle(&settled).unwrap();
        writer.flush().unwrap();
    }
    assert!(writer.written().segment > 2);
    drop((spool, writer));
    assert_eq!(found(folder.path(), "worker_0").len(), 80);
}

/// What a client sends cannot fill a row beyond the disk space that is allocated for it.
#[test]
fn a_row_in_short_fits_the_room_for_it() {
    let long = || Cow::from("é".repeat(50_000));
    let row = EntryRow {
        served: Some(long()),
        error: Some(long()),
        tags: Some(long()),
        metadata: Some(long()),
        end_user: Some(long()),
        session_id: Some(long()),
        answer_id: Some(long()),
        detail: long(),
        prompt: Some(long()),
        answer: Some(long()),
        ..row(1, "completed")
    };
    let mut frame = Vec::new();
    assert!(frame::put(&row.in_short(), 1, &mut frame).unwrap() < 4096);
}

/// What a file holds that was another segment before.
fn used(rows: usize) -> Vec<u8> {
    let mut bytes = segment::HEADER.to_vec();
    for id in 0..rows {
        frame::put(&row(id, "stale"), 7, &mut bytes).unwrap();
    }
    bytes
}

#[test]
fn a_file_is_used_again_and_what_it_held_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("worker_0.spare"), used(1_000)).unwrap();
    let spool = Spool::open(folder.path(), Durability::Process).unwrap();
    let writer = spool.writer("worker_0").unwrap();
    assert!(!folder.path().join("worker_0.spare").exists());
    let first = Position { segment: 1, offset: 0 };
    assert!(spool.read("worker_0", first, None, 1 << 20).unwrap().is_empty());
    for id in 0..3 {
        let _ = writer.open(&row(id, "open")).unwrap();
        writer.flush().unwrap();
        let chunk = spool.read("worker_0", first, None, 1 << 20).unwrap();
        assert_eq!((chunk.count(), chunk.torn), (id + 1, false));
    }
    spool.remove("worker_0", 1).unwrap();
    assert!(folder.path().join("worker_0.spare").exists());
}

/// Segments of the version before are read to their end.
#[test]
fn rows_of_an_older_version_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let mut bytes = b"fareway spool 1\n".to_vec();
    frame::put(&row(1, "open"), 0, &mut bytes).unwrap();
    fs::write(folder.path().join("worker_0-00000003.spool"), bytes).unwrap();
    assert_eq!(found(folder.path(), "worker_0"), [("id-1".to_owned(), "open".to_owned())]);
}

#[derive(Clone, Debug)]
enum Step {
    Open,
    Progress,
    Settle,
    Flush,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => Just(Step::Open),
        1 => Just(Step::Progress),
        3 => Just(Step::Settle),
        2 => Just(Step::Flush),
    ];
    prop::collection::vec(step, 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Promise 4: whatever a crash leaves of what was not flushed, the rows that are found are the
    /// first ones, in order, and all that were flushed are among them.
    #[test]
    fn a_crash_leaves_a_prefix_with_all_that_was_flushed(
        steps in steps(),
        cut in 0_u64..2_000,
        garbage in prop::collection::vec(any::<u8>(), 0..40),
        again: bool,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let before = used(if again { 100 } else { 0 });
        if again {
            fs::write(folder.path().join("worker_0.spare"), &before).unwrap();
        }
        let spool = Spool::open(folder.path(), Durability::Process).unwrap();
        let writer = spool.writer("worker_0").unwrap();
        let (mut written, mut flushed, mut safe) = (Vec::new(), 0, writer.written().offset);
        for (id, step) in steps.iter().enumerate() {
            let outcome = if matches!(step, Step::Settle) { "completed" } else { "open" };
            match step {
                Step::Open => { let _ = writer.open(&row(id, outcome)).unwrap(); }
                Step::Progress => writer.progress(&row(id, outcome)),
                Step::Settle => { let _ = writer.settle(&row(id, outcome)).unwrap(); }
                Step::Flush => {
                    writer.flush().unwrap();
                    (flushed, safe) = (written.len(), writer.written().offset);
                    continue;
                }
            }
            written.push((format!("id-{id}"), outcome.to_owned()));
        }
        // What comes after the last flush is written in part, and followed by anything.
        writer.flush().unwrap();
        let end = safe + cut.min(writer.written().offset - safe);
        let file = fs::File::options().write(true)
            .open(folder.path().join("worker_0-00000001.spool")).unwrap();
        drop((spool, writer));
        file.set_len(end).unwrap();
        // Of a file that is used again, the rest is what it held before.
        let rest = usize::try_from(end).ok().and_then(|end| before.get(end..));
        file.write_all_at(rest.filter(|_| again).unwrap_or(&garbage), end).unwrap();
        let found = found(folder.path(), "worker_0");
        prop_assert!(found.len() >= flushed);
        prop_assert_eq!(&found[..], &written[..found.len()]);
    }
}
