//! A real gateway in front of the emulated Azure, for commands that read its ledger.

use std::sync::Arc;

use ::gateway::{Running, Workers, config::Config};
use azure_emulator::{Emulator, Scenario};
use harness::config::{GROUP, ROUTER, config, entry};
use llm_types::SystemClock;
use tempfile::TempDir;

use crate::run::{Ran, Run, fareway};

pub(crate) const MASTER_KEY: &str = "sk-the-master-key-of-the-gateway-77";
const AZURE_KEY: &str = "azure-key-that-nobody-may-see-9d27";

/// A gateway whose Azure always answers with the same model.
pub(crate) struct Setup {
    _azure: Emulator,
    gateway: Running,
    _folder: TempDir,
    _runtime: tokio::runtime::Runtime,
}

impl Setup {
    pub(crate) fn start(served: &str) -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let azure = Emulator::builder().key(AZURE_KEY).scenarios([Scenario::served(served)]);
        let azure = runtime.block_on(azure.start()).unwrap();
        let text = config(&entry(GROUP, ROUTER, &azure.openai_v1()), "");
        let variable = |name: &str| match name {
            "AZURE_KEY" => Some(AZURE_KEY.to_owned()),
            "MASTER_KEY" => Some(MASTER_KEY.to_owned()),
            _ => None,
        };
        let file = folder.path().join("config.yaml").display().to_string();
        let config = Config::parse(&text, &file, &variable).unwrap();
        let start =
            Running::start(config, ([127, 0, 0, 1], 0).into(), Workers(1), Arc::new(SystemClock));
        let gateway = runtime.block_on(start).unwrap();
        Self { _azure: azure, gateway, _folder: folder, _runtime: runtime }
    }

    /// A command as the operator.
    pub(crate) fn fareway(&self, arguments: &str) -> Run {
        self.fareway_as(MASTER_KEY, arguments)
    }

    /// A command with this key. The gateway is named by an argument for `chat`, by a variable
    /// otherwise.
    pub(crate) fn fareway_as(&self, key: &str, arguments: &str) -> Run {
        let url = format!("http://{}", self.gateway.address());
        let run = match arguments.strip_prefix("chat") {
            Some(more) => fareway(&format!("chat --gateway {url} {more}")),
            None => fareway(arguments),
        };
        run.env("FAREWAY_GATEWAY", &url).env("FAREWAY_API_KEY", key)
    }

    /// A command as the operator that must succeed.
    #[track_caller]
    pub(crate) fn done(&self, arguments: &str) -> Ran {
        let ran = self.fareway(arguments).run();
        assert_eq!(ran.code, 0, "{ran}");
        ran
    }

    /// What a user sees, ids and times replaced by zeros of the same length.
    pub(crate) fn seen(&self, arguments: &str) -> String {
        let text = self.fareway(arguments).run().to_string();
        assert!(!text.contains(MASTER_KEY) && !text.contains(AZURE_KEY), "a secret: {text}");
        blurred(&text)
    }
}

/// The text with zeros in the place of ids, hashes, the ends of keys, and times.
pub(crate) fn blurred(text: &str) -> String {
    let mut shown = String::new();
    let mut word = String::new();
    for letter in text.chars().chain(['\n']) {
        if letter.is_ascii_alphanumeric() || matches!(letter, '-' | ':' | '.') {
            word.push(letter);
            continue;
        }
        shown.push_str(&blurred_word(&word));
        shown.push(letter);
        word.clear();
    }
    shown.pop();
    shown
}

fn blurred_word(word: &str) -> String {
    let hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let zeros = |text: &str| text.replace(|letter: char| letter.is_ascii_hexdigit(), "0");
    let trimmed = word.trim_end_matches('.');
    let is_id = matches!(trimmed.len(), 12 | 64) && hex(trimmed)
        || trimmed.len() == 36 && trimmed.split('-').count() == 5;
    let is_time = word.starts_with("202") && word.contains('-')
        || word.len() == 8 && word.split(':').count() == 3;
    if let Some(end) = word.strip_prefix("sk-...") {
        return format!("sk-...{}", zeros(end));
    }
    match word.split_once('T') {
        // Trailing zeros of a fraction are not written, so its length is another each time.
        Some((day, _)) if is_time => format!("{}T00:00:00Z", zeros(day)),
        _ if is_id || is_time => zeros(word),
        _ => word.to_owned(),
    }
}
