//! Closing of the document's shapes: our objects have no other fields than those that are named,
//! and in answers a nullable field is always present.

use std::collections::BTreeSet;

use gateway_api::FIELD_PREFIX;
use serde_json::{Map, Value, json};

type Object = Map<String, Value>;

/// Where schemas are, and how they are referred to.
const SCHEMAS: &str = "#/components/schemas/";

/// The document with its objects closed.
pub(super) fn close(mut document: Value) -> Value {
    let mut schemas = document["components"]["schemas"].take();
    if let Some(schemas) = schemas.as_object_mut() {
        let all = schemas.clone();
        schemas.values_mut().for_each(|schema| each(schema, &mut |object| put_field(object, &all)));
        let open = schemas.clone();
        schemas.values_mut().for_each(|schema| merge(schema, &open));
        schemas.values_mut().for_each(|schema| each(schema, &mut loosen));
        each(&mut document, &mut |object| merge_here(object, &open));
        responses(&mut document).for_each(|response| describe(response, &open));
        schemas.values_mut().for_each(|schema| each(schema, &mut shut));
        each(&mut document, &mut shut);
        bodies(&mut document).for_each(|body| leave_out(body, schemas));
        let everywhere = reached(vec![&document["paths"]], schemas);
        schemas.retain(|name, _| everywhere.contains(name));
        let answers = operations(&document).map(|operation| &operation["responses"]).collect();
        for name in reached(answers, schemas) {
            if let Some(schema) = schemas.get_mut(&name) {
                each(schema, &mut require);
            }
        }
    }
    document["components"]["schemas"] = schemas;
    document
}

/// Does something to every object of a part.
fn each(part: &mut Value, change: &mut impl FnMut(&mut Object)) {
    match part {
        Value::Object(object) => {
            change(object);
            // What is shown as an example is not a schema.
            let parts = object.iter_mut().filter(|(key, _)| !key.starts_with("example"));
            parts.for_each(|(_, part)| each(part, change));
        }
        Value::Array(parts) => parts.iter_mut().for_each(|part| each(part, change)),
        _ => {}
    }
}

/// Puts the shape of a request's field where the field is.
fn put_field(object: &mut Object, all: &Object) {
    let name = object.get("$ref").and_then(Value::as_str);
    let name = name.and_then(|path| path.strip_prefix(SCHEMAS));
    let name = name.filter(|name| name.starts_with(FIELD_PREFIX));
    let Some(Value::Object(mut shape)) = name.and_then(|name| all.get(name)).cloned() else {
        return;
    };
    if let Some(about) = object.remove("description") {
        // Of a shape or null, the description is that of the shape.
        match shape.get_mut("oneOf").and_then(|shapes| shapes.get_mut(0)) {
            Some(named) => named["description"] = about,
            None => drop(shape.insert("description".to_owned(), about)),
        }
    }
    *object = shape;
}

/// Makes one object of those that are flattened into each other.
fn merge(schema: &mut Value, all: &Object) {
    each(schema, &mut |object| merge_here(object, all));
}

fn merge_here(object: &mut Object, all: &Object) {
    let Some(Value::Array(parts)) = object.remove("allOf") else { return };
    for mut part in parts {
        let name = part["$ref"].as_str().and_then(|path| path.strip_prefix(SCHEMAS));
        if let Some(named) = name.and_then(|name| all.get(name)) {
            part = named.clone();
        }
        merge(&mut part, all);
        let Value::Object(part) = part else { continue };
        for (key, value) in part {
            match (object.get_mut(&key), value) {
                (Some(Value::Object(to)), Value::Object(value)) if key == "properties" => {
                    to.extend(value);
                }
                (Some(Value::Array(to)), Value::Array(value)) if key == "required" => {
                    to.extend(value);
                }
                (Some(_), _) => {}
                (None, value) => drop(object.insert(key, value)),
            }
        }
    }
}

/// Of several shapes without a mark of which it is, a value may fit more than one: a list of nothing
/// fits every list.
fn loosen(object: &mut Object) {
    if !object.contains_key("discriminator")
        && let Some(shapes) = object.remove("oneOf")
    {
        object.insert("anyOf".to_owned(), shapes);
    }
}

fn responses(document: &mut Value) -> impl Iterator<Item = &mut Object> {
    let pages = document["paths"].as_object_mut().into_iter().flat_map(Map::values_mut);
    let operations = pages.filter_map(Value::as_object_mut).flat_map(Map::values_mut);
    let all = operations.filter_map(|operation| operation["responses"].as_object_mut());
    all.flat_map(Map::values_mut).filter_map(Value::as_object_mut)
}

fn bodies(document: &mut Value) -> impl Iterator<Item = &mut Object> {
    let pages = document["paths"].as_object_mut().into_iter().flat_map(Map::values_mut);
    let operations = pages.filter_map(Value::as_object_mut).flat_map(Map::values_mut);
    operations.filter_map(|operation| operation.get_mut("requestBody")?.as_object_mut())
}

/// A body is read as an object without fields if there is none: where no field has to be there, it
/// can be left out.
fn leave_out(body: &mut Object, all: &Object) {
    let path = body["content"]["application/json"]["schema"]["$ref"].as_str();
    let shape = path.and_then(|path| all.get(path.strip_prefix(SCHEMAS)?));
    let needed = shape.and_then(|shape| shape["required"].as_array());
    if shape.is_some() && needed.is_none_or(Vec::is_empty) {
        body.insert("required".to_owned(), false.into());
    }
}

/// Says of an answer what is said of its schema, where nothing else is said.
fn describe(response: &mut Object, all: &Object) {
    if response.get("description").is_some_and(|found| found != "") {
        return;
    }
    let content = response.get("content").and_then(Value::as_object);
    let schema = content.and_then(|content| content.values().next()).map(|kind| &kind["schema"]);
    let path =
        schema.and_then(|schema| schema["$ref"].as_str().or(schema["items"]["$ref"].as_str()));
    let name = path.and_then(|path| path.strip_prefix(SCHEMAS));
    let about = name.and_then(|name| all.get(name)?.get("description").cloned());
    response.insert("description".to_owned(), about.unwrap_or_else(|| "Done.".into()));
}

/// Allows no fields but those that are named, or any where none is.
fn shut(object: &mut Object) {
    if object.get("type").is_some_and(is_object) && !object.contains_key("additionalProperties") {
        let any = !object.contains_key("properties");
        object.insert("additionalProperties".to_owned(), any.into());
    }
}

fn is_object(kind: &Value) -> bool {
    kind == "object" || kind.as_array().is_some_and(|kinds| kinds.contains(&"object".into()))
}

/// What can be null is always there: absent would say nothing else.
fn require(object: &mut Object) {
    // Of shapes that are not ours nothing of the kind is known.
    let any = |others: &Value| others.as_object().map_or(others == true, Map::is_empty);
    if object.get("additionalProperties").is_none_or(any) {
        return;
    }
    let Some(Value::Object(properties)) = object.get("properties") else { return };
    let nulls = properties.iter().filter(|(_, schema)| can_be_null(schema));
    let mut names: BTreeSet<String> = nulls.map(|(name, _)| name.clone()).collect();
    if let Some(Value::Array(required)) = object.get("required") {
        names.extend(required.iter().filter_map(Value::as_str).map(str::to_owned));
    }
    object.insert("required".to_owned(), json!(names));
}

/// Whether null is one of its values, and absent another: a default says that they are the same.
fn can_be_null(schema: &Value) -> bool {
    if schema.get("default").is_some() {
        return false;
    }
    let null = |kind: &Value| kind == "null";
    let kinds = schema["type"].as_array().is_some_and(|kinds| kinds.iter().any(null));
    let one_of = ["oneOf", "anyOf"].into_iter().filter_map(|key| schema[key].as_array());
    kinds || one_of.flatten().any(|schema| null(&schema["type"]))
}

fn operations(document: &Value) -> impl Iterator<Item = &Value> {
    let pages = document["paths"].as_object().into_iter().flat_map(Map::values);
    pages.filter_map(Value::as_object).flat_map(Map::values)
}

/// The schemas that these parts name, and those that they are made of.
fn reached<'a>(mut next: Vec<&'a Value>, schemas: &'a Object) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    while let Some(part) = next.pop() {
        match part {
            Value::Array(parts) => next.extend(parts),
            Value::Object(object) => next.extend(object.values()),
            Value::String(text) => {
                let name = text.strip_prefix(SCHEMAS).filter(|name| !found.contains(*name));
                if let Some((name, schema)) = name.and_then(|name| schemas.get_key_value(name)) {
                    found.insert(name.clone());
                    next.push(schema);
                }
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flattened_shapes_are_merged_and_ours_are_closed() {
        let schema = |name: &str| json!({"schema": {"$ref": format!("{SCHEMAS}{name}")}});
        let operation = json!({
            "requestBody": {"content": {"application/json": schema("Asked")}},
            "responses": {"200": {"content": {"application/json": schema("Told")}}},
        });
        let maybe = json!({"type": ["string", "null"]});
        let named = json!({"type": "object", "properties": {"a": maybe, "b": {"type": "string"}},
            "required": ["b"]});
        let closed = close(json!({
            "paths": {"/page": {"post": operation}},
            "components": {"schemas": {
                "Asked": {"type": "object", "properties": {"a": maybe}},
                "Part": named,
                "Told": {"description": "What is told.", "allOf": [
                    {"$ref": format!("{SCHEMAS}Part")},
                    {"type": "object", "properties": {"any": {"type": "object"}}}
                ]},
            }},
        }));
        let schemas = &closed["components"]["schemas"];
        // What is asked may leave out what can be null; what is told never does.
        assert_eq!(schemas["Asked"]["required"], Value::Null);
        assert_eq!(schemas["Asked"]["additionalProperties"], false);
        assert!(schemas["Part"].is_null(), "it is a part of `Told` now");
        let told = &schemas["Told"];
        assert_eq!(told["additionalProperties"], false);
        assert!(told["allOf"].is_null());
        let properties = told["properties"].as_object().unwrap();
        assert_eq!(properties.keys().collect::<Vec<_>>(), ["a", "any", "b"]);
        for name in ["a", "b"] {
            assert!(told["required"].as_array().unwrap().contains(&json!(name)), "{told}");
        }
        let told = &closed["paths"]["/page"]["post"]["responses"]["200"]["description"];
        assert_eq!(told, "What is told.");
    }
}
