//! Everything that is logged, at every level, kept so that tests can look for what must not be
//! there.

use std::{
    io,
    sync::{Arc, Mutex, OnceLock},
};

use tracing_subscriber::fmt::MakeWriter;

/// The log of this process.
#[derive(Clone, Debug, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

/// Starts to keep the log, once.
pub fn kept() -> Log {
    static LOG: OnceLock<Log> = OnceLock::new();
    let start = || {
        let log = Log::default();
        let lines = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE);
        let lines = lines.with_ansi(false).with_writer(log.clone()).finish();
        tracing::subscriber::set_global_default(lines).unwrap();
        log
    };
    LOG.get_or_init(start).clone()
}

// === impl Log ===

impl Log {
    pub fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    /// The id of the request to this group that was settled, if one was.
    pub fn settled(&self, group: &str) -> Option<String> {
        let text = self.text();
        let asked = format!("asked=\"{group}\"");
        let line = text.lines().find(|line| line.contains("settled") && line.contains(&asked))?;
        let (_, id) = line.split_once("request=\"")?;
        id.split_once('"').map(|(id, _)| id.to_owned())
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}
