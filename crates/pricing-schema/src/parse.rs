//! Parses text into a [`SourceFile`], with errors that name the model and the field.

use crate::{
    error::{Rule, SchemaError},
    source::SourceFile,
};
use serde_path_to_error::{Path, Segment};

/// Reads the shape of a price file; `file` is its name in messages.
///
/// # Errors
///
/// The first thing that is not JSON, an unknown or missing field, or a value of the wrong kind.
pub fn parse(text: &str, file: &str) -> Result<SourceFile, SchemaError> {
    let mut json = serde_json::Deserializer::from_str(text);
    let mut source: SourceFile = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let (model, field) = locate(text, error.path());
        shape_error(file, model, field, error.inner())
    })?;
    // Serde stops after the first value; whatever follows it in the file is a mistake.
    json.end().map_err(|error| shape_error(file, None, String::new(), &error))?;
    file.clone_into(&mut source.name);
    Ok(source)
}

fn shape_error(
    file: &str,
    model: Option<String>,
    field: String,
    error: &serde_json::Error,
) -> SchemaError {
    SchemaError {
        file: file.to_owned(),
        model,
        field,
        rule: Rule::Shape,
        problem: error.to_string(),
    }
}

/// The model's id and the path inside of it; outside of models the whole path.
fn locate(text: &str, path: &Path) -> (Option<String>, String) {
    let segments: Vec<&Segment> = path.iter().collect();
    if let [Segment::Map { key }, Segment::Seq { index }, rest @ ..] = segments.as_slice()
        && key == "models"
    {
        return (Some(model_id(text, *index)), render(rest));
    }
    (None, render(&segments))
}

/// The id of a model in a file that may be broken elsewhere.
fn model_id(text: &str, index: usize) -> String {
    // Read a second time without types, as the typed reading has just failed.
    serde_json::from_str::<serde_json::Value>(text)
        .ok()
        .and_then(|file| Some(file["models"][index]["id"].as_str()?.to_owned()))
        .unwrap_or_else(|| format!("models[{index}]"))
}

fn render(segments: &[&Segment]) -> String {
    let mut path = String::new();
    for segment in segments {
        match segment {
            Segment::Seq { index } => path.push_str(&format!("[{index}]")),
            Segment::Map { key } | Segment::Enum { variant: key } => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(key);
            }
            Segment::Unknown => {}
        }
    }
    path
}
