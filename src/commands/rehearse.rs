//! `viva rehearse`: a candidate from a script or a sound file holds interviews over the real socket, with a server that
//! runs already or one of its own.

use crate::app::App;
use crate::config::{Config, Flags};
use crate::http;
use crate::providers::LOG_SILENCED;
use crate::rehearse::client::{Manner, Server, Wish};
use crate::rehearse::notes::Style;
use crate::rehearse::report::{Report, with_causes};
use crate::rehearse::{Prepared, Rehearsal, SESSIONS_MAX, prepare};
use std::io::{IsTerminal, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tracing_subscriber::EnvFilter;

/// Rehearse an interview: a scripted candidate speaks with a server in real time
#[derive(clap::Args, Debug)]
#[command(after_long_help = "\
The candidate talks over the same voice socket as a browser: sound in real time, 20 ms a frame, all the time. Lines of a
script become sound by espeak-ng. When the server has no speech recognition, the words go along with the sound as a
browser's recogniser would send them. Without --server, a server of its own runs in this process, on a free port of this
machine, configured as `viva serve` is (file, VIVA__SECTION__KEY, OPENAI_API_KEY).

A script is a TOML file:

  voice = \"en-gb\"               # espeak-ng --voices lists them
  speed_percent = 110           # 50 to 200
  noise_dbfs = -62.0            # the room, under and between the lines; seed = 7 makes it the same each time
  language = \"python3\"          # of the code; chars_per_s = 25 is how fast it is typed

  [[line]]                      # once the interviewer has finished, and half a second later:
  say = \"Hello, I am ready.\"

  [[line]]                      # with pauses inside, and 2 s after the interviewer:
  say = [\"So I would use a\", { pause_ms = 1200 }, \"hash map.\"]
  wait_ms = 2000

  [[line]]                      # over the interviewer, 1.5 s after their first sound, to take the floor:
  say = \"Sorry, one question.\"
  cut_in_after_ms = 1500

  [[line]]                      # over the interviewer, without taking it:
  say = \"Mm-hm.\"
  backchannel_after_ms = 2000

  [[line]]                      # right after the own line before, not after the interviewer:
  say = \"And a list.\"
  when = \"at_once\"

  [[line]]
  silence_ms = 3000             # says nothing for so long
  [[line]]
  type = \"O(n log n)\"           # typed instead of spoken
  [[line]]
  code = \"x = 1\\n\"             # typed in the shared editor, in bursts, until this is its text
  [[line]]
  run = \"visible\"               # or all: runs the code; with remark = true the interviewer will speak up about it
  [[line]]
  hint = true                   # asks for a hint by the button
  [[line]]
  end = true                    # ends the interview; without it, after the answer to the last line

  [expect]                      # exit code 1 when it was otherwise
  turns_min = 5
  interruptions_min = 1         # replies given up for the candidate; interruptions_max too
  resumed_min = 1               # replies that went on after a sound that was nothing
  cut_offs_max = 0              # times the interviewer began while a line was being said (0 unless set)
  answer_p95_ms_max = 900       # end of speech to the first sound of the answer
  gaps_ms_max = 0               # silence within the interviewer's sound that nobody asked for
  runs_min = 2                  # runs of the code; failed_runs_min, hints_min likewise
  passes_hidden = true          # the last run passed every test, hidden ones too
  names_code = true             # after a failed run the interviewer named its line, or a name of the candidate's own

A sound file (wav or flac) is played from beginning to end instead; its words need a server that recognises speech.

At the end stand each turn's ledger, p50 and p95 of what was waited for, and where the recording is.

Examples:
  viva rehearse parcel-lockers --candidate demo/parcel-lockers.toml
                                           a whole interview; recorded to ./data/recordings
  viva rehearse parcel-lockers --candidate demo/short.toml --save-sound heard
                                           also writes what was heard: candidate left, interviewer right
  viva rehearse parcel-lockers --candidate me.wav --server http://127.0.0.1:8080
                                           a running server
  viva rehearse parcel-lockers --candidate demo/short.toml --server http://127.0.0.1:8080 \\
      --sessions 50 --server-pid \"$(pidof viva)\"
                                           fifty at once, and what the server uses for them

Exit code: 0 good; 1 the interview failed or was not as expected; 2 unusable arguments.")]
pub struct RehearseArgs {
    /// The question's id (GET /v1/questions lists them)
    #[arg(value_name = "QUESTION")]
    pub question: String,
    /// The candidate: a script, or their side of an interview as sound
    #[arg(long, value_name = "SCRIPT.toml|FILE.wav")]
    pub candidate: PathBuf,
    /// A running server, such as http://127.0.0.1:8080 [default: one of its own]
    #[arg(long, value_name = "URL")]
    pub server: Option<String>,
    /// The running server's key
    #[arg(long, value_name = "KEY", env = "VIVA__SERVE__API_KEY", hide_env_values = true)]
    pub api_key: Option<String>,
    /// How many interviews at once; more than one are only summed up
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = sessions)]
    pub sessions: usize,
    /// Time over which the beginnings of several sessions are spread, in s
    #[arg(long, value_name = "S", default_value_t = 2)]
    pub ramp_s: u16,
    /// Process of the running server: shows its CPU time and memory
    #[arg(long, value_name = "PID", requires = "server")]
    pub server_pid: Option<u32>,
    /// Print JSON: one object a line for what happens, then one with the report
    #[arg(long)]
    pub json: bool,
    /// Print the report alone
    #[arg(long, short)]
    pub quiet: bool,
    /// Folder for what the own server keeps [default: data]
    #[arg(long, value_name = "DIR", conflicts_with = "server")]
    pub data: Option<PathBuf>,
    /// Configuration file (TOML) of the own server
    #[arg(long, value_name = "FILE", conflicts_with = "server")]
    pub config: Option<PathBuf>,
    /// The candidate does not agree to be recorded
    #[arg(long)]
    pub no_recording: bool,
    /// Write what was heard as DIR/<session>.wav: candidate left, interviewer right
    #[arg(long, value_name = "DIR")]
    pub save_sound: Option<PathBuf>,
}

fn sessions(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number| (1..=SESSIONS_MAX).contains(number));
    number.ok_or_else(|| format!("it must be 1 to {SESSIONS_MAX}"))
}

/// Runs the command, printing to stdout.
pub fn run(args: &RehearseArgs) -> ExitCode {
    let filter = std::env::var("RUST_LOG").unwrap_or_else(|_| "warn".to_owned());
    let filter = EnvFilter::new(format!("{filter},{LOG_SILENCED}"));
    // A subscriber that is there already (a test's) serves as well.
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init().ok();
    match rehearse(args) {
        Ok(report) => {
            let text = match args.json {
                true => serde_json::to_string(&report).unwrap_or_default() + "\n",
                false => report.text(),
            };
            // A reader that went away (`| head`) does not change the verdict.
            let _ = std::io::stdout().lock().write_all(text.as_bytes());
            ExitCode::from(report.exit_code())
        }
        Err(Failure { code, message }) => {
            eprintln!("viva rehearse: {message}");
            ExitCode::from(code)
        }
    }
}

/// Why there is no report.
struct Failure {
    code: u8,
    message: String,
}

fn unusable(error: impl std::error::Error) -> Failure {
    Failure { code: 2, message: with_causes(&error) }
}

fn broken(what: &str, error: impl std::error::Error) -> Failure {
    Failure { code: 1, message: format!("{what}: {}", with_causes(&error)) }
}

fn rehearse(args: &RehearseArgs) -> Result<Report, Failure> {
    // With a server elsewhere one thread does, and leaves the other cores to what is being measured.
    let runtime = match &args.server {
        Some(_) => Builder::new_current_thread().enable_all().build(),
        None => Builder::new_multi_thread().enable_all().build(),
    };
    let runtime = runtime.map_err(|error| broken("cannot start the runtime", error))?;
    let prepared = runtime.block_on(prepare(&args.candidate)).map_err(unusable)?;
    match &args.server {
        Some(address) => runtime.block_on(with_server(args, prepared, address)),
        None => with_own_server(args, prepared, &runtime),
    }
}

async fn with_server(args: &RehearseArgs, prepared: Prepared, address: &str) -> Result<Report, Failure> {
    let style = match args.json {
        _ if args.quiet || args.sessions > 1 => Style::Quiet,
        true => Style::Json,
        false if std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none() => Style::Coloured,
        false => Style::Plain,
    };
    let minutes = prepared.minutes;
    let rehearsal = Rehearsal {
        server: Server::new(address, args.api_key.clone()).map_err(unusable)?,
        wish: Wish { question: args.question.clone(), minutes, recording: !args.no_recording },
        prepared,
        manner: Manner { style, save_sound: args.save_sound.clone() },
        sessions: args.sessions,
        ramp: Duration::from_secs(u64::from(args.ramp_s)),
        server_pid: args.server_pid,
    };
    Ok(rehearsal.run().await)
}

/// A server of its own, on a free port of this machine, until the rehearsal is over.
fn with_own_server(args: &RehearseArgs, prepared: Prepared, runtime: &Runtime) -> Result<Report, Failure> {
    let flags = Flags { data: args.data.clone(), ..Flags::default() };
    let mut config = Config::read(args.config.as_deref(), &flags).map_err(unusable)?;
    config.serve.listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    config.limits.interviews_max = config.limits.interviews_max.max(args.sessions);
    config.limits.sessions_max = config.limits.sessions_max.max(args.sessions);
    runtime.block_on(async {
        let app = App::start(config).await.map_err(unusable)?;
        let listener = tokio::net::TcpListener::bind(app.config().serve.listen).await;
        let listener = listener.map_err(|error| broken("cannot listen", error))?;
        let address = listener.local_addr().map_err(|error| broken("cannot listen", error))?;
        let routes = http::router(app.clone());
        let serving = tokio::spawn(async move { axum::serve(listener, routes).await });
        app.warm().await;
        let mut report = with_server(args, prepared, &format!("http://{address}")).await?;
        for kept in report.sessions.iter_mut().filter_map(|session| session.recording.as_mut()) {
            // The server is gone when this is read: its folder says more than its address.
            let id = kept.place.rsplit('/').nth(1).unwrap_or_default();
            if let Some(folder) = app.recording_folder(id) {
                kept.place = folder.display().to_string();
            }
        }
        app.shutdown().await;
        serving.abort();
        Ok(report)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::replay::{ReplayArgs, run_to};
    use crate::recording::format::STEPS_FILE;
    use clap::Parser;
    use std::path::Path;

    #[derive(clap::Parser)]
    struct Cli {
        #[command(flatten)]
        args: RehearseArgs,
    }

    fn arguments(more: &[&str]) -> RehearseArgs {
        let first = ["viva-rehearse", "parcel-lockers", "--candidate"];
        Cli::parse_from(first.iter().chain(more)).args
    }

    fn demo(name: &str) -> String {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("demo").join(name).display().to_string()
    }

    /// The exit code of `viva replay`, and what it printed.
    fn replayed(folder: &Path) -> (u8, String) {
        let args = ReplayArgs { paths: vec![folder.to_owned()], json: false, junit: None };
        let (mut out, mut errors) = (Vec::new(), Vec::new());
        let code = run_to(&args, &mut out, &mut errors);
        (code, String::from_utf8_lossy(&out).into_owned())
    }

    /// Makes the first recorded pause a resumption; the step it is.
    fn tamper(recording: &Path) -> String {
        let path = recording.join(STEPS_FILE);
        let steps = std::fs::read_to_string(&path).expect("the steps");
        let pause = steps.lines().find(|line| line.contains("\"pause_playout\"")).expect("a pause");
        let step: serde_json::Value = serde_json::from_str(pause).expect("a step");
        let other = steps.replacen(pause, &pause.replace("pause_playout", "resume_playout"), 1);
        std::fs::write(&path, other).expect("written");
        format!("step {}:", step["seq"])
    }

    /// In real time and over the real socket: three quarters of a minute.
    #[test]
    fn an_interview_with_a_barge_in_and_a_pause_is_held_recorded_and_replays_alike_until_a_command_is_changed() {
        let data = tempfile::tempdir().expect("a temporary folder");
        let folder = data.path().display().to_string();
        let (script, sound) = (demo("short.toml"), data.path().join("heard").display().to_string());
        let args = arguments(&[&script, "--data", &folder, "--quiet", "--save-sound", &sound]);
        let report = rehearse(&args).unwrap_or_else(|failure| panic!("{}", failure.message));
        assert_eq!(report.exit_code(), 0, "{}", report.text());
        let [session] = report.sessions.as_slice() else { panic!("{}", report.text()) };
        assert!(session.length_ms > 30_000 && session.turns.iter().all(|turn| turn.server.is_some()));
        let recording = PathBuf::from(&session.recording.as_ref().expect("a recording").place);
        let (code, out) = replayed(&recording);
        assert_eq!(code, 0, "{out}");
        let step = tamper(&recording);
        let (code, out) = replayed(&recording);
        assert!(code == 1 && out.contains(&step), "{step} {out}");
        let heard = hound::WavReader::open(session.sound.as_ref().expect("a file")).expect("a wav");
        assert_eq!(u64::from(heard.duration()), session.length_ms * 24);
    }

    const CODING: &str = r#"
speed_percent = 140
seed = 5
chars_per_s = 200
[[line]]
say = "Hello, I am ready for the question."
cut_in_after_ms = 1500
[[line]]
say = "May I write it down?"
[[line]]
code = '''
class ParcelLockers:
    def store(self, parcel, size):
        return self.fitting_lockers[0]
'''
[[line]]
run = "visible"
remark = true
when = "at_once"
wait_ms = 500
[[line]]
hint = true
[[line]]
code = '''
class ParcelLockers:
    def store(self, parcel, size):
        return None
'''
[[line]]
run = "all"
when = "at_once"
wait_ms = 500
[[line]]
end = true
wait_ms = 300
[expect]
runs_min = 2
failed_runs_min = 1
hints_min = 1
passes_hidden = true
names_code = true
interruptions_max = 1
"#;

    /// In real time and over the real sockets, three quarters of a minute; what would run the code is scripted.
    #[test]
    fn a_candidate_writes_wrong_code_is_asked_about_its_line_takes_a_hint_and_puts_it_right() {
        let data = tempfile::tempdir().expect("a temporary folder");
        let place = |name: &str, text: &str| {
            let path = data.path().join(name);
            std::fs::write(&path, text).expect("written");
            path.display().to_string()
        };
        let script = place("coding.toml", CODING);
        let wrong = "[[runner.fake.scenes]]\nwhen = 'fitting_lockers'\nverdict = 'RE'\nline = 3\n";
        let config = place("viva.toml", &format!("[runner]\nprovider = 'fake'\n{wrong}"));
        let folder = data.path().display().to_string();
        let args = arguments(&[&script, "--data", &folder, "--config", &config, "--quiet"]);
        let report = rehearse(&args).unwrap_or_else(|failure| panic!("{}", failure.message));
        assert_eq!(report.exit_code(), 0, "{}", report.text());
        let [session] = report.sessions.as_slice() else { panic!("{}", report.text()) };
        let recording = PathBuf::from(&session.recording.as_ref().expect("a recording").place);
        let steps = std::fs::read_to_string(recording.join(STEPS_FILE)).expect("the steps");
        let forms = |event: &str| [format!("\"event\":\"{event}\""), format!("\"event\":{{\"{event}\"")];
        let count = |event: &str| forms(event).iter().map(|form| steps.matches(form).count()).sum::<usize>();
        assert!(count("editor_changed") >= 10, "{} changes", count("editor_changed"));
        assert_eq!((count("run_requested"), count("run_finished"), count("hint_requested")), (2, 2, 1));
        let (code, out) = replayed(&recording);
        assert_eq!(code, 0, "{out}");
    }

    #[test]
    fn what_cannot_be_used_exits_with_2() {
        let data = tempfile::tempdir().expect("a temporary folder");
        let folder = data.path().display().to_string();
        let code = |args: &RehearseArgs| match rehearse(args) {
            Ok(report) => report.exit_code(),
            Err(failure) => failure.code,
        };
        assert_eq!(code(&arguments(&["no/such.toml", "--data", &folder])), 2);
        assert_eq!(code(&arguments(&[&demo("short.toml"), "--server", "nowhere"])), 2);
        let mut unknown = arguments(&[&demo("short.toml"), "--data", &folder]);
        unknown.question = "no-such-question".into();
        assert_eq!(code(&unknown), 2);
        let silence = data.path().join("silence.wav");
        let sound = crate::audio::file::Sound { samples: vec![0; 2_400], rate: crate::units::TRACK_RATE };
        sound.write_wav(std::fs::File::create(&silence).expect("a file")).expect("a wav");
        let by_words_of_the_client = arguments(&[&silence.display().to_string(), "--data", &folder]);
        assert_eq!(code(&by_words_of_the_client), 2);
    }

    #[test]
    fn a_server_that_is_not_there_exits_with_1() {
        // A port that was free a moment ago.
        let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let address = format!("http://{}", port.expect("a port"));
        let report = rehearse(&arguments(&[&demo("short.toml"), "--server", &address])).ok().expect("a report");
        assert_eq!(report.exit_code(), 1);
        assert!(report.text().contains("cannot reach the server at"), "{}", report.text());
    }
}
