//! Signing in by an OpenID Connect provider: going there with a state, a nonce and a proof key, coming back with a code, and
//! who that is here. A person is found by how the provider knows them, and the first time by an email that both sides vouch for.

use super::limits::Deed;
use super::settings::{OidcConfig, SignUp};
use super::sign_in::SignedIn;
use super::{NewPerson, PeopleError, about_person, email_form, required, taken};
use crate::app::access::Role;
use crate::app::{App, ids, unix_ms};
use crate::digest::sha256_hex;
use crate::store::people::PersonRow;
use futures::StreamExt;
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata, CoreUserInfoClaims};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest, HttpResponse, IssuerUrl, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, TokenResponse,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// How long somebody may take at the provider.
const FLOW: Duration = Duration::from_secs(600);
/// How long what a provider says of itself, its keys included, is believed.
const KNOWN: Duration = Duration::from_secs(3600);
/// How long a provider may take for an answer.
const ANSWER: Duration = Duration::from_secs(10);
/// The largest answer of a provider, in bytes.
const ANSWER_BYTES_MAX: usize = 1024 * 1024;

/// What is kept of somebody's going there.
#[derive(Serialize, Deserialize)]
struct Flow {
    provider: String,
    nonce: String,
    verifier: String,
    /// Where on our page to go then.
    to: String,
}

/// Where to send a browser, and what it is to show when it comes back.
pub struct Going {
    /// The provider's address.
    pub url: String,
    /// For a cookie.
    pub state: String,
    /// How long it is good.
    pub good_for: Duration,
}

/// Somebody who came back.
pub struct CameBack {
    /// Who.
    pub signed_in: SignedIn,
    /// Where on our page to go.
    pub to: String,
}

/// Somebody as a provider tells of them.
struct Told {
    issuer: String,
    subject: String,
    email: Option<String>,
    name: Option<String>,
}

/// Connections to providers, and what they say of themselves.
pub struct Providers {
    http: reqwest::Client,
    known: Mutex<BTreeMap<String, (Instant, CoreProviderMetadata)>>,
}

/// Why a provider cannot be asked.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error("it cannot be reached")]
    Http(#[from] reqwest::Error),
    #[error("its answer is too large")]
    TooLarge,
    #[error("its answer cannot be read")]
    Form(#[from] http::Error),
}

impl Default for Providers {
    /// Connects to none yet.
    fn default() -> Providers {
        // Following redirects would let a provider make us ask others. The settings are fixed and build always.
        let builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(ANSWER).no_proxy();
        Providers { http: builder.build().unwrap_or_default(), known: Mutex::default() }
    }
}

impl Providers {
    async fn metadata(&self, provider: &OidcConfig) -> Result<CoreProviderMetadata, PeopleError> {
        let mut known = self.known.lock().await;
        if let Some((at, metadata)) = known.get(&provider.name)
            && at.elapsed() < KNOWN
        {
            return Ok(metadata.clone());
        }
        let issuer =
            IssuerUrl::new(provider.issuer.clone()).map_err(|error| failed("its issuer is no address", &error))?;
        let http = |request| ask(self.http.clone(), request);
        let found = CoreProviderMetadata::discover_async(issuer, &http).await;
        let metadata = found.map_err(|error| failed("it does not say what it can", &error))?;
        known.insert(provider.name.clone(), (Instant::now(), metadata.clone()));
        Ok(metadata)
    }
}

async fn ask(http: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, Fault> {
    let answer = http.execute(request.try_into()?).await?;
    let mut response = http::Response::builder().status(answer.status());
    for (name, value) in answer.headers() {
        response = response.header(name, value);
    }
    let (mut body, mut pieces) = (Vec::new(), answer.bytes_stream());
    while let Some(piece) = pieces.next().await {
        body.extend_from_slice(&piece?);
        if body.len() > ANSWER_BYTES_MAX {
            return Err(Fault::TooLarge);
        }
    }
    Ok(response.body(body)?)
}

/// A provider's failure: its cause for our log, a sentence for the person. Neither holds a code or a token.
fn failed(what: &str, cause: &dyn std::error::Error) -> PeopleError {
    tracing::warn!(%cause, what, "signing in at a provider failed");
    PeopleError::Provider(what.to_owned())
}

impl App {
    fn provider(&self, name: &str) -> Result<&OidcConfig, PeopleError> {
        required(self)?;
        let mut all = self.config().accounts.oidc.iter();
        all.find(|provider| provider.name == name).ok_or(PeopleError::UnknownProvider)
    }

    fn redirect_uri(&self, name: &str) -> Result<RedirectUrl, PeopleError> {
        let base = self.config().accounts.public_url.as_deref().unwrap_or_default().trim_end_matches('/');
        let url = RedirectUrl::new(format!("{base}/v1/sign-in/oidc/{name}/callback"));
        url.map_err(|error| failed("accounts.public_url is no address", &error))
    }

    /// Where to send somebody who wants to sign in by this provider.
    ///
    /// # Errors
    /// When there is none, or it does not answer.
    pub async fn go_to_provider(&self, name: &str, to: &str) -> Result<Going, PeopleError> {
        let provider = self.provider(name)?;
        let metadata = self.inner.people.providers.metadata(provider).await?;
        let secret = provider.client_secret.as_ref().map(|secret| ClientSecret::new(secret.expose().to_owned()));
        let client = CoreClient::from_provider_metadata(metadata, ClientId::new(provider.client_id.clone()), secret)
            .set_redirect_uri(self.redirect_uri(name)?);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let state = ids::key("");
        let sent = state.clone();
        let (url, _, nonce) = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                move || CsrfToken::new(sent.clone()),
                Nonce::new_random,
            )
            .add_scopes(provider.scopes.iter().cloned().map(Scope::new))
            .set_pkce_challenge(challenge)
            .url();
        let flow = Flow {
            provider: name.to_owned(),
            nonce: nonce.secret().clone(),
            verifier: verifier.secret().clone(),
            // Only an address of our own page: anything else would send people elsewhere in our name.
            to: if to.starts_with('/') && !to.starts_with("//") && !to.contains('\\') {
                to.to_owned()
            } else {
                "/".to_owned()
            },
        };
        let body = serde_json::to_string(&flow).map_err(|_| PeopleError::Broken("a flow cannot be written"))?;
        let mut write = self.store().write().await?;
        write.add_flow(&sha256_hex(&state), &body, unix_ms().after(FLOW)).await?;
        write.commit().await?;
        Ok(Going { url: url.to_string(), state, good_for: FLOW })
    }

    /// Signs in somebody who comes back with a code. `shown` is the state that the browser's cookie holds: only the browser that
    /// went there may come back.
    ///
    /// # Errors
    /// When the state is none, was used or ended; when the provider refuses, or nobody here is known to it.
    pub async fn come_back(
        &self,
        name: &str,
        (state, code): (&str, &str),
        shown: Option<&str>,
        cookie: Option<&str>,
    ) -> Result<CameBack, PeopleError> {
        let provider = self.provider(name)?;
        let ended =
            || PeopleError::Provider("it took too long, was done before, or began in another browser".to_owned());
        let same = shown.is_some_and(|shown| sha256_hex(shown) == sha256_hex(state));
        let mut write = self.store().write().await?;
        let flow = if same { write.take_flow(&sha256_hex(state), unix_ms()).await? } else { None };
        write.commit().await?;
        let flow: Flow = flow.and_then(|body| serde_json::from_str(&body).ok()).ok_or_else(ended)?;
        if flow.provider != name {
            return Err(ended());
        }
        let told = self.told(provider, code, &flow).await?;
        self.limits().count(Deed::SignIn, &format!("subject {}", sha256_hex(&told.subject)))?;
        let signed_in = self.let_in_by(provider, told, cookie).await?;
        Ok(CameBack { signed_in, to: flow.to })
    }

    /// Who somebody is, as the provider tells for the code; everything it signs is checked.
    async fn told(&self, provider: &OidcConfig, code: &str, flow: &Flow) -> Result<Told, PeopleError> {
        let providers = &self.inner.people.providers;
        let metadata = providers.metadata(provider).await?;
        let issuer = metadata.issuer().to_string();
        let secret = provider.client_secret.as_ref().map(|secret| ClientSecret::new(secret.expose().to_owned()));
        let client = CoreClient::from_provider_metadata(metadata, ClientId::new(provider.client_id.clone()), secret)
            .set_redirect_uri(self.redirect_uri(&provider.name)?);
        let http = |request| ask(providers.http.clone(), request);
        let exchange = client.exchange_code(AuthorizationCode::new(code.to_owned()));
        let exchange = exchange.map_err(|error| failed("it gives no tokens", &error))?;
        let verifier = PkceCodeVerifier::new(flow.verifier.clone());
        let tokens = exchange.set_pkce_verifier(verifier).request_async(&http).await;
        let tokens = tokens.map_err(|error| failed("it does not take the code", &error))?;
        let none = || PeopleError::Provider("it does not say who that is".to_owned());
        let (id_token, trusted) = (tokens.id_token().ok_or_else(none)?, client.id_token_verifier());
        let claims = id_token.claims(&trusted, &Nonce::new(flow.nonce.clone()));
        let claims = claims.map_err(|error| failed("what it signed does not hold", &error))?;
        if let Some(expected) = claims.access_token_hash() {
            let algorithm = id_token.signing_alg().map_err(|error| failed("what it signed does not hold", &error))?;
            let key = id_token.signing_key(&trusted).map_err(|error| failed("what it signed does not hold", &error))?;
            let hash = AccessTokenHash::from_token(tokens.access_token(), algorithm, key);
            if hash.map_err(|error| failed("what it signed does not hold", &error))? != *expected {
                return Err(PeopleError::Provider("what it signed does not hold".to_owned()));
            }
        }
        let mut told = Told {
            issuer,
            subject: claims.subject().to_string(),
            email: claims.email().filter(|_| claims.email_verified() == Some(true)).map(|email| email.to_string()),
            name: claims.name().and_then(|name| name.get(None)).map(|name| name.to_string()),
        };
        if told.email.is_none()
            && let Ok(asking) = client.user_info(tokens.access_token().clone(), Some(claims.subject().clone()))
        {
            let info: Result<CoreUserInfoClaims, _> = asking.request_async(&http).await;
            let info = info.map_err(|error| failed("it does not say who that is", &error))?;
            told.email = info.email().filter(|_| info.email_verified() == Some(true)).map(|email| email.to_string());
            told.name = told.name.or_else(|| info.name().and_then(|name| name.get(None)).map(|name| name.to_string()));
        }
        Ok(told)
    }

    async fn let_in_by(
        &self,
        provider: &OidcConfig,
        told: Told,
        cookie: Option<&str>,
    ) -> Result<SignedIn, PeopleError> {
        if told.subject.chars().any(char::is_control) {
            return Err(PeopleError::Provider("it names nobody".to_owned()));
        }
        if let Some(person) = self.store().identity(&told.issuer, &told.subject).await? {
            return self.let_in(person, "oidc", cookie).await;
        }
        let email = email_form(told.email.as_deref().unwrap_or_default()).map_err(|_| PeopleError::NotLinked)?;
        let now = unix_ms();
        let known = self.store().person_by_email(&email).await?;
        let mut write = self.store().write().await?;
        let person = match known {
            // An email that nobody vouched for may have been written down by somebody else, who waits for its owner.
            Some(person) if !person.email_verified => return Err(PeopleError::NotLinked),
            Some(person) => person,
            None if provider.sign_up || self.config().accounts.sign_up == SignUp::Open => {
                let name = told.name.clone().unwrap_or_else(|| email.split('@').next().unwrap_or_default().to_owned());
                let person = added(name, email, now)?;
                write.add_person(&person).await.map_err(taken)?;
                write.audit(now, &about_person(&person.id, "sign_up", &person.id, "{\"by\":\"oidc\"}")).await?;
                person
            }
            None => return Err(PeopleError::NotLinked),
        };
        write.add_identity(&told.issuer, &told.subject, &person.id, now).await?;
        let signed_in = self.write_sign_in(&mut write, person, "oidc", cookie).await?;
        write.commit().await?;
        Ok(signed_in)
    }
}

fn added(name: String, email: String, now: crate::store::UnixMs) -> Result<PersonRow, PeopleError> {
    // A provider's names may be longer than ours.
    let name = name.chars().filter(|c| !c.is_control()).take(100).collect();
    let new = NewPerson { name, email: Some(email), email_verified: true };
    new.check()?;
    Ok(new.row(Role::Candidate, now))
}
