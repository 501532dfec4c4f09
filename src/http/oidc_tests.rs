//! Signing in by a real OpenID Connect provider (npm's oidc-provider, certified), with the redirects that a browser follows.

use super::people_support::*;
use crate::app::access::Role;
use crate::app::people::NewPerson;
use crate::app::people::settings::OidcConfig;
use crate::providers::ApiKey;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

/// Where the provider sends browsers back to; the tests' own browser knows what that is.
const PUBLIC: &str = "http://viva.test";

/// A running provider. It ends when its input does, which is when this is dropped.
struct Provider {
    _child: Child,
    _lines: BufReader<ChildStdout>,
    issuer: String,
}

impl Provider {
    fn start() -> Provider {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("replay-tests/clients/oidc");
        let installed = folder.join("node_modules/oidc-provider").exists();
        assert!(installed, "a provider to test against is not installed; `scripts/setup.sh test` installs it");
        let mut node = Command::new("node");
        node.arg("provider.mjs").arg(format!("{PUBLIC}/v1/sign-in/oidc/test/callback")).current_dir(folder);
        let mut child = node.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("node");
        let mut lines = BufReader::new(child.stdout.take().expect("its output"));
        let mut line = String::new();
        lines.read_line(&mut line).expect("a line");
        let issuer = line.trim().strip_prefix("listening ").expect("its address").to_owned();
        Provider { _child: child, _lines: lines, issuer }
    }

    /// Whoever comes next is this one.
    async fn next(&self, id: &str, email: &str, verified: bool) {
        let body =
            json!({"id": id, "email": email, "email_verified": verified, "name": format!("{id} of the provider")});
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        let answer =
            client.post(format!("{}/next", self.issuer)).body(body.to_string()).send().await.expect("an answer");
        assert!(answer.status().is_success());
    }

    async fn server(&self, sign_up: bool) -> Accounts {
        let issuer = self.issuer.clone();
        accounts(|config| {
            config.accounts.public_url = Some(PUBLIC.into());
            config.accounts.oidc = vec![OidcConfig {
                name: "test".into(),
                title: None,
                issuer,
                client_id: "viva".into(),
                client_secret: Some(ApiKey::new("a secret of the client")),
                scopes: vec!["email".into(), "profile".into()],
                sign_up,
            }];
        })
        .await
    }
}

/// A browser that follows redirects between both and keeps cookies.
struct Browser {
    viva: String,
    cookies: BTreeMap<String, String>,
    /// Addresses it was sent to.
    went: Vec<String>,
}

impl Browser {
    fn new(server: &Accounts) -> Browser {
        Browser { viva: format!("http://{}", server.inner.address), cookies: BTreeMap::new(), went: Vec::new() }
    }

    async fn get(&mut self, address: &str) -> reqwest::Response {
        let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build();
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = client.expect("a client").get(address).header("cookie", cookies.join("; "));
        let answer = request.send().await.expect("an answer");
        for cookie in answer.headers().get_all("set-cookie") {
            let pair = cookie.to_str().expect("text").split(';').next().expect("a pair").to_owned();
            let (name, value) = pair.split_once('=').expect("a pair");
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        answer
    }

    /// Follows redirects from our sign-in until the page, or until somebody answers otherwise.
    async fn sign_in(&mut self) -> (u16, Value) {
        let mut address = format!("{}/v1/sign-in/oidc/test?to=/sessions/sess_1", self.viva);
        for _ in 0..12 {
            let answer = self.get(&address).await;
            let status = answer.status().as_u16();
            let Some(place) = answer.headers().get("location") else {
                return (status, answer.json().await.unwrap_or_default());
            };
            let place = place.to_str().expect("text").to_owned();
            self.went.push(place.clone());
            if place.starts_with("/sessions/") {
                return (status, json!(place));
            }
            let origin = address.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
            address =
                if place.starts_with('/') { format!("{origin}{place}") } else { place.replace(PUBLIC, &self.viva) };
        }
        panic!("no end of redirects: {:?}", self.went);
    }

    async fn me(&mut self) -> Value {
        let address = format!("{}/v1/me", self.viva);
        self.get(&address).await.json().await.expect("JSON")
    }
}

#[tokio::test]
async fn who_is_known_by_a_verified_email_signs_in_by_the_provider_and_stays_known() {
    let provider = Provider::start();
    let server = provider.server(false).await;
    let ada = server.person("ada", Role::Coach).await;
    provider.next("7", "Ada@example.org", true).await;
    let mut browser = Browser::new(&server);
    assert_eq!(browser.sign_in().await, (303, json!("/sessions/sess_1")));
    let me = browser.me().await;
    assert_eq!((&me["person"]["id"], &me["person"]["role"]), (&json!(ada.id), &json!("coach")), "{me}");
    let asked = &browser.went[0];
    for part in ["code_challenge_method=S256", "state=", "nonce=", "scope=openid+email+profile"] {
        assert!(asked.contains(part), "{asked}");
    }
    // Known by the subject from now on, whatever becomes of the email.
    provider.next("7", "other@example.org", false).await;
    let mut again = Browser::new(&server);
    assert_eq!(again.sign_in().await.0, 303);
    assert_eq!(again.me().await["person"]["id"], json!(ada.id));
}

#[tokio::test]
async fn an_email_that_one_side_does_not_vouch_for_lets_nobody_in() {
    let provider = Provider::start();
    let server = provider.server(false).await;
    server.person("ada", Role::Admin).await;
    let app = &server.inner.app;
    let new = NewPerson { name: "Eve".into(), email: Some("eve@example.org".into()), email_verified: false };
    app.registry().add_person("", &new, Role::Candidate, Some(PASSWORD.into())).await.expect("added");
    for (id, email, verified) in
        [("1", "ada@example.org", false), ("2", "nobody@example.org", true), ("3", "eve@example.org", true)]
    {
        provider.next(id, email, verified).await;
        let (status, problem) = Browser::new(&server).sign_in().await;
        assert_eq!((status, &problem["code"]), (403, &json!("not_linked")), "{email}");
    }
}

#[tokio::test]
async fn where_anybody_may_sign_up_by_it_the_provider_makes_the_account() {
    let provider = Provider::start();
    let server = provider.server(true).await;
    provider.next("9", "new@example.org", true).await;
    let mut browser = Browser::new(&server);
    assert_eq!(browser.sign_in().await.0, 303);
    let me = browser.me().await["person"].clone();
    assert_eq!((&me["email"], &me["role"]), (&json!("new@example.org"), &json!("candidate")));
    assert_eq!((&me["email_verified"], &me["has_password"]), (&json!(true), &json!(false)));
    assert_eq!(me["name"], "9 of the provider");
}

#[tokio::test]
async fn coming_back_works_once_and_only_in_the_browser_that_went() {
    let provider = Provider::start();
    let server = provider.server(true).await;
    provider.next("9", "new@example.org", true).await;
    let mut browser = Browser::new(&server);
    browser.sign_in().await;
    let back = browser.went.iter().find(|place| place.starts_with(PUBLIC)).expect("it came back");
    let back = back.replace(PUBLIC, &browser.viva);
    let answer = browser.get(&back).await;
    assert_eq!(
        (answer.status().as_u16(), answer.json::<Value>().await.expect("JSON")["code"].clone()),
        (502, json!("provider_failed"))
    );
    let going = browser.get(&format!("{}/v1/sign-in/oidc/test?to=//evil.example", browser.viva)).await;
    let state = going.headers()["location"].to_str().expect("text").split("state=").nth(1).expect("a state").to_owned();
    let state = state.split('&').next().expect("a state");
    let address = format!("{}/v1/sign-in/oidc/test/callback?state={state}&code=stolen", browser.viva);
    let other = Browser::new(&server).get(&address).await;
    assert_eq!(other.status(), 502, "another browser");
    let own = browser.get(&address).await;
    assert_eq!(own.status(), 502, "a code that the provider did not give");
    let refused =
        browser.get(&format!("{}/v1/sign-in/oidc/test/callback?state=x&error=access_denied", browser.viva)).await;
    assert_eq!(refused.status(), 502);
    assert_eq!(browser.get(&format!("{}/v1/sign-in/oidc/other", browser.viva)).await.status(), 404);
}

#[tokio::test]
async fn a_browser_that_is_refused_is_shown_the_sign_in_screen_and_a_program_the_problem() {
    let provider = Provider::start();
    let server = provider.server(false).await;
    provider.next("2", "nobody@example.org", true).await;
    let accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    let base = "/v1/sign-in/oidc";
    let mut browser = Browser::new(&server);
    let (status, problem) = browser.sign_in().await;
    assert_eq!((status, &problem["code"]), (403, &json!("not_linked")), "a program is told");
    for (path, code) in [
        (format!("{base}/test/callback?state=x&error=access_denied"), "provider_failed"),
        (format!("{base}/test/callback?state=x&code=y"), "provider_failed"),
        (format!("{base}/test/callback"), "invalid_query"),
        (format!("{base}/other"), "provider_not_found"),
        (format!("{base}/test?else=1"), "invalid_query"),
    ] {
        let asked = server.client().with_header("accept", accept).send("GET", &path, None).await;
        assert_eq!(asked.status(), 303, "{path}");
        assert_eq!(asked.headers()["location"], format!("/sign-in?problem={code}"), "{path}");
        assert!(asked.headers().get("set-cookie").is_none());
        for accept in ["application/json", "*/*"] {
            let asked = server.client().with_header("accept", accept).send("GET", &path, None).await;
            let problem: Value = asked.json().await.expect("JSON");
            assert_eq!(problem["code"], code, "{path} for {accept}");
        }
    }
    // All the way, as a browser goes it.
    let going = server.client().with_header("accept", accept);
    let went = going.send("GET", &format!("{base}/test"), None).await;
    assert!(went.headers()["location"].to_str().expect("text").starts_with(&provider.issuer));
}
