//! The configuration: a TOML file, environment variables `VIVA__SECTION__KEY`, flags; later ones win. Sections live
//! beside their owners; here they are put together. Keys that nobody knows are refused by name.

use crate::app::people::AccountsConfig;
use crate::interview::agenda::course::AgendaSettings;
use crate::interview::floor::FloorSettings;
use crate::providers::end_of_turn::EndOfTurnConfig;
use crate::providers::llm::LlmConfig;
use crate::providers::runner::RunnerConfig;
use crate::providers::stt::SttConfig;
use crate::providers::tts::TtsConfig;
use crate::providers::vad::VadConfig;
use crate::providers::{ApiKey, apply_openai_key};
use crate::scorecard::judge::JudgeConfig;
use crate::store::StoreConfig;
use crate::units::Permille;
use config::builder::DefaultState;
use config::{ConfigBuilder, ConfigError, Environment, File, FileFormat};
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

/// The whole configuration.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where and how the server listens.
    pub serve: ServeConfig,
    /// Speech recognition.
    pub stt: SttConfig,
    /// The language model.
    pub llm: LlmConfig,
    /// The interviewer's voice.
    pub tts: TtsConfig,
    /// The voice detector.
    pub vad: VadConfig,
    /// The end-of-turn model; none unless named.
    pub end_of_turn: EndOfTurnConfig,
    /// Running candidates' code.
    pub runner: RunnerConfig,
    /// The model that judges what cannot be computed, after the interview.
    pub judge: JudgeConfig,
    /// Turn-taking.
    pub floor: FloorSettings,
    /// When the interviewer speaks first, and how long phases may take.
    pub agenda: AgendaSettings,
    /// What is kept of interviews.
    pub recording: RecordingConfig,
    /// Where rows and recordings are kept.
    pub store: StoreConfig,
    /// Whether people have accounts.
    pub accounts: AccountsConfig,
    /// What one server takes on, and how much of it one person or address.
    pub limits: LimitsConfig,
}

/// The section `[serve]`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServeConfig {
    /// Address and port. An address that others can reach needs `api_key`. Default `127.0.0.1:8080`.
    pub listen: SocketAddr,
    /// Folder for everything that is kept. Default `data`.
    pub data: PathBuf,
    /// Key that callers must show (`Authorization: Bearer …`). Unset: open to this machine, and no other.
    pub api_key: Option<ApiKey>,
    /// Certificate chain (PEM) for `https` and `wss`; with `tls_key`.
    pub tls_cert: Option<PathBuf>,
    /// Private key (PEM); with `tls_cert`.
    pub tls_key: Option<PathBuf>,
    /// Log lines are JSON.
    pub json_logs: bool,
    /// Pages of these origins (`https://host[:port]`) may use the voice socket beside our own page.
    pub origins: Vec<String>,
    /// Host names under which this server may be asked for, beside this machine's own, when there is no `api_key`.
    pub hosts: Vec<String>,
    /// Folder of questions used instead of the built-in ones.
    pub questions: Option<PathBuf>,
    /// Id of the question of interviews that name none. Unset: the first.
    pub question: Option<String>,
    /// Language of interviews, as a BCP 47 tag. Default `en`.
    pub language: String,
}

impl Default for ServeConfig {
    fn default() -> Self {
        ServeConfig {
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080),
            data: PathBuf::from("data"),
            api_key: None,
            tls_cert: None,
            tls_key: None,
            json_logs: false,
            origins: Vec::new(),
            hosts: Vec::new(),
            questions: None,
            question: None,
            language: "en".to_owned(),
        }
    }
}

/// The section `[recording]`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RecordingConfig {
    /// Folder of recordings. Unset: `recordings` in the data folder.
    pub dir: Option<PathBuf>,
    /// Everybody who uses this server has agreed to be recorded elsewhere; nobody is asked. Default false.
    pub operator_consent: bool,
    /// Interviews are deleted so many days after their end, with all that was kept of them. A candidate's own setting goes
    /// first. 1 to 36,500; unset: never.
    pub retention_days: Option<u32>,
}

/// The section `[limits]`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LimitsConfig {
    /// Interviews at once; more are answered 503. 1 to 4,000, default 200.
    pub interviews_max: usize,
    /// Sessions that are known at once, over ones included; the oldest that are over are forgotten first. At least
    /// `interviews_max`, at most 100,000, default 2,000.
    pub sessions_max: usize,
    /// How long a session that was created may wait for its client, in s. 10 to 86,400, default 900.
    pub join_within_s: u64,
    /// How long a lost client is waited for, in ms. 0 to 3,600,000, default 30,000.
    pub grace_ms: u64,
    /// Threads for voice detectors, 1 to 64. Unset: half of the machine's, at least one.
    pub vad_threads: Option<usize>,
    /// How long interviews may take to end when the server stops, in s; then they are cut off, and recovered at the
    /// next start. 0 to 600, default 10.
    pub shutdown_s: u64,
    /// Attempts to sign in, to sign up, to use a link or to guess a key, a minute: by address, and by account. 1 to 10,000,
    /// default 10. Too low and a class behind one address waits; too high and passwords can be guessed.
    pub sign_ins_per_minute: u32,
    /// Requests a minute: of a person, and of an address from which somebody unknown asks. 1 to 1,000,000, default 1,200.
    pub requests_per_minute: u32,
    /// Sockets that a person opens in a minute. 1 to 100,000, default 60.
    pub sockets_per_minute: u32,
    /// Runs of code that a person asks for in a minute, over all of their interviews. 1 to 10,000, default 30.
    pub runs_per_minute: u32,
    /// Minutes of interviews that a person may hold in a day (UTC). 0 to 1,440; unset: no limit. A person's own setting goes first.
    pub minutes_per_day: Option<u32>,
    /// Tokens of the model that a person's interviews may take in a day (UTC), read and written. Unset: no limit. A person's own
    /// setting goes first.
    pub tokens_per_day: Option<u32>,
    /// Addresses of proxies of yours that stand before this server: what they say in `X-Forwarded-For` of whom they speak for is
    /// believed. Without them everybody behind a proxy counts as one address.
    pub proxies: Vec<IpAddr>,
}

impl Default for LimitsConfig {
    fn default() -> Self {
        LimitsConfig {
            interviews_max: 200,
            sessions_max: 2_000,
            join_within_s: 900,
            grace_ms: 30_000,
            vad_threads: None,
            shutdown_s: 10,
            sign_ins_per_minute: 10,
            requests_per_minute: 1_200,
            sockets_per_minute: 60,
            runs_per_minute: 30,
            minutes_per_day: None,
            tokens_per_day: None,
            proxies: Vec::new(),
        }
    }
}

/// Settings given as flags; those that are none change nothing.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    /// `serve.listen`.
    pub listen: Option<SocketAddr>,
    /// `serve.data`.
    pub data: Option<PathBuf>,
    /// `serve.tls_cert`.
    pub tls_cert: Option<PathBuf>,
    /// `serve.tls_key`.
    pub tls_key: Option<PathBuf>,
    /// `serve.json_logs`, when true.
    pub json_logs: bool,
}

/// Why there is no usable configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigProblem {
    /// A file cannot be read, or a key or value is unknown.
    #[error("configuration: {0}")]
    Read(#[from] ConfigError),
    /// A value cannot be used.
    #[error("configuration: {setting} {rule}")]
    Rule {
        /// Which setting.
        setting: &'static str,
        /// What must hold and does not.
        rule: String,
    },
}

impl Config {
    /// Reads the file (if one is named), the environment and the flags, and applies `OPENAI_API_KEY`.
    ///
    /// # Errors
    /// When something cannot be read, is unknown or breaks a rule; the error names it.
    pub fn read(file: Option<&Path>, flags: &Flags) -> Result<Config, ConfigProblem> {
        let environment = Environment::with_prefix("VIVA").prefix_separator("__").separator("__");
        let openai_key = std::env::var("OPENAI_API_KEY").ok();
        Config::read_from(file, environment, openai_key, flags)
    }

    fn read_from(
        file: Option<&Path>,
        environment: Environment,
        openai_key: Option<String>,
        flags: &Flags,
    ) -> Result<Config, ConfigProblem> {
        let mut sources = ConfigBuilder::<DefaultState>::default();
        if let Some(path) = file {
            sources = sources.add_source(File::from(path).format(FileFormat::Toml));
        }
        let environment = environment
            .try_parsing(true)
            .list_separator(",")
            .with_list_parse_key("serve.origins")
            .with_list_parse_key("serve.hosts")
            .with_list_parse_key("limits.proxies");
        let mut config: Config = sources.add_source(environment).build()?.try_deserialize()?;
        config.apply(flags);
        apply_openai_key(openai_key.map(ApiKey::new), &mut config.llm, &mut config.stt, &mut config.tts);
        config.check()?;
        Ok(config)
    }

    fn apply(&mut self, flags: &Flags) {
        let serve = &mut self.serve;
        serve.listen = flags.listen.unwrap_or(serve.listen);
        if let Some(data) = &flags.data {
            serve.data.clone_from(data);
        }
        serve.tls_cert = flags.tls_cert.clone().or(serve.tls_cert.take());
        serve.tls_key = flags.tls_key.clone().or(serve.tls_key.take());
        serve.json_logs |= flags.json_logs;
    }

    fn check(&self) -> Result<(), ConfigProblem> {
        let (serve, limits) = (&self.serve, &self.limits);
        let open = serve.api_key.as_ref().is_none_or(|key| key.expose().trim().is_empty());
        let empty_key = serve.api_key.is_some() && open;
        let threads = limits.vad_threads;
        let within = |value: u64, least: u64, most: u64| (least..=most).contains(&value);
        let rules = [
            (!empty_key, "serve.api_key", "must not be empty".to_owned()),
            (
                !open || self.accounts.enabled || serve.listen.ip().is_loopback(),
                "serve.listen",
                format!(
                    "{} can be reached from other machines: switch accounts on (VIVA__ACCOUNTS__ENABLED=true), set \
                     VIVA__SERVE__API_KEY to a key that callers must show, or listen on 127.0.0.1",
                    serve.listen
                ),
            ),
            (
                serve.tls_cert.is_some() == serve.tls_key.is_some(),
                "serve.tls_cert",
                "goes with serve.tls_key".to_owned(),
            ),
            (!serve.language.trim().is_empty(), "serve.language", "must not be empty".to_owned()),
            (within(limits.interviews_max as u64, 1, 4_000), "limits.interviews_max", "is 1 to 4,000".to_owned()),
            (
                within(limits.sessions_max as u64, limits.interviews_max as u64, 100_000),
                "limits.sessions_max",
                "is limits.interviews_max to 100,000".to_owned(),
            ),
            (within(limits.join_within_s, 10, 86_400), "limits.join_within_s", "is 10 to 86,400".to_owned()),
            (within(limits.grace_ms, 0, 3_600_000), "limits.grace_ms", "is 0 to 3,600,000".to_owned()),
            (threads.is_none_or(|n| within(n as u64, 1, 64)), "limits.vad_threads", "is 1 to 64".to_owned()),
            (
                self.end_of_turn.open_permille <= self.end_of_turn.done_permille
                    && self.end_of_turn.done_permille <= Permille(1000),
                "end_of_turn.open_permille",
                "is 0 to end_of_turn.done_permille, which is at most 1000".to_owned(),
            ),
            (within(limits.shutdown_s, 0, 600), "limits.shutdown_s", "is 0 to 600".to_owned()),
        ];
        let rate = |value: u32, most: u32| (1..=most).contains(&value);
        let rates = [
            (rate(limits.sign_ins_per_minute, 10_000), "limits.sign_ins_per_minute", "is 1 to 10,000".to_owned()),
            (rate(limits.requests_per_minute, 1_000_000), "limits.requests_per_minute", "is 1 to 1,000,000".to_owned()),
            (rate(limits.sockets_per_minute, 100_000), "limits.sockets_per_minute", "is 1 to 100,000".to_owned()),
            (rate(limits.runs_per_minute, 10_000), "limits.runs_per_minute", "is 1 to 10,000".to_owned()),
            (
                limits.minutes_per_day.is_none_or(|minutes| minutes <= 1_440),
                "limits.minutes_per_day",
                "is 0 to 1,440".to_owned(),
            ),
        ];
        let retention = self.recording.retention_days;
        let kept = (
            retention.is_none_or(|days| within(days.into(), 1, 36_500)),
            "recording.retention_days",
            "is 1 to 36,500".to_owned(),
        );
        match rules
            .into_iter()
            .chain(rates)
            .chain([kept])
            .chain(self.store.rules())
            .chain(self.accounts.rules())
            .find(|(holds, ..)| !holds)
        {
            Some((_, setting, rule)) => Err(ConfigProblem::Rule { setting, rule }),
            None => Ok(()),
        }
    }

    /// The configuration as TOML, keys of services masked. Scripts of services that are not in use are left out.
    pub fn effective(&self) -> String {
        let mut shown = match toml::Table::try_from(self) {
            Ok(shown) => shown,
            Err(error) => return format!("# cannot be shown: {error}\n"),
        };
        for section in shown.iter_mut().filter_map(|(_, section)| section.as_table_mut()) {
            if section.get("provider").and_then(toml::Value::as_str) != Some("fake") {
                section.remove("fake");
            }
        }
        shown.to_string()
    }

    /// The folder of recordings.
    pub fn recordings(&self) -> PathBuf {
        self.recording.dir.clone().unwrap_or_else(|| self.serve.data.join("recordings"))
    }

    /// Threads for voice detectors.
    pub fn vad_threads(&self) -> usize {
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        self.limits.vad_threads.unwrap_or_else(|| cores().div_ceil(2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Ms;
    use std::collections::HashMap;

    fn environment(pairs: &[(&str, &str)]) -> Environment {
        let source: HashMap<String, String> =
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Environment::with_prefix("VIVA").prefix_separator("__").separator("__").source(Some(source))
    }

    fn read(toml: &str, pairs: &[(&str, &str)], flags: &Flags) -> Result<Config, String> {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        std::io::Write::write_all(&mut file, toml.as_bytes()).expect("written");
        Config::read_from(Some(file.path()), environment(pairs), None, flags).map_err(|error| error.to_string())
    }

    #[test]
    fn flags_win_over_the_environment_and_that_over_the_file() {
        let toml = "[serve]\nlisten = \"127.0.0.1:1\"\nlanguage = \"de\"\n[floor]\nsoft_end_ms = 250\n";
        let pairs = [("VIVA__SERVE__LISTEN", "127.0.0.1:2"), ("VIVA__LLM__MAX_TOKENS", "99")];
        let config = read(toml, &pairs, &Flags::default()).expect("usable");
        assert_eq!((config.serve.listen.port(), config.serve.language.as_str()), (2, "de"));
        assert_eq!((config.floor.soft_end_ms, config.llm.max_tokens), (Ms(250), 99));
        let flags = Flags { listen: Some(([127, 0, 0, 1], 3).into()), ..Flags::default() };
        assert_eq!(read(toml, &pairs, &flags).expect("usable").serve.listen.port(), 3);
    }

    #[test]
    fn unknown_keys_and_values_are_refused_by_name() {
        for (toml, pair, expected) in [
            ("[serve]\nlistne = \"x\"\n", ("VIVA__SERVE__DATA", "d"), "listne"),
            ("[sevre]\n", ("VIVA__SERVE__DATA", "d"), "sevre"),
            ("", ("VIVA__STT__PROVDER", "client"), "provder"),
            ("", ("VIVA__STT__PROVIDER", "acme"), "acme"),
            ("[floor]\nsoft_ends_ms = 3\n", ("VIVA__SERVE__DATA", "d"), "soft_ends_ms"),
        ] {
            let error = read(toml, &[pair], &Flags::default()).expect_err(expected);
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn an_address_for_others_needs_a_key() {
        let error = read("", &[("VIVA__SERVE__LISTEN", "0.0.0.0:80")], &Flags::default()).expect_err("no key");
        assert!(error.contains("VIVA__SERVE__API_KEY"), "{error}");
        let pairs = [("VIVA__SERVE__LISTEN", "0.0.0.0:80"), ("VIVA__SERVE__API_KEY", "12345")];
        assert_eq!(read("", &pairs, &Flags::default()).expect("usable").serve.api_key.expect("set").expose(), "12345");
        let pairs = [("VIVA__SERVE__LISTEN", "[::]:80"), ("VIVA__SERVE__API_KEY", " ")];
        assert!(read("", &pairs, &Flags::default()).expect_err("empty key").contains("serve.api_key"));
    }

    #[test]
    fn what_is_printed_holds_no_key_and_can_be_read_again() {
        let pairs =
            [("VIVA__LLM__API_KEY", "sk-secret-secret-secret-tail"), ("VIVA__SERVE__API_KEY", "hush-hush-hush-last")];
        let config = read("", &pairs, &Flags::default()).expect("usable");
        let shown = config.effective();
        assert!(!shown.contains("secret") && !shown.contains("hush") && shown.contains("***tail"), "{shown}");
        assert!(toml::from_str::<Config>(&shown).is_ok(), "{shown}");
    }

    #[test]
    fn lists_come_from_the_environment_with_commas() {
        let config =
            read("", &[("VIVA__SERVE__ORIGINS", "https://a.example,https://b.example:8443")], &Flags::default());
        assert_eq!(config.expect("usable").serve.origins, ["https://a.example", "https://b.example:8443"]);
    }

    #[test]
    fn an_openai_key_alone_turns_everything_to_openai() {
        let key = Some("sk-0123456789abcdefgh".to_owned());
        let config = Config::read_from(None, environment(&[]), key, &Flags::default()).expect("usable");
        let shown = config.effective();
        assert_eq!(shown.matches("provider = \"openai\"").count(), 3, "{shown}");
    }
}
