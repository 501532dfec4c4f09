//! The program `espeak-ng`: one process for each speech, text through its stdin, a WAV stream from its stdout.

use super::pcm::Decoder;
use super::{CHUNK_SAMPLES_MAX, TEXT_CHARS_MAX, Tts, TtsConfig, is_speakable};
use crate::providers::pieces::{Pieces, ended, pieces};
use crate::providers::{FailureKind, OpenError, ProviderError};
use crate::units::TRACK_RATE;
use futures::stream::BoxStream;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use tokio::sync::Semaphore;

/// The speed that `speed_percent` = 100 means, in words a minute: espeak's own default.
const WORDS_A_MINUTE: u32 = 175;

/// How long a speech waits for a free process before it is answered with Busy. A process lives some 15 ms, so a queue
/// that long means a machine that cannot keep up.
const PLACE_WAIT_MAX: Duration = Duration::from_secs(2);

/// How much is read from the process at once, in bytes.
const READ_BYTES: usize = 8_192;

/// Chunks that may wait to be read; full: the process waits in its pipe. A whole speech of half a minute fits, so that
/// a process is done with long before its sound has been played.
const CHUNKS_AHEAD: usize = 512;

/// Silence after a sentence, in samples: 200 ms. Sentences are spoken one by one and follow each other at once; without
/// it they run into one another, and espeak-ng's own pause of 300 ms holds the candidate up after the last one.
const SENTENCE_PAUSE_SAMPLES: usize = CHUNK_SAMPLES_MAX;

/// Variables that a subprocess has no business to see.
const SECRET_VARIABLES: [&str; 4] =
    ["OPENAI_API_KEY", "VIVA__LLM__API_KEY", "VIVA__STT__API_KEY", "VIVA__TTS__API_KEY"];

/// The voice of `espeak-ng`.
pub struct Espeak {
    call: Arc<Call>,
}

/// What every process is started with.
struct Call {
    program: String,
    voice: String,
    words_a_minute: u32,
    idle: Duration,
    place_wait: Duration,
    places: Semaphore,
}

/// Whether `program` can be run here.
pub fn is_installed(program: &str) -> bool {
    run(program, &["--version"])
}

/// Runs the program for its exit status alone: at start-up, never while interviews run.
fn run(program: &str, arguments: &[&str]) -> bool {
    let mut command = std::process::Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

impl Espeak {
    /// Checks that the program is there and knows the voice.
    ///
    /// # Errors
    /// It is not, it does not, or a setting is out of range.
    pub fn open(config: &TtsConfig) -> Result<Self, OpenError> {
        let wrong = |field, problem: &str| Err(OpenError::new("tts", field, problem));
        let voice = config.voice.clone().unwrap_or_else(|| "en-us".to_owned());
        if !is_voice_name(&voice) {
            return wrong("voice", "a voice of espeak-ng is named like en-us or mb-en1");
        }
        if !(1..=64).contains(&config.processes_max) {
            return wrong("processes_max", "the number of processes must be 1 to 64");
        }
        if !(10..=120_000).contains(&config.idle_timeout_ms) {
            return wrong("idle_timeout_ms", "the wait must be 10 to 120000");
        }
        if !is_installed(&config.program) {
            return wrong("program", "espeak-ng cannot be run (install it, or name where it is)");
        }
        if !run(&config.program, &["-q", "-v", &voice, "--stdin"]) {
            return wrong("voice", "espeak-ng does not know this voice (espeak-ng --voices lists them)");
        }
        let call = Call {
            program: config.program.clone(),
            voice,
            words_a_minute: WORDS_A_MINUTE * config.speed_percent / 100,
            idle: Duration::from_millis(config.idle_timeout_ms),
            place_wait: PLACE_WAIT_MAX,
            places: Semaphore::new(config.processes_max),
        };
        Ok(Espeak { call: Arc::new(call) })
    }
}

impl Tts for Espeak {
    fn speak(&self, text: String) -> BoxStream<'static, Result<Vec<i16>, ProviderError>> {
        if !is_speakable(&text) {
            return ended(None);
        }
        if text.chars().count() > TEXT_CHARS_MAX {
            let message = format!("a speech of more than {TEXT_CHARS_MAX} characters");
            return ended(Some(ProviderError::new(FailureKind::BadRequest, message)));
        }
        let call = self.call.clone();
        pieces(CHUNKS_AHEAD, move |out| async move { call.speak(&plain(&text), out).await })
    }
}

impl Call {
    async fn speak(&self, text: &str, out: Pieces<Vec<i16>>) -> Result<(), ProviderError> {
        let busy = |_| ProviderError::new(FailureKind::Busy, "every espeak-ng process is in use");
        let place = tokio::time::timeout(self.place_wait, self.places.acquire()).await.map_err(busy)?;
        let _place = place.map_err(|_| ProviderError::new(FailureKind::Gone, "espeak-ng is shut down"))?;
        let mut child = self.start()?;
        // A sentence fits into the pipe, so writing cannot wait for the reading below.
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(text.as_bytes()).await.map_err(|error| gone("espeak-ng does not take text", error))?;
        }
        self.read(&mut child, &out).await?;
        let status = child.wait().await.map_err(|error| gone("espeak-ng cannot be waited for", error))?;
        if !status.success() {
            return Err(ProviderError::new(FailureKind::Gone, format!("espeak-ng ended with {status}")));
        }
        if text.trim_end().ends_with(['.', '!', '?']) {
            out.put(vec![0; SENTENCE_PAUSE_SAMPLES]).await?;
        }
        Ok(())
    }

    fn start(&self) -> Result<Child, ProviderError> {
        let mut command = Command::new(&self.program);
        command.args([
            "--stdout",
            "-b",
            "1",
            "-z",
            "-v",
            &self.voice,
            "-s",
            &self.words_a_minute.to_string(),
            "--stdin",
        ]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
        for variable in SECRET_VARIABLES {
            command.env_remove(variable);
        }
        command.spawn().map_err(|error| gone("espeak-ng cannot be started", error))
    }

    async fn read(&self, child: &mut Child, out: &Pieces<Vec<i16>>) -> Result<(), ProviderError> {
        let Some(mut stdout) = child.stdout.take() else { return Ok(()) };
        let mut decoder = Decoder::new(TRACK_RATE)?;
        let mut chunks = Vec::new();
        let mut buffer = vec![0; READ_BYTES];
        loop {
            let late = |_| ProviderError::new(FailureKind::Timeout, "espeak-ng is silent");
            let read = tokio::time::timeout(self.idle, stdout.read(&mut buffer)).await.map_err(late)?;
            let count = read.map_err(|error| gone("espeak-ng cannot be read", error))?;
            match buffer.get(..count) {
                Some(bytes) if count > 0 => decoder.push(bytes, &mut chunks)?,
                _ => decoder.finish(&mut chunks)?,
            }
            for chunk in chunks.drain(..) {
                out.put(chunk).await?;
            }
            if count == 0 {
                return Ok(());
            }
        }
    }
}

fn gone(message: &str, error: std::io::Error) -> ProviderError {
    ProviderError::caused(FailureKind::Gone, message, error)
}

fn is_voice_name(name: &str) -> bool {
    let plain = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '+');
    (1..=64).contains(&name.len())
        && name.starts_with(|char: char| char.is_ascii_alphanumeric())
        && name.chars().all(plain)
}

/// The text as words only: control characters would be read as commands, and `[[` opens phoneme notation.
fn plain(text: &str) -> String {
    text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect::<String>().replace("[[", "[ [")
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::StreamExt;

    /// A voice whose program is a shell script, so that tests say how it behaves.
    fn scripted(script: &str, processes_max: usize, idle_ms: u64) -> (Espeak, tempfile::TempDir) {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("espeak-ng");
        let opening = "#!/bin/sh\n[ \"$1\" = --version ] && exit 0\n[ \"$1\" = -q ] && exit 0\n";
        std::fs::write(&path, format!("{opening}{script}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        let program = path.to_str().unwrap().to_owned();
        let config = TtsConfig { program, processes_max, idle_timeout_ms: idle_ms, ..Default::default() };
        (Espeak::open(&config).unwrap(), folder)
    }

    async fn said(voice: &Espeak, text: &str) -> Result<Vec<i16>, FailureKind> {
        let mut sound = Vec::new();
        let mut stream = voice.speak(text.to_owned());
        while let Some(chunk) = stream.next().await {
            sound.extend(chunk.map_err(|error| error.kind)?);
        }
        Ok(sound)
    }

    #[tokio::test]
    async fn text_goes_in_through_stdin_and_never_as_an_argument() {
        let (voice, folder) = scripted("echo \"$@\" > \"$0.arguments\"\ncat > \"$0.text\"", 1, 5_000);
        assert_eq!(said(&voice, "-w /tmp/x [[h]]\u{7}").await, Ok(Vec::new()));
        let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!(read("espeak-ng.text"), "-w /tmp/x [ [h]] ");
        assert!(!read("espeak-ng.arguments").contains("/tmp/x"));
    }

    #[tokio::test]
    async fn a_sentence_ends_in_a_pause_and_half_a_sentence_does_not() {
        let (voice, _folder) = scripted("cat > /dev/null", 1, 5_000);
        assert_eq!(said(&voice, "How are you?").await, Ok(vec![0; SENTENCE_PAUSE_SAMPLES]));
        assert_eq!(said(&voice, "How are").await, Ok(Vec::new()));
    }

    #[tokio::test]
    async fn a_silent_process_is_given_up_and_a_failing_one_reported() {
        let (voice, _folder) = scripted("cat > /dev/null; exec sleep 60", 1, 50);
        assert_eq!(said(&voice, "hello").await, Err(FailureKind::Timeout));
        let (voice, _folder) = scripted("cat > /dev/null; exit 3", 1, 5_000);
        assert_eq!(said(&voice, "hello").await, Err(FailureKind::Gone));
    }

    /// Says where it runs, makes a little sound and goes on for ever.
    const SPEAKS_AND_HANGS: &str = "echo $$ > \"$0.process\"\nprintf 'abcdefgh'\nexec sleep 60";

    #[tokio::test]
    async fn dropping_the_stream_kills_the_process_and_frees_its_place() {
        let (voice, folder) = scripted(SPEAKS_AND_HANGS, 1, 60_000);
        let mut stream = voice.speak("hello".to_owned());
        assert!(stream.next().await.unwrap().is_ok());
        let process = std::fs::read_to_string(folder.path().join("espeak-ng.process")).unwrap();
        drop(stream);
        // The place is free only once the process handle has been dropped, which kills it.
        let place = voice.call.places.acquire().await.unwrap();
        drop(place);
        let look = format!("kill -0 {0} 2>/dev/null && ! grep -q ' Z ' /proc/{0}/stat", process.trim());
        let runs = || std::process::Command::new("sh").args(["-c", &look]).status().unwrap().success();
        let gone = async {
            while runs() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(5), gone).await.expect("the process still runs");
    }

    #[test]
    fn settings_that_espeak_cannot_follow_are_named() {
        let refused = |config: TtsConfig| Espeak::open(&config).err().map(|error| error.setting);
        let with_voice = |voice: &str| TtsConfig { voice: Some(voice.to_owned()), ..Default::default() };
        assert_eq!(refused(with_voice("../../etc/passwd")).as_deref(), Some("VIVA__TTS__VOICE"));
        assert_eq!(refused(with_voice("-w")).as_deref(), Some("VIVA__TTS__VOICE"));
        let missing = TtsConfig { program: "/nowhere/espeak-ng".to_owned(), ..Default::default() };
        assert_eq!(refused(missing).as_deref(), Some("VIVA__TTS__PROGRAM"));
        let many = TtsConfig { processes_max: 0, ..Default::default() };
        assert_eq!(refused(many).as_deref(), Some("VIVA__TTS__PROCESSES_MAX"));
    }

    #[tokio::test]
    async fn a_full_house_is_answered_with_busy() {
        let (mut voice, _folder) = scripted("cat > /dev/null", 1, 5_000);
        Arc::get_mut(&mut voice.call).unwrap().place_wait = Duration::from_millis(20);
        let place = voice.call.places.acquire().await.unwrap();
        assert_eq!(said(&voice, "hello").await, Err(FailureKind::Busy));
        drop(place);
        assert_eq!(said(&voice, "hello").await, Ok(Vec::new()));
    }

    #[tokio::test]
    async fn the_real_program_speaks_at_once_and_for_as_long_as_a_sentence_takes() {
        let Ok(voice) = Espeak::open(&TtsConfig::default()) else {
            // Not every machine has it; the scripted tests above hold everywhere.
            return;
        };
        let sound = said(&voice, "Hello there, how are you today?").await.unwrap();
        let seconds = sound.len() as f32 / 24_000.0;
        assert!((1.0..3.0).contains(&seconds), "{seconds} s");
        let onset = sound.iter().position(|sample| sample.unsigned_abs() > 64).unwrap();
        assert!(onset <= 80, "sound begins after {onset} samples");
        assert_eq!(said(&voice, "— … !").await, Ok(Vec::new()));
    }
}
