//! `viva serve`: the server, until it is told to stop.

use crate::app::{App, RunnerFacts};
use crate::config::{Config, Flags};
use crate::http;
use crate::providers::LOG_SILENCED;
use axum_server::accept::NoDelayAcceptor;
use axum_server::tls_rustls::RustlsConfig;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use tracing_subscriber::EnvFilter;

/// How long open connections may take to end after the interviews have.
const CONNECTIONS_WITHIN: Duration = Duration::from_secs(3);

/// Serve interviews: the page, the voice socket and the REST interface
#[derive(clap::Args, Debug)]
#[command(after_long_help = "\
Settings come from the file named by --config (TOML), then the environment, then these flags; later ones win. A setting
`key` in the section `[section]` is VIVA__SECTION__KEY in the environment. The effective configuration is printed at the
start, keys masked; a key nobody knows is an error.

Sections: serve, stt, llm, tts, vad, end_of_turn, runner, judge, floor, recording, limits. The first to try:
  OPENAI_API_KEY=sk-...                              alone turns recogniser, model and voice to OpenAI
  VIVA__LLM__PROVIDER=openai VIVA__LLM__BASE_URL=http://127.0.0.1:11434/v1 VIVA__LLM__MODEL=llama3.2
                                                     a model of your own, here Ollama
  VIVA__TTS__PROVIDER=espeak                         a voice without any key
Without any, the interviewer says the question's own lines, speaks by espeak-ng or the browser, and hears through it.

Candidates' code is run on this machine, in boxes: namespaces around Landlock, a filter of system calls and limits. Where
namespaces cannot be had nothing is run, and the start says why; VIVA__RUNNER__MINIMUM_TIER=landlock makes do without them,
VIVA__RUNNER__PROVIDER=piston runs code elsewhere, =disabled not at all.

Only this machine can reach the server unless --listen says otherwise; then VIVA__SERVE__API_KEY must be set, and callers
show it. Browsers use a microphone only on localhost or over https: see --tls-cert.

Examples:
  viva serve                                         http://127.0.0.1:8080, recordings in ./data/recordings
  viva serve --listen 127.0.0.1:9000 --data /var/lib/viva
  VIVA__SERVE__API_KEY=... viva serve --listen 0.0.0.0:8443 --tls-cert cert.pem --tls-key key.pem

Exit code: 0 stopped as told; 1 something broke; 2 unusable arguments or configuration.")]
pub struct ServeArgs {
    /// Address and port to listen on [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    pub listen: Option<SocketAddr>,
    /// Folder for everything that is kept [default: data]
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Configuration file (TOML)
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Certificate chain (PEM), for https and wss
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// Private key of the certificate (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// Write log lines as JSON
    #[arg(long)]
    pub json_logs: bool,
}

/// Runs the server until SIGINT or SIGTERM.
pub fn run(args: &ServeArgs) -> ExitCode {
    let flags = Flags {
        listen: args.listen,
        data: args.data.clone(),
        tls_cert: args.tls_cert.clone(),
        tls_key: args.tls_key.clone(),
        json_logs: args.json_logs,
    };
    let config = match Config::read(args.config.as_deref(), &flags) {
        Ok(config) => config,
        Err(error) => return unusable(&error),
    };
    log_to_stderr(config.serve.json_logs);
    eprintln!("# effective configuration\n{}", config.effective());
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(workers()).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return broken(&anyhow::Error::new(error).context("cannot start the runtime")),
    };
    let app = match runtime.block_on(App::start(config)) {
        Ok(app) => app,
        Err(error) => return unusable(&error),
    };
    let in_use: Vec<String> = app.providers().iter().map(|(kind, facts)| format!("{kind} {}", facts.name)).collect();
    eprintln!("# in use: {}\n# code: {}\n", in_use.join(", "), about_runs(&app.runner()));
    match runtime.block_on(serve(app)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => broken(&error),
    }
}

/// Whether code is run, in a line for whoever starts the server.
fn about_runs(runner: &RunnerFacts) -> String {
    let languages: Vec<String> =
        runner.languages.iter().map(|found| format!("{} {}", found.language, found.version)).collect();
    match (&runner.disabled, runner.tier) {
        (Some(reason), _) => format!("not run: {reason}"),
        (None, Some(tier)) => format!("run in boxes of tier {}: {}", tier.name(), languages.join(", ")),
        (None, None) => "not run".to_owned(),
    }
}

/// Threads that carry sockets and interviews. One core is left to the voice detectors and the recorder: on two cores one
/// worker carries hundreds of interviews, and a second would mostly be woken to find nothing (half of all CPU time, measured).
fn workers() -> usize {
    std::thread::available_parallelism().map_or(1, |cores| cores.get().saturating_sub(1)).max(1)
}

fn unusable(error: &dyn std::error::Error) -> ExitCode {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    eprintln!("viva serve: {text}");
    ExitCode::from(2)
}

fn broken(error: &anyhow::Error) -> ExitCode {
    eprintln!("viva serve: {error:#}");
    ExitCode::from(1)
}

fn log_to_stderr(json: bool) {
    let filter = std::env::var("RUST_LOG").unwrap_or_else(|_| "info".to_owned());
    let filter = EnvFilter::new(format!("{filter},{LOG_SILENCED}"));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A subscriber that is there already (a test's) serves as well.
    if json {
        lines.json().try_init().ok()
    } else {
        lines.try_init().ok()
    };
}

async fn serve(app: App) -> anyhow::Result<()> {
    let serve = app.config().serve.clone();
    let recovering = app.clone();
    tokio::task::spawn_blocking(move || recovering.recover()).await?;
    let adopting = app.clone();
    tokio::spawn(async move {
        if let Err(error) = adopting.adopt().await {
            tracing::error!(%error, "what the last server left is taken up at the next start");
        }
    });
    let listener = TcpListener::bind(serve.listen)
        .map_err(|error| anyhow::anyhow!("cannot listen on {}: {error}", serve.listen))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let handle = axum_server::Handle::new();
    let stopping = tokio::spawn(stop(app.clone(), handle.clone()));
    let measuring = tokio::spawn(http::keep_up());
    let warming = app.clone();
    let warming = tokio::spawn(async move { warming.warm().await });
    let store = app.store().clone();
    let routes = http::router(app).into_make_service_with_connect_info::<SocketAddr>();
    match (&serve.tls_cert, &serve.tls_key) {
        (Some(cert), Some(key)) => {
            let tls = RustlsConfig::from_pem_file(cert, key)
                .await
                .map_err(|error| anyhow::anyhow!("cannot use {} and {}: {error}", cert.display(), key.display()))?;
            eprintln!("Viva: https://{address}");
            let server = axum_server::from_tcp_rustls(listener, tls)?;
            server.map(|tls| tls.acceptor(NoDelayAcceptor)).handle(handle).serve(routes).await?;
        }
        _ => {
            eprintln!("Viva: http://{address}");
            axum_server::from_tcp(listener)?.acceptor(NoDelayAcceptor).handle(handle).serve(routes).await?;
        }
    }
    measuring.abort();
    warming.abort();
    stopping.await?;
    // SQLite then leaves one file.
    tokio::time::timeout(CONNECTIONS_WITHIN, store.close()).await.ok();
    Ok(())
}

/// Waits for the signal; lets the interviews end and their recordings be closed, then the connections.
async fn stop(app: App, handle: axum_server::Handle<SocketAddr>) {
    signal().await;
    eprintln!("Viva: stopping; interviews end and recordings are closed");
    app.shutdown().await;
    handle.graceful_shutdown(Some(CONNECTIONS_WITHIN));
}

async fn signal() {
    let interrupt = tokio::signal::ctrl_c();
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
        }
        Err(error) => {
            tracing::warn!(%error, "SIGTERM is not listened to");
            interrupt.await.ok();
        }
    }
}
