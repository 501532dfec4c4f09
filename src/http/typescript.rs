//! The TypeScript types of the REST interface, made from its description (`describe.rs`), which is held against what routes take
//! and answer. `VIVA_REFRESH=1 cargo test http::typescript` writes `web/src/wire/rest.ts` anew; without the variable the test fails
//! when that file is stale.

use super::describe::described;
use crate::typescript::hold;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

const HEAD: &str = "\
// What the REST interface takes and answers. Made from its description by `VIVA_REFRESH=1 cargo test http::typescript`; do not edit.
";
/// Limits from here on say only that a number is exact.
const NO_LIMIT: i64 = 1 << 53;
/// Methods of routes, as descriptions write them.
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];
const JSON: &str = "application/json";

#[test]
fn the_page_s_types_are_fresh() {
    hold("web/src/wire/rest.ts", &file(&described().document), "http::typescript");
}

fn file(document: &Value) -> String {
    let schemas = document["components"]["schemas"].as_object().expect("schemas");
    let routes = Routes::of(document);
    let elsewhere = elsewhere(schemas);
    let known = |name: &str| elsewhere.iter().any(|(_, names)| names.contains(name));
    let used = reachable(schemas, &routes.names, known);
    let mut text = HEAD.to_owned();
    for (from, names) in &elsewhere {
        let taken: Vec<&str> = used.iter().filter(|name| names.contains(*name)).map(String::as_str).collect();
        if !taken.is_empty() {
            text.push_str(&format!("import type {{ {} }} from \"./{from}\";\n", taken.join(", ")));
        }
    }
    for name in used.iter().filter(|name| !known(name)) {
        let schema = &schemas[name.as_str()];
        text.push_str(&format!("\n{}export type {name} = {};\n", doc(schema, ""), form(schema, "")));
    }
    let told = "What is taken and answered, by method and address; what stands in braces is put into the address.";
    text.push_str(&format!("\n/** {told} */\nexport type Routes = {{\n{}}};\n", routes.text));
    let told = "Addresses of what is saved as a file.";
    text.push_str(&format!("\n/** {told} */\nexport type Downloads =\n  | {};\n", routes.downloads.join("\n  | ")));
    for name in reachable(schemas, &routes.taken, |_| false) {
        text.push_str(&limits(&name, &schemas[name.as_str()]));
    }
    text
}

/// Types that are made from Rust's own, by file, each name once: those say more than a description can.
fn elsewhere(schemas: &Map<String, Value>) -> Vec<(&'static str, BTreeSet<String>)> {
    let mut known = BTreeSet::new();
    let mut names = |types: String| {
        let declared = types.split("\nexport type ").skip(1);
        let fresh = declared.filter_map(|declared| {
            let name = declared.split([' ', '<']).next()?;
            let properties = schemas.get(name).and_then(|schema| schema["properties"].as_object());
            for property in properties.into_iter().flat_map(Map::keys) {
                assert!(declared.contains(property), "{name} is described with {property}, which Rust's own has not");
            }
            known.insert(name.to_owned()).then(|| name.to_owned())
        });
        fresh.collect()
    };
    vec![
        ("review", names(crate::app::review::typescript::types())),
        ("scorecard", names(crate::scorecard::typescript::types())),
    ]
}

/// The routes that a page asks, as they are written down.
#[derive(Default)]
struct Routes {
    text: String,
    downloads: Vec<String>,
    /// Types that are taken or answered.
    names: BTreeSet<String>,
    /// Types that are taken.
    taken: BTreeSet<String>,
}

impl Routes {
    fn of(document: &Value) -> Routes {
        let mut routes = Routes::default();
        for (path, operations) in document["paths"].as_object().expect("paths") {
            for method in METHODS.iter().filter(|_| path.starts_with("/v1/")) {
                let operation = &operations[*method];
                // Sockets have types of their own.
                if operation.is_object() && operation["responses"].get("101").is_none() {
                    routes.add(method, path, operation);
                }
            }
        }
        routes
    }

    fn add(&mut self, method: &str, path: &str, operation: &Value) {
        let answers = operation["responses"].as_object().into_iter().flatten();
        let answers: Vec<&Value> =
            answers.filter(|(status, _)| status.starts_with('2')).map(|(_, answer)| answer).collect();
        let contents = answers.iter().filter_map(|answer| answer["content"].as_object());
        if contents.flat_map(Map::keys).any(|kind| kind != JSON) {
            self.downloads.push(format!("\"{path}\""));
            return;
        }
        // What only redirects is gone to, not asked.
        if answers.is_empty() {
            return;
        }
        let mut parts = Vec::new();
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let asked: Vec<String> =
            parameters.filter(|parameter| parameter["in"] == "query").map(|parameter| self.asked(parameter)).collect();
        if !asked.is_empty() {
            parts.push(format!("query: {{ {} }}", asked.join("; ")));
        }
        if let Some(schema) = operation.pointer("/requestBody/content/application~1json/schema") {
            self.names.extend(references(schema));
            self.taken.extend(references(schema));
            parts.push(format!("body: {}", form(schema, "")));
        }
        let mut answered: Vec<String> = Vec::new();
        for answer in answers {
            let schema = answer.pointer("/content/application~1json/schema");
            self.names.extend(schema.map(references).into_iter().flatten());
            answered.push(schema.map_or("null".to_owned(), |schema| form(schema, "")));
        }
        answered.dedup();
        parts.push(format!("answer: {}", answered.join(" | ")));
        let summary = operation["summary"].as_str().unwrap_or_default();
        let method = method.to_uppercase();
        self.text.push_str(&format!("  /** {summary}. */\n  \"{method} {path}\": {{ {} }};\n", parts.join("; ")));
    }

    fn asked(&mut self, parameter: &Value) -> String {
        self.names.extend(references(&parameter["schema"]));
        let mark = if parameter["required"] == true { "" } else { "?" };
        format!("{}{mark}: {}", parameter["name"].as_str().unwrap_or_default(), form(&parameter["schema"], ""))
    }
}

/// Names of types that stand in a schema, itself included.
fn references(schema: &Value) -> BTreeSet<String> {
    let within = |inner: &mut dyn Iterator<Item = &Value>| inner.flat_map(references).collect();
    match schema {
        Value::Object(fields) => {
            let mut found: BTreeSet<String> = within(&mut fields.values());
            found.extend(named(schema));
            found
        }
        Value::Array(items) => within(&mut items.iter()),
        _ => BTreeSet::new(),
    }
}

fn named(schema: &Value) -> Option<String> {
    schema["$ref"].as_str()?.rsplit('/').next().map(str::to_owned)
}

/// Types that these are made of, themselves included; what `ends` says is not looked into.
fn reachable(schemas: &Map<String, Value>, from: &BTreeSet<String>, ends: impl Fn(&str) -> bool) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut left: Vec<String> = from.iter().cloned().collect();
    while let Some(name) = left.pop() {
        if found.insert(name.clone()) && !ends(&name) {
            left.extend(schemas.get(&name).map(references).into_iter().flatten());
        }
    }
    found
}

/// A schema as a type; `indent` stands before its lines.
fn form(schema: &Value, indent: &str) -> String {
    if let Some(name) = named(schema) {
        return name;
    }
    for (key, joint) in [("oneOf", " | "), ("anyOf", " | "), ("allOf", " & ")] {
        if let Some(parts) = schema[key].as_array() {
            let mut parts: Vec<String> = parts.iter().map(|part| form(part, indent)).collect();
            parts.dedup();
            return parts.join(joint);
        }
    }
    if let Some(values) = schema["enum"].as_array() {
        return values.iter().map(Value::to_string).collect::<Vec<_>>().join(" | ");
    }
    match &schema["type"] {
        Value::String(kind) => plain(kind, schema, indent),
        Value::Array(kinds) => {
            let kinds = kinds.iter().filter_map(Value::as_str).map(|kind| plain(kind, schema, indent));
            kinds.collect::<Vec<_>>().join(" | ")
        }
        _ => "unknown".to_owned(),
    }
}

fn plain(kind: &str, schema: &Value, indent: &str) -> String {
    match kind {
        "integer" | "number" => "number".to_owned(),
        "array" => match schema["prefixItems"].as_array() {
            Some(items) => {
                format!("[{}]", items.iter().map(|item| form(item, indent)).collect::<Vec<_>>().join(", "))
            }
            None => format!("Array<{}>", form(&schema["items"], indent)),
        },
        "object" => object(schema, indent),
        _ => kind.to_owned(),
    }
}

fn object(schema: &Value, indent: &str) -> String {
    let Some(properties) = schema["properties"].as_object() else {
        let value = form(&schema["additionalProperties"], indent);
        return match &schema["propertyNames"] {
            keys if keys.get("enum").is_some() => format!("Partial<Record<{}, {value}>>", form(keys, indent)),
            _ => format!("Record<string, {value}>"),
        };
    };
    let required = |name: &String| schema["required"].as_array().is_some_and(|all| all.iter().any(|one| one == name));
    let deeper = format!("{indent}  ");
    let property = |(name, inner): (&String, &Value)| {
        let mark = if required(name) { "" } else { "?" };
        format!("{}{deeper}{name}{mark}: {};\n", doc(inner, &deeper), form(inner, &deeper))
    };
    format!("{{\n{}{indent}}}", properties.iter().map(property).collect::<String>())
}

/// What a schema says of itself, or of the one type that it may be, as a comment.
fn doc(schema: &Value, indent: &str) -> String {
    let said = schema["description"].as_str().or_else(|| schema["oneOf"][0]["description"].as_str());
    said.map_or(String::new(), |said| format!("{indent}/** {} */\n", said.replace("*/", "* /").replace('\n', " ")))
}

/// The limits that a type sets to what is sent, as constants.
fn limits(name: &str, schema: &Value) -> String {
    let kinds = [
        ("minLength", "LENGTH_MIN", "Fewest characters"),
        ("maxLength", "LENGTH_MAX", "Most characters"),
        ("minimum", "MIN", "Least"),
        ("maximum", "MAX", "Most"),
    ];
    let mut text = String::new();
    for (property, inner) in schema["properties"].as_object().into_iter().flatten() {
        for (key, suffix, told) in kinds {
            let Some(limit) = inner[key].as_i64().filter(|limit| (1..NO_LIMIT).contains(limit)) else { continue };
            let shouted = format!("{}_{}_{suffix}", shouted(name), property.to_uppercase());
            text.push_str(&format!(
                "\n/** {told} of `{property}` in [`{name}`]. */\nexport const {shouted} = {limit};\n"
            ));
        }
    }
    text
}

/// `SessionRequest` as `SESSION_REQUEST`.
fn shouted(name: &str) -> String {
    let cut = |(place, letter): (usize, char)| match letter {
        'A'..='Z' if place > 0 => format!("_{letter}"),
        _ => letter.to_ascii_uppercase().to_string(),
    };
    name.chars().enumerate().map(cut).collect()
}

#[test]
fn schemas_become_types() {
    let document = serde_json::json!({
        "components": {"schemas": {
            "Wish": {"type": "object", "required": ["id"], "properties": {
                "id": {"type": "string", "maxLength": 9, "description": "Which."},
                "at_ms": {"type": ["integer", "null"], "maximum": NO_LIMIT},
                "level": {"oneOf": [{"$ref": "#/components/schemas/Level"}, {"type": "null"}]},
                "pairs": {"type": "array", "items": {"type": "array", "prefixItems": [{"type": "string"}, {"type": "number"}]}},
                "texts": {"type": "object", "additionalProperties": {"type": "string"}, "propertyNames": {"enum": ["go"]}},
            }},
            "Level": {"enum": ["low", "high"], "type": "string"},
            "View": {"allOf": [{"$ref": "#/components/schemas/Wish"}, {"type": "object", "properties": {}}]},
            "Unused": {"type": "string"},
        }},
        "paths": {
            "/v1/wishes/{id}": {
                "put": {"summary": "Wish", "parameters": [{"in": "query", "name": "dry", "schema": {"type": "boolean"}}],
                    "requestBody": {"content": {JSON: {"schema": {"$ref": "#/components/schemas/Wish"}}}},
                    "responses": {"200": {"content": {JSON: {"schema": {"$ref": "#/components/schemas/View"}}}}, "404": {}}},
                "delete": {"summary": "Forget", "responses": {"202": {}, "204": {}}},
                "get": {"summary": "Listen", "responses": {"101": {}}},
            },
            "/v1/wishes.csv": {"get": {"responses": {"200": {"content": {"text/csv": {}}}}}},
            "/v1/away": {"get": {"responses": {"303": {}}}},
        },
    });
    assert_eq!(
        file(&document).strip_prefix(HEAD).expect("the head"),
        r#"
export type Level = "low" | "high";

export type View = Wish & {
};

export type Wish = {
  at_ms?: number | null;
  /** Which. */
  id: string;
  level?: Level | null;
  pairs?: Array<[string, number]>;
  texts?: Partial<Record<"go", string>>;
};

/** What is taken and answered, by method and address; what stands in braces is put into the address. */
export type Routes = {
  /** Wish. */
  "PUT /v1/wishes/{id}": { query: { dry?: boolean }; body: Wish; answer: View };
  /** Forget. */
  "DELETE /v1/wishes/{id}": { answer: null };
};

/** Addresses of what is saved as a file. */
export type Downloads =
  | "/v1/wishes.csv";

/** Most characters of `id` in [`Wish`]. */
export const WISH_ID_LENGTH_MAX = 9;
"#
    );
}
