//! The section `[accounts]`: whether people have accounts here, how they come to one and how long a browser stays signed in.

use crate::providers::ApiKey;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The section `[accounts]`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AccountsConfig {
    /// People have accounts and sign in. Default false: the server is one person's, on their own machine.
    pub enabled: bool,
    /// Who may make an account: whoever has an invitation, or anybody. Default `invite`.
    pub sign_up: SignUp,
    /// Address under which people reach this server, such as `https://viva.example`: in links that are sent to people and where
    /// providers send them back to. With `https` cookies are for encrypted connections alone, as they are with
    /// `serve.tls_cert`. Unset: the host that was asked for; then no provider can be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_url: Option<String>,
    /// A browser that was not seen for so long is signed out, in hours. 1 to 8,760, default 336.
    pub idle_hours: u32,
    /// Whoever signed in does so again after so many days. 1 to 365, default 90.
    pub sign_in_days: u32,
    /// Invitations and other links are good for so many days. 1 to 365, default 14.
    pub link_days: u32,
    /// OpenID Connect providers by which people may sign in, in the order in which they are shown. At most 16.
    pub oidc: Vec<OidcConfig>,
}

/// Who may make an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SignUp {
    /// Whoever has an invitation.
    Invite,
    /// Anybody.
    Open,
}

/// An OpenID Connect provider.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OidcConfig {
    /// Its name in addresses: lower-case letters, digits and dashes, at most 32.
    pub name: String,
    /// What people read on the button. Unset: the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its address, as its documents name it: `https://accounts.example`. Plain `http` only on this machine.
    pub issuer: String,
    /// What it knows this server by.
    pub client_id: String,
    /// Secret of that client; none for a public one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<ApiKey>,
    /// What is asked for beside `openid`. Default `email` and `profile`.
    #[serde(default = "scopes")]
    pub scopes: Vec<String>,
    /// Whoever comes from there and is not known may have an account without an invitation. Default false.
    #[serde(default)]
    pub sign_up: bool,
}

fn scopes() -> Vec<String> {
    vec!["email".to_owned(), "profile".to_owned()]
}

impl Default for AccountsConfig {
    fn default() -> Self {
        AccountsConfig {
            enabled: false,
            sign_up: SignUp::Invite,
            public_url: None,
            idle_hours: 336,
            sign_in_days: 90,
            link_days: 14,
            oidc: Vec::new(),
        }
    }
}

impl AccountsConfig {
    /// What must hold of the settings, each with its name: whether it does, and what.
    pub fn rules(&self) -> [(bool, &'static str, String); 6] {
        let url =
            |url: &String| (url.starts_with("https://") || url.starts_with("http://")) && !url.contains(['?', '#']);
        let name = |name: &str| {
            (1..=32).contains(&name.len())
                && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        };
        let names = self.oidc.iter().enumerate().all(|(at, provider)| {
            name(&provider.name) && self.oidc.iter().take(at).all(|other| other.name != provider.name)
        });
        let issuers = self.oidc.iter().all(|provider| {
            let local = ["http://127.0.0.1", "http://localhost", "http://[::1]"];
            provider.issuer.starts_with("https://") || local.iter().any(|local| provider.issuer.starts_with(local))
        });
        let within = |value: u32, most: u32| (1..=most).contains(&value);
        [
            (
                self.public_url.as_ref().is_none_or(url) && (self.oidc.is_empty() || self.public_url.is_some()),
                "accounts.public_url",
                "is http:// or https:// and a host, and is needed for accounts.oidc".to_owned(),
            ),
            (within(self.idle_hours, 8_760), "accounts.idle_hours", "is 1 to 8,760".to_owned()),
            (within(self.sign_in_days, 365), "accounts.sign_in_days", "is 1 to 365".to_owned()),
            (within(self.link_days, 365), "accounts.link_days", "is 1 to 365".to_owned()),
            (
                names && self.oidc.len() <= 16,
                "accounts.oidc",
                "has at most 16 providers, each with a name of its own in lower-case letters, digits and dashes"
                    .to_owned(),
            ),
            (issuers, "accounts.oidc.issuer", "begins with https://, or is on this machine".to_owned()),
        ]
    }

    /// How long a browser that is not seen stays signed in.
    pub fn idle(&self) -> Duration {
        Duration::from_secs(u64::from(self.idle_hours) * 3600)
    }

    /// How long a browser stays signed in at most.
    pub fn longest(&self) -> Duration {
        Duration::from_secs(u64::from(self.sign_in_days) * 86_400)
    }

    /// How long a link is good.
    pub fn link(&self) -> Duration {
        Duration::from_secs(u64::from(self.link_days) * 86_400)
    }
}
