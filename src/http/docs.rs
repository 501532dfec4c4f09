//! The description of the REST interface for people: a page without scripts at `/v1/docs`, made of `/v1/openapi.json`.

use super::Problem;
use super::describe::described;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use minijinja::value::Serde;
use minijinja::{Environment, context};
use serde::Serialize;
use serde_json::Value;
use std::sync::LazyLock;

const TEMPLATE: &str = include_str!("docs.html");
const STYLE: &str = include_str!("docs.css");

/// The tags of routes in the order of the page, with what they are about.
const TAGS: &[(&str, &str)] = &[
    ("questions", "What can be asked"),
    ("sessions", "Interviews: planned, running, kept"),
    ("sockets", "Joining an interview"),
    ("recordings", "Sound and steps"),
    ("results", "What came of an interview"),
    ("exports", "Taking away and bringing"),
    ("server", "The server itself"),
];

/// Routes of one tag.
#[derive(Serialize)]
struct Section<'a> {
    tag: &'a str,
    about: &'a str,
    routes: Vec<Route<'a>>,
}

/// A method of a path.
#[derive(Serialize)]
struct Route<'a> {
    method: &'a str,
    path: &'a str,
    operation: &'a Value,
}

static PAGE: LazyLock<Result<String, minijinja::Error>> = LazyLock::new(|| {
    let document = &described().document;
    let sections = sections(document);
    let mut environment = Environment::new();
    environment.add_filter("json", |value: minijinja::Value| serde_json::to_string_pretty(&value).unwrap_or_default());
    environment.add_template("docs.html", TEMPLATE)?;
    let schemas = &document["components"]["schemas"];
    environment.get_template("docs.html")?.render(context! {
        info => Serde(&document["info"]),
        sections => Serde(&sections),
        schemas => Serde(schemas),
    })
});

fn sections(document: &Value) -> Vec<Section<'_>> {
    let paths = || document["paths"].as_object().into_iter().flatten();
    let routes = paths().flat_map(|(path, operations)| {
        let operations = operations.as_object().into_iter().flatten();
        operations.map(move |(method, operation)| Route { method, path, operation })
    });
    let routes: Vec<Route<'_>> = routes.collect();
    let tagged = |route: &Route<'_>, tag: &str| {
        route.operation["tags"].as_array().is_some_and(|tags| tags.iter().any(|known| known == tag))
    };
    let mut tags: Vec<(&str, &str)> = TAGS.to_vec();
    for route in &routes {
        for tag in route.operation["tags"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if !tags.iter().any(|(known, _)| *known == tag) {
                tags.push((tag, ""));
            }
        }
    }
    let section = |(tag, about)| Section {
        tag,
        about,
        routes: routes.iter().filter(|route| tagged(route, tag)).map(|route| Route { ..*route }).collect(),
    };
    tags.into_iter().map(section).collect()
}

/// This description, for people
#[utoipa::path(get, path = "/v1/docs", tag = "server", operation_id = "docs",
    responses((status = 200, description = "a page", body = String, content_type = "text/html")))]
pub async fn page() -> Result<Response, Problem> {
    match &*PAGE {
        Ok(page) => Ok(typed("text/html; charset=utf-8", page)),
        Err(error) => {
            tracing::error!(%error, "the page of the API's description does not render");
            Err(Problem::internal())
        }
    }
}

/// How the description for people looks
#[utoipa::path(get, path = "/v1/docs.css", tag = "server", operation_id = "docs_style",
    responses((status = 200, description = "a style sheet", body = String, content_type = "text/css")))]
pub async fn style() -> Response {
    typed("text/css; charset=utf-8", STYLE)
}

fn typed(kind: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache")], text).into_response()
}
