//! `fareway keys`: creates, changes and lists a gateway's virtual keys.

mod display;
mod lookup;
mod terms;

use std::{
    io::{self, Write},
    process::ExitCode,
};

use serde_json::json;

use self::{
    display::{COLUMNS, FIELDS},
    terms::{Clear, Terms},
};
use crate::{
    client::api::{Api, ApiArguments},
    output::{
        command_error::Failure,
        format::{self, Format, OutputArguments},
        json_record::Record,
        table::{Column, Table},
        terminal,
    },
};

/// Create keys for a gateway, change them, and see what they spent
#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    List(List),
    Create(Create),
    Show(Show),
    Update(Update),
    /// Refuse a key's requests until it is unblocked
    Block(Named),
    /// Accept a blocked key again
    Unblock(Named),
    /// Replace a key with a new one, printed only once; the old key stops working
    ///
    /// The new key has the same terms, and continues the budget
    Regenerate(Named),
    Delete(Delete),
}

/// List the keys, newest first
#[derive(clap::Args)]
struct List {
    /// Only those of this team
    #[arg(long, value_name = "ID")]
    team: Option<String>,
    /// Only those of this user
    #[arg(long, value_name = "ID")]
    user: Option<String>,
    #[command(flatten)]
    output: OutputArguments,
    #[command(flatten)]
    api: ApiArguments,
}

/// Create a key; it is printed once, and only its hash is kept
///
/// The key alone goes to standard output, so that `KEY=$(fareway keys create)` holds it.
#[derive(clap::Args)]
struct Create {
    #[command(flatten)]
    terms: Terms,
    /// Print JSON as the gateway sent it, the key in it
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    api: ApiArguments,
}

/// Show a key: its terms, and what it spent
#[derive(clap::Args)]
struct Show {
    #[arg(help = lookup::HELP_OWN)]
    key: Option<String>,
    /// Print JSON as the gateway sent it
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    api: ApiArguments,
}

/// Change a key; terms that are not named stay unchanged
#[derive(clap::Args)]
struct Update {
    #[arg(help = lookup::HELP)]
    key: String,
    #[command(flatten)]
    terms: Terms,
    /// Unset these terms of the key
    #[arg(long, value_name = "TERM,…", value_delimiter = ',')]
    clear: Vec<Clear>,
    /// Print JSON as the gateway sent it
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    api: ApiArguments,
}

#[derive(clap::Args)]
struct Named {
    #[arg(help = lookup::HELP)]
    key: String,
    /// Print JSON as the gateway sent it
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    api: ApiArguments,
}

/// Delete keys for good; their spending stays recorded
#[derive(clap::Args)]
struct Delete {
    #[arg(help = lookup::HELP, required = true)]
    keys: Vec<String>,
    /// Print JSON as the gateway sent it
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    api: ApiArguments,
}

pub(crate) fn run(arguments: Arguments) -> Result<ExitCode, Failure> {
    match arguments.command {
        Command::List(list) => list.run()?,
        Command::Create(create) => {
            let body = create.terms.fields()?;
            made(&create.api.api()?, "/key/generate", &body, create.json)?;
        }
        Command::Show(show) => show.run()?,
        Command::Update(update) => update.run()?,
        Command::Block(named) => named.change("/key/block", "is blocked")?,
        Command::Unblock(named) => named.change("/key/unblock", "is unblocked")?,
        Command::Regenerate(named) => {
            let api = named.api.api()?;
            let body = json!({"key": lookup::id(&api, &named.key)?});
            made(&api, "/key/regenerate", &body, named.json)?;
        }
        Command::Delete(delete) => delete.run()?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Creates a key and shows it, which is possible only once.
fn made(api: &Api, path: &str, body: &impl serde::Serialize, as_json: bool) -> Result<(), Failure> {
    let answer = api.post(path, body)?;
    let record = Record::read(&answer)?;
    let secret = record.required("key")?;
    if as_json {
        format::json(&answer)?;
    } else {
        writeln!(io::stdout().lock(), "{}", terminal::printable(&secret))?;
    }
    terminal::remark(&format!(
        "The key is shown this once and kept nowhere: keep it now. Its id is {}.",
        Column::short("", "token").of(&record)
    ));
    Ok(())
}

fn say(key: &str, what: &str) {
    terminal::remark(&format!("The key {} {what}.", terminal::cell(key)));
}

// === impl List ===

impl List {
    fn run(self) -> Result<(), Failure> {
        let api = self.api.api()?;
        let format = self.output.format();
        let filters = [("team_id", self.team.as_deref()), ("user_id", self.user.as_deref())];
        let filters = filters.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let keys = lookup::all(&api, &filters.collect::<Vec<_>>())?;
        match format {
            Format::Json => format::json_list(&keys)?,
            Format::Csv => format::csv(FIELDS, &records(&keys)?)?,
            Format::Table if keys.is_empty() => terminal::remark("No keys match."),
            Format::Table => {
                let mut table = Table::new(COLUMNS);
                records(&keys)?.iter().for_each(|key| table.add(key));
                table.print()?;
            }
        }
        Ok(())
    }
}

fn records(keys: &[Box<serde_json::value::RawValue>]) -> Result<Vec<Record>, Failure> {
    keys.iter().map(|key| Record::read(key)).collect()
}

// === impl Show ===

impl Show {
    fn run(self) -> Result<(), Failure> {
        let api = self.api.api()?;
        let id = self.key.map(|key| lookup::id(&api, &key)).transpose()?;
        let query: Vec<(&str, &str)> = id.iter().map(|id| ("key", id.as_str())).collect();
        let answer = api.get(&["key", "info"], &query)?;
        if self.json {
            return Ok(format::json(&answer)?);
        }
        let info = Record::read(&answer)?.record("info");
        display::print(
            &info.ok_or_else(|| crate::output::json_record::unexpected("an object in `info`"))?,
        )
    }
}

// === impl Update ===

impl Update {
    fn run(self) -> Result<(), Failure> {
        let mut body = self.terms.fields()?;
        body.clear(&self.clear)?;
        if body.is_empty() {
            return Err(Failure::usage("nothing to change was named")
                .advise("`fareway keys update --help` shows what can be."));
        }
        let api = self.api.api()?;
        body.set("key", &lookup::id(&api, &self.key)?)?;
        let answer = api.post("/key/update", &body)?;
        if self.json { Ok(format::json(&answer)?) } else { display::print(&Record::read(&answer)?) }
    }
}

// === impl Named ===

impl Named {
    fn change(self, path: &str, what: &str) -> Result<(), Failure> {
        let api = self.api.api()?;
        let id = lookup::id(&api, &self.key)?;
        let answer = api.post(path, &json!({"key": id}))?;
        if self.json {
            format::json(&answer)?;
        }
        let key = Record::read(&answer)?;
        say(&key.text("key_alias").or_else(|| key.text("key_name")).unwrap_or(id), what);
        Ok(())
    }
}

// === impl Delete ===

impl Delete {
    fn run(self) -> Result<(), Failure> {
        let api = self.api.api()?;
        let ids = self.keys.iter().map(|key| lookup::id(&api, key));
        // All are looked up before any is deleted, so that a mistyped one stops the command.
        let ids = ids.collect::<Result<Vec<_>, _>>()?;
        let answer = api.post("/key/delete", &json!({"keys": ids}))?;
        if self.json {
            format::json(&answer)?;
        }
        for id in Record::read(&answer)?.list("deleted_keys")? {
            say(id.get().trim_matches('"'), "is deleted");
        }
        Ok(())
    }
}
