//! The tools of a request, and the choice between them.

use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::{
    json::{self, Json, object},
    names::Names,
    object::{Object, Typed, admits, elements},
    refused::Refused,
    rules::{Dropped, responses_tools as rules},
};

/// The tools of a chat, with their names.
#[derive(Default)]
pub(super) struct Tools<'a> {
    pub(super) list: Vec<Json<'a>>,
    pub(super) names: Names,
}

/// A namespace around a tool.
struct Namespace<'a> {
    name: Cow<'a, str>,
    description: Cow<'a, str>,
}

// === impl Tools ===

impl<'a> Tools<'a> {
    /// Adds the tools of a list.
    pub(super) fn add(
        &mut self,
        raw: &'a RawValue,
        path: &str,
        dropped: &mut Dropped,
    ) -> Result<(), Refused> {
        for (tool, path) in elements(raw, path)? {
            self.add_one(tool, path, None, dropped)?;
        }
        Ok(())
    }

    fn add_one(
        &mut self,
        raw: &'a RawValue,
        path: String,
        within: Option<&Namespace<'a>>,
        dropped: &mut Dropped,
    ) -> Result<(), Refused> {
        let Some(tool) = Typed::read(raw, path, &rules::TOOL, dropped)? else { return Ok(()) };
        match &*tool.kind {
            "function" => self.function(tool, within, dropped),
            "custom" => self.custom(tool, within, dropped),
            "namespace" if within.is_none() => self.namespace(tool, dropped),
            "web_search" if within.is_none() => search(tool, dropped),
            _ => Err(Refused::new(tool.path, "is in a namespace, where this tool cannot be")),
        }
    }

    fn function(
        &mut self,
        tool: Typed<'a>,
        within: Option<&Namespace<'a>>,
        dropped: &mut Dropped,
    ) -> Result<(), Refused> {
        let tool = tool.object(&rules::FUNCTION, dropped)?;
        let function = object! {
            "name": self.name(&tool, within)?,
            "description": described(tool.text("description")?, within),
            "parameters": tool.raw("parameters"),
            "strict": tool.raw("strict"),
        };
        self.list.push(object! { "type": "function", "function": function });
        Ok(())
    }

    fn custom(
        &mut self,
        tool: Typed<'a>,
        within: Option<&Namespace<'a>>,
        dropped: &mut Dropped,
    ) -> Result<(), Refused> {
        let tool = tool.object(&rules::CUSTOM, dropped)?;
        let format = match tool.object("format")? {
            None => Json::Absent,
            Some(raw) => grammar(&Object::read(raw, tool.at("format"), &rules::GRAMMAR, dropped)?)?,
        };
        let custom = object! {
            "name": self.name(&tool, within)?,
            "description": described(tool.text("description")?, within),
            "format": format,
        };
        self.list.push(object! { "type": "custom", "custom": custom });
        Ok(())
    }

    fn namespace(&mut self, tool: Typed<'a>, dropped: &mut Dropped) -> Result<(), Refused> {
        let space = tool.object(&rules::NAMESPACE, dropped)?;
        let namespace = Namespace {
            name: space.required_text("name")?,
            description: space.text("description")?.unwrap_or_default(),
        };
        for (tool, path) in elements(space.required("tools")?, &space.at("tools"))? {
            self.add_one(tool, path, Some(&namespace), dropped)?;
        }
        Ok(())
    }

    fn name(
        &mut self,
        tool: &Object<'a>,
        within: Option<&Namespace<'a>>,
    ) -> Result<String, Refused> {
        let name = tool.required_text("name")?;
        Ok(self.names.declare(within.map(|space| &*space.name), &name))
    }

    /// The chat's `tool_choice`.
    pub(super) fn choice(
        &self,
        raw: &'a RawValue,
        path: &str,
        dropped: &mut Dropped,
    ) -> Result<Json<'a>, Refused> {
        if json::is_text(raw) {
            return Ok(Json::Raw(raw));
        }
        let choice = Typed::read(raw, path.to_owned(), &rules::CHOICE, dropped)?;
        let Some(choice) = choice else { return Ok(Json::Absent) };
        let kind = choice.kind.clone();
        let choice = choice.object(&rules::CHOSEN, dropped)?;
        if kind != "allowed_tools" {
            let named = object! { "name": self.names.chosen(choice.required_text("name")?) };
            return Ok(match &*kind {
                "custom" => object! { "type": "custom", "custom": named },
                _ => object! { "type": "function", "function": named },
            });
        }
        let mut tools = Vec::new();
        for (tool, path) in elements(choice.required("tools")?, &choice.at("tools"))? {
            tools.push(self.choice(tool, &path, dropped)?);
        }
        let allowed = object! { "mode": choice.required("mode")?, "tools": tools };
        Ok(object! { "type": "allowed_tools", "allowed_tools": allowed })
    }
}

/// Codex offers a search of cached pages by default; one that reaches the web is refused.
fn search(tool: Typed<'_>, dropped: &mut Dropped) -> Result<(), Refused> {
    const ACCESS: &str = "external_web_access";
    // Without the key it reaches the web.
    let access = tool.raw(ACCESS).unwrap_or(RawValue::TRUE);
    admits(&rules::SEARCH, ACCESS, access, || tool.path, dropped).map(drop)
}

/// A tool's description, after that of its namespace.
fn described<'a>(
    own: Option<Cow<'a, str>>,
    within: Option<&Namespace<'a>>,
) -> Option<Cow<'a, str>> {
    match (own, within.map(|space| &*space.description)) {
        (own, None | Some("")) => own,
        (None, Some(space)) => Some(space.to_owned().into()),
        (Some(own), Some(space)) => Some(format!("{space}\n{own}").into()),
    }
}

fn grammar<'a>(format: &Object<'a>) -> Result<Json<'a>, Refused> {
    if &*format.required_text("type")? == "text" {
        return Ok(object! { "type": "text" });
    }
    let grammar = object! {
        "definition": format.required_text("definition")?,
        "syntax": format.required_text("syntax")?,
    };
    Ok(object! { "type": "grammar", "grammar": grammar })
}
