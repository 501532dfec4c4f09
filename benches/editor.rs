//! The shared editor under load: a released `viva serve` in one process, the clients here. Figures: keystroke to another
//! client's screen with a hundred rooms of three who all type; memory of a room; how long the document of a long interview
//! takes to open; what a keystroke takes in the recording.
//!
//! `cargo bench --bench editor`; VIVA_BENCH_ROOMS sets how many rooms there are (100).

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::error::Error;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use viva::wire::sync::SyncFrame;
use yrs::updates::decoder::Decode;
use yrs::updates::encoder::Encode;
use yrs::{ClientID, Doc, GetString, OffsetKind, Options, ReadTxn, StateVector, Text, Transact, Update, WriteTxn};

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;
type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

const CLIENTS_A_ROOM: u64 = 3;
const TYPING: Duration = Duration::from_secs(20);
/// Six keystrokes a second: fast, and all at once.
const KEYSTROKE: Duration = Duration::from_millis(166);
const LONG_EDITS: usize = 50_000;
const TEXT: &str = "python3";

struct Server {
    process: Child,
    address: String,
    folder: PathBuf,
}

impl Server {
    fn start() -> Outcome<Server> {
        let folder = std::env::temp_dir().join(format!("viva-bench-editor-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let config = folder.join("config.toml");
        fs::write(&config, "[llm]\nprovider = \"authored\"\n[limits]\ninterviews_max = 1000\nsessions_max = 2000\n")?;
        let mut process = Command::new(env!("CARGO_BIN_EXE_viva"))
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(folder.join("data"))
            .arg("--config")
            .arg(&config)
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()?;
        let mut lines = BufReader::new(process.stderr.take().ok_or("no stderr")?).lines();
        let url = loop {
            let line = lines.next().ok_or("the server did not start")??;
            if let Some(url) = line.strip_prefix("Viva: ") {
                break url.to_owned();
            }
            eprintln!("{line}");
        };
        // The log is read to its end, or the server would wait for it.
        std::thread::spawn(move || lines.for_each(drop));
        let address = url.trim_start_matches("http://").trim_end_matches('/').to_owned();
        Ok(Server { process, address, folder })
    }

    /// Memory, in kB.
    fn memory(&self) -> Outcome<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let memory = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
        Ok(memory.trim().trim_end_matches(" kB").parse()?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// An interview with its voice socket open.
struct Room {
    id: String,
    _voice: Socket,
}

async fn room(http: &reqwest::Client, address: &str, recording: bool) -> Outcome<Room> {
    let wish = json!({
        "question": "parcel-lockers", "words": "client", "voice": "silent", "consent": {"recording": recording},
    });
    let request = http.post(format!("http://{address}/v1/sessions")).header("content-type", "application/json");
    let answer = request.body(wish.to_string()).send().await?.text().await?;
    let session: Value = serde_json::from_str(&answer)?;
    let id = session["id"].as_str().ok_or_else(|| format!("no session: {answer}"))?.to_owned();
    let (mut voice, _) = tokio_tungstenite::connect_async(format!("ws://{address}/v1/realtime?session={id}")).await?;
    voice.next().await.ok_or("no welcome")??;
    Ok(Room { id, _voice: voice })
}

fn document(client: u64) -> Doc {
    let id = ClientID::new(client);
    Doc::with_options(Options { offset_kind: OffsetKind::Utf16, ..Options::with_client_id(id) })
}

async fn editor(address: &str, room: &str) -> Outcome<Socket> {
    let address = format!("ws://{address}/v1/sessions/{room}/editor");
    Ok(tokio_tungstenite::connect_async_with_config(address, None, true).await?.0)
}

async fn say(socket: &mut Socket, frame: SyncFrame<'_>) -> Outcome<()> {
    Ok(socket.send(Message::binary(frame.encode())).await?)
}

/// Takes the next frame; tells the update that it brought, and whether it was the answer to step 1.
async fn hear(socket: &mut Socket, doc: &Doc) -> Outcome<Option<(Vec<u8>, bool)>> {
    let message = socket.next().await.ok_or("closed")??;
    let Message::Binary(frame) = message else {
        return if message.is_close() { Err(format!("{message}").into()) } else { Ok(None) };
    };
    let (update, is_answer) = match SyncFrame::decode(&frame)? {
        SyncFrame::Missing(update) => (update.to_vec(), true),
        SyncFrame::Update(update) => (update.to_vec(), false),
        _ => return Ok(None),
    };
    doc.transact_mut().apply_update(Update::decode_v1(&update)?)?;
    Ok(Some((update, is_answer)))
}

/// All there is, into the document.
async fn open(address: &str, room: &str, doc: &Doc) -> Outcome<Socket> {
    let mut socket = editor(address, room).await?;
    let state = doc.transact().state_vector().encode_v1();
    say(&mut socket, SyncFrame::Known(&state)).await?;
    while !matches!(hear(&mut socket, doc).await?, Some((_, true))) {}
    Ok(socket)
}

/// When each update of a room was sent, and how long each took to each other client's document.
#[derive(Default)]
struct Ledger {
    sent: Mutex<HashMap<Vec<u8>, Instant>>,
    took: Mutex<Vec<Duration>>,
}

async fn types(address: String, room: String, client: u64, ledger: Arc<Ledger>, begin: Instant) -> Outcome<()> {
    let doc = document(client);
    let mut socket = open(&address, &room, &doc).await?;
    // Nobody is in step with anybody.
    let begin = begin + KEYSTROKE.mul_f64((client % 97) as f64 / 97.0);
    let mut next = tokio::time::Instant::from_std(begin);
    let mut typed = 0;
    while begin.elapsed() < TYPING + Duration::from_secs(2) || Instant::now() < begin {
        let is_typing = Instant::now() < begin + TYPING;
        tokio::select! {
            () = tokio::time::sleep_until(next), if is_typing => {
                next += KEYSTROKE;
                typed += 1;
                let update = keystroke(&doc, typed);
                ledger.sent.lock().expect("no panic").insert(update.clone(), Instant::now());
                say(&mut socket, SyncFrame::Update(&update)).await?;
            }
            heard = tokio::time::timeout(Duration::from_millis(200), hear(&mut socket, &doc)) => {
                let Ok(heard) = heard else { continue };
                if let Some((update, _)) = heard? {
                    let sent = ledger.sent.lock().expect("no panic").get(&update).copied();
                    if let Some(sent) = sent {
                        ledger.took.lock().expect("no panic").push(sent.elapsed());
                    }
                }
            }
        }
    }
    Ok(())
}

/// A letter at the end of a line of one's own, as people type.
fn keystroke(doc: &Doc, number: usize) -> Vec<u8> {
    let mut transaction = doc.transact_mut();
    let text = transaction.get_or_insert_text(TEXT);
    let length = text.len(&transaction);
    let at = if number == 1 { length } else { length.saturating_sub(3) };
    text.insert(&mut transaction, at, if number.is_multiple_of(30) { "\n" } else { "x" });
    transaction.encode_update_v1()
}

fn percentile(values: &mut [Duration], percent: usize) -> f64 {
    values.sort_unstable();
    let rank = (values.len() * percent).div_ceil(100).max(1);
    values.get(rank - 1).map_or(f64::NAN, |value| value.as_secs_f64() * 1000.0)
}

async fn rooms(server: &Server, http: &reqwest::Client) -> Outcome<()> {
    let count: u64 = std::env::var("VIVA_BENCH_ROOMS").ok().and_then(|text| text.parse().ok()).unwrap_or(100);
    // What the first interview alone costs is not a room's.
    let _first = room(http, &server.address, false).await?;
    let before = server.memory()?;
    let mut rooms = Vec::new();
    for _ in 0..count {
        rooms.push(room(http, &server.address, false).await?);
    }
    let (idle, begin) = (server.memory()?, Instant::now() + Duration::from_secs(3));
    let mut typists = Vec::new();
    let mut ledgers = Vec::new();
    for (number, room) in rooms.iter().enumerate() {
        let ledger = Arc::new(Ledger::default());
        for client in 0..CLIENTS_A_ROOM {
            let id = 1_000 + number as u64 * CLIENTS_A_ROOM + client;
            let typist = types(server.address.clone(), room.id.clone(), id, ledger.clone(), begin);
            typists.push(tokio::spawn(typist));
        }
        ledgers.push(ledger);
    }
    tokio::time::sleep_until(tokio::time::Instant::from_std(begin + TYPING)).await;
    let typing = server.memory()?;
    for typist in typists {
        typist.await??;
    }
    let keystrokes: usize = ledgers.iter().map(|ledger| ledger.sent.lock().expect("no panic").len()).sum();
    let mut took: Vec<Duration> =
        ledgers.iter().flat_map(|ledger| ledger.took.lock().expect("no panic").clone()).collect();
    let lost = keystrokes * (CLIENTS_A_ROOM as usize - 1) - took.len();
    println!("{count} rooms of {CLIENTS_A_ROOM}, {keystrokes} keystrokes in {} s, {lost} lost", TYPING.as_secs());
    let (p50, p99, worst) = (percentile(&mut took, 50), percentile(&mut took, 99), percentile(&mut took, 100));
    println!(
        "keystroke → another client's document: p50 {p50:.2} ms, p99 {p99:.2} ms, worst {worst:.1} ms (target p99 ≤ 20)"
    );
    let each = |memory: u64| memory.saturating_sub(before) as f64 / count as f64 / 1024.0;
    println!("memory per room: {:.2} MiB idle, {:.2} MiB while three type (target ≤ 1)", each(idle), each(typing));
    Ok(())
}

/// Two hours of one candidate: words typed, corrected, and lines moved to and fro.
fn long_edit(doc: &Doc, number: usize) {
    let mut transaction = doc.transact_mut();
    let text = transaction.get_or_insert_text(TEXT);
    let length = text.len(&transaction);
    let scattered = (number as u32).wrapping_mul(2_654_435_761) >> 8;
    let word = number as u32 / 40;
    let at = (word.wrapping_mul(2_654_435_761) >> 8) % (length + 1);
    match number % 10 {
        0 if length > 2_000 => text.remove_range(&mut transaction, scattered % (length - 8), 8),
        1 => text.insert(&mut transaction, scattered % (length + 1), ";"),
        _ => text.insert(&mut transaction, (at + number as u32 % 40).min(length), "y"),
    }
}

fn text(doc: &Doc) -> String {
    let transaction = doc.transact();
    transaction.get_text(TEXT).map(|text| text.get_string(&transaction)).unwrap_or_default()
}

async fn long(server: &Server, http: &reqwest::Client) -> Outcome<()> {
    let room = room(http, &server.address, false).await?;
    let doc = document(77);
    let mut socket = open(&server.address, &room.id, &doc).await?;
    let before = server.memory()?;
    for thousand in 0..LONG_EDITS / 500 {
        let state = doc.transact().state_vector();
        (0..500).for_each(|number| long_edit(&doc, thousand * 500 + number));
        let update = doc.transact().encode_diff_v1(&state);
        say(&mut socket, SyncFrame::Update(&update)).await?;
    }
    let mut opened = Vec::new();
    let mut reader = document(78);
    // Once for all edits to have arrived, then measured.
    for number in 0..21 {
        reader = document(78 + number);
        let began = Instant::now();
        let _socket = open(&server.address, &room.id, &reader).await?;
        opened.push(began.elapsed());
    }
    opened.remove(0);
    assert!(text(&doc) == text(&reader), "the reader sees what was written");
    let bytes = doc.transact().encode_state_as_update_v1(&StateVector::default()).len();
    let memory = server.memory()?.saturating_sub(before) as f64 / 1024.0;
    let (p50, worst) = (percentile(&mut opened, 50), percentile(&mut opened, 100));
    println!(
        "a document of {LONG_EDITS} edits ({} kB of text, {} kB in all) opens in {p50:.1} ms, worst {worst:.1} ms (target ≤ 100); {memory:.1} MiB in the server",
        text(&doc).len() / 1024,
        bytes / 1024
    );
    Ok(())
}

async fn recorded(server: &Server, http: &reqwest::Client) -> Outcome<()> {
    let room = room(http, &server.address, true).await?;
    let steps = server.folder.join("data/recordings").join(&room.id).join("steps.jsonl");
    let doc = document(99);
    let mut socket = open(&server.address, &room.id, &doc).await?;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let before = fs::metadata(&steps)?.len();
    const KEYSTROKES: usize = 2_000;
    for number in 1..=KEYSTROKES {
        let update = keystroke(&doc, number);
        say(&mut socket, SyncFrame::Update(&update)).await?;
    }
    loop {
        let reader = document(100);
        open(&server.address, &room.id, &reader).await?;
        if text(&reader) == text(&doc) {
            break;
        }
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    let bytes = (fs::metadata(&steps)?.len() - before) as usize / KEYSTROKES;
    println!(
        "a keystroke takes {bytes} bytes of the recording's steps; {LONG_EDITS} take {} MB",
        bytes * LONG_EDITS / 1_000_000
    );
    Ok(())
}

#[tokio::main]
async fn main() -> Outcome<()> {
    viva::providers::install_tls();
    let server = Server::start()?;
    let http = reqwest::Client::builder().no_proxy().build()?;
    rooms(&server, &http).await?;
    long(&server, &http).await?;
    recorded(&server, &http).await
}
