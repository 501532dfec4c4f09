//! A server with accounts, and browsers of its people, for tests.

use super::support::Server;
use crate::app::access::Role;
use crate::app::people::NewPerson;
use crate::config::Config;
use serde_json::{Value, json};

/// Everybody's password.
pub const PASSWORD: &str = "correct horse battery";

/// A server with accounts.
pub struct Accounts {
    pub inner: Server,
}

/// Starts one.
pub async fn accounts(change: impl FnOnce(&mut Config)) -> Accounts {
    let inner = Server::start(|config| {
        config.accounts.enabled = true;
        config.limits.sign_ins_per_minute = 1_000;
        change(config);
    });
    Accounts { inner: inner.await }
}

/// Somebody who asks, with what their program shows.
#[derive(Clone)]
pub struct Asker {
    address: String,
    pub headers: Vec<(String, String)>,
    /// As it was set.
    pub set_cookie: Option<String>,
    /// Name and value.
    pub cookie: String,
    pub id: String,
}

impl Accounts {
    /// Asks as nobody.
    pub async fn rest(&self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        self.inner.rest(method, path, body).await
    }

    pub async fn request(&self, method: &str, path: &str, body: Option<Value>) -> reqwest::Response {
        self.inner.request(method, path, body).await
    }

    /// Somebody unknown.
    pub fn client(&self) -> Asker {
        let address = self.inner.address.clone();
        Asker { address, headers: Vec::new(), set_cookie: None, cookie: String::new(), id: String::new() }
    }

    /// A new person who is signed in.
    pub async fn person(&self, name: &str, role: Role) -> Asker {
        let email = format!("{name}@example.org");
        let new = NewPerson { name: name.into(), email: Some(email.clone()), email_verified: true };
        let registry = self.inner.app.registry();
        registry.add_person("", &new, role, Some(PASSWORD.into())).await.expect("added");
        let body = json!({"email": email, "password": PASSWORD});
        self.client().sign_in("/v1/sign-in", body).await.expect("signed in")
    }
}

impl Asker {
    /// Signs in, as the body says, at this route.
    pub async fn sign_in(&self, path: &str, body: Value) -> Result<Asker, (u16, Value)> {
        let answer = self.send("POST", path, Some(body)).await;
        let status = answer.status().as_u16();
        let set_cookie = answer.headers().get("set-cookie").map(|value| value.to_str().expect("text").to_owned());
        let body: Value = answer.json().await.expect("JSON");
        if !(200..300).contains(&status) {
            return Err((status, body));
        }
        let cookie = set_cookie.as_ref().and_then(|text| text.split(';').next()).expect("a cookie").to_owned();
        let csrf = body["csrf"].as_str().expect("a value").to_owned();
        let id = body["person"]["id"].as_str().expect("an id").to_owned();
        let headers = vec![("cookie".into(), cookie.clone()), ("x-viva-csrf".into(), csrf)];
        Ok(Asker { address: self.address.clone(), headers, set_cookie, cookie, id })
    }

    pub fn with_header(&self, name: &str, value: &str) -> Asker {
        let mut asker = self.clone();
        asker.headers.push((name.into(), value.into()));
        asker
    }

    pub fn without_csrf(&self) -> Asker {
        let mut asker = self.clone();
        asker.headers.retain(|(name, _)| name != "x-viva-csrf");
        asker
    }

    /// A REST request.
    pub async fn send(&self, method: &str, path: &str, body: Option<Value>) -> reqwest::Response {
        let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build();
        let method = method.parse().expect("a method");
        let mut request = client.expect("a client").request(method, format!("http://{}{path}", self.address));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        request.send().await.expect("an answer")
    }

    /// A REST request with a JSON answer.
    pub async fn rest(&self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let response = self.send(method, path, body).await;
        let status = response.status().as_u16();
        let text = response.text().await.expect("a body");
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    /// A planned interview of theirs; its id.
    pub async fn session(&self) -> String {
        let (status, made) = self.rest("POST", "/v1/sessions", Some(json!({"consent": {"recording": true}}))).await;
        assert_eq!(status, 201, "{made}");
        made["id"].as_str().expect("an id").to_owned()
    }

    /// An interview of theirs on this server in which they typed one turn, and which they ended; its id.
    pub async fn interviewed(&self, server: &Server, turn: &str) -> String {
        let session = self.session().await;
        let query = format!("session={session}");
        let mut client = server.try_connect(&query, &[("cookie", &self.cookie)]).await.expect("a socket");
        client.until("response.done").await;
        client.type_turn(turn).await;
        client.until("response.done").await;
        client.send(json!({"type": "x.end"})).await;
        client.read_on_to_close().await;
        session
    }
}
