//! What the server of the bench keeps: interviews of many people with all that is made of them, and one whole recording.

use std::path::Path;
use std::sync::OnceLock;
use viva::digest::sha256_hex;
use viva::recording::format::{Consent, ConsentBy, HEADER_FILE, Header, STEPS_FILE};
use viva::scorecard::card::Scorecard;
use viva::scorecard::metrics;
use viva::scorecard::record::Record;
use viva::scorecard::score;
use viva::scorecard::timeline::{TIMELINE_VERSION, timeline};
use viva::store::assignments::AssignmentRow;
use viva::store::audit::Deed;
use viva::store::documents::Document;
use viva::store::files::FileRow;
use viva::store::grants::GrantRow;
use viva::store::metrics::MetricRow;
use viva::store::notes::NoteRow;
use viva::store::people::PersonRow;
use viva::store::scorecards::{NewScorecard, Scorer};
use viva::store::scoring::{JUDGEMENTS, judgements_document};
use viva::store::sessions::{NewSession, SessionPhase};
use viva::store::{Cursor, Store, UnixMs, Write};

/// Candidates that the interviews are shared out among, one after the other. The first is the one who asks.
const CANDIDATES: u32 = 200;
/// Of a candidate's interviews one of so many has all that is made of one; the others have their rows alone.
const WHOLE_EVERY: u32 = 20;
/// People beside them.
const OTHERS: u32 = 1_000;
const ASSIGNMENTS: u32 = 5_000;
const METRICS: u32 = 90;
const SEGMENTS: u32 = 120;
const QUESTIONS: u32 = 54;
/// Samples of a track of the whole recording: an hour.
const TRACK_SAMPLES: usize = 3_600 * 24_000;

/// How many there are; a multiple of 1,000.
pub fn sessions() -> u32 {
    static COUNT: OnceLock<u32> = OnceLock::new();
    let asked = || std::env::var("VIVA_BENCH_SESSIONS").ok()?.parse::<u32>().ok();
    *COUNT.get_or_init(|| asked().map_or(100_000, |count| count.next_multiple_of(1_000).max(1_000)))
}

/// The interview of this number. Ids are random; these are spread as such are.
pub fn id(number: u32) -> String {
    format!("sess_{:.32}", sha256_hex(number.to_le_bytes()))
}

/// When it was asked for.
pub fn at(number: u32) -> UnixMs {
    UnixMs(1_790_000_000_000 + i64::from(number) * 60_000)
}

/// The page after it.
pub fn cursor_of(number: u32) -> String {
    Cursor { at: at(number), id: id(number) }.encode()
}

/// One near it, of the same candidate, that has everything.
pub fn whole(number: u32) -> u32 {
    let round = number / CANDIDATES;
    (round - round % WHOLE_EVERY) * CANDIDATES + number % CANDIDATES
}

/// One near it of the candidate who asks.
pub fn own(number: u32) -> u32 {
    whole(number - number % CANDIDATES)
}

/// A question.
pub fn question(number: u32) -> String {
    format!("question-{}", number % QUESTIONS)
}

/// A person who does not ask.
pub fn person(number: u32) -> String {
    format!("pers_{:032x}", number % OTHERS)
}

/// A question that the coach set.
pub fn assignment(number: u32) -> String {
    format!("asgn_{:032x}", number % ASSIGNMENTS)
}

/// Who asks. All empty: everything is of the one person of a server without accounts.
#[derive(Clone, Default)]
pub struct People {
    /// Whose every 200th interview is.
    pub candidate: String,
    /// Whom that candidate, and many others for one interview each, let read.
    pub coach: String,
    /// Whom all candidates let read their ten oldest interviews.
    pub busy: String,
    /// Whom all candidates let read everything.
    pub school: String,
    /// Whom one candidate lets read one interview: the oldest.
    pub observer: String,
}

/// Writes all of it.
pub async fn fill(store: &Store, people: &People) {
    let (transcript, measured) = (transcript(), measured());
    let (review, card) = made();
    for chunk in 0..sessions() / 1_000 {
        let mut write = store.write().await.expect("begins");
        for number in chunk * 1_000..(chunk + 1) * 1_000 {
            let phase = if number % 1_000 == 7 { SessionPhase::Broken } else { SessionPhase::Ended };
            write.add_session(&planned(number, people), phase).await.expect("added");
            let session = id(number);
            let deed = Deed { actor: "", action: "play", subject_kind: "session", subject: &session, detail: "{}" };
            write.audit(at(number), &deed).await.expect("added");
            if whole(number) != number {
                continue;
            }
            let document = |version: u32, body: &String| Document {
                version: i64::from(version),
                body: body.clone(),
                created: at(number),
            };
            for (kind, document) in [
                ("transcript", document(1, &transcript)),
                ("metrics", document(1, &measured)),
                ("review", document(TIMELINE_VERSION, &review)),
                (JUDGEMENTS, judgements_document("{\"judge\":\"a\",\"calls\":[]}".into(), at(number))),
            ] {
                write.put_document(&session, kind, &document).await.expect("added");
            }
            for scorer in [Scorer::Machine, Scorer::Coach] {
                write.add_scorecard(&scorecard(number, scorer, &card, people)).await.expect("added");
            }
            let person = candidate(number, people);
            write.put_metrics(&session, &person, at(number), &metrics()).await.expect("added");
            for name in ["header.json", "steps.jsonl", "summary.json", "interviewer.flac"] {
                write.announce_file(&file(number, name), at(number)).await.expect("added");
            }
            for number in number * 3..number * 3 + 3 {
                assert!(write.add_note(&note(number, &session, people)).await.expect("added"));
            }
        }
        write.commit().await.expect("committed");
    }
    if people.candidate.is_empty() {
        return store.analyze().await.expect("analysed");
    }
    let mut write = store.write().await.expect("begins");
    for number in 0..OTHERS {
        write.add_person(&somebody(number)).await.expect("added");
    }
    for number in 0..ASSIGNMENTS {
        write.add_assignment(&set(number, people)).await.expect("added");
    }
    grant(&mut write, people).await;
    write.commit().await.expect("committed");
    store.analyze().await.expect("analysed");
}

/// Lays the recording of an hour's interview, with an hour of sound, among the others as a killed server leaves it: not closed.
pub fn lay_whole(recordings: &Path, session: &str, scenario: &viva::sim::scenario::Scenario) {
    let folder = recordings.join(session);
    std::fs::create_dir_all(&folder).expect("a folder");
    let consent = Consent { recording: true, by: ConsentBy::Operator, at_unix_ms: 0 };
    let header = Header::new(scenario.setup(), consent, 1_780_000_000_000);
    std::fs::write(folder.join(HEADER_FILE), header.encode()).expect("written");
    std::fs::write(folder.join(STEPS_FILE), viva::sim::run_quietly(scenario).steps).expect("written");
    let sound: Vec<u8> = (0..TRACK_SAMPLES).flat_map(|sample| ((sample * 7 % 2_003) as i16).to_le_bytes()).collect();
    for track in header.tracks {
        std::fs::write(folder.join(track.pcm_file()), &sound).expect("written");
    }
}

fn candidate(number: u32, people: &People) -> String {
    let is_first = number.is_multiple_of(CANDIDATES) || people.candidate.is_empty();
    if is_first { people.candidate.clone() } else { person(number % CANDIDATES) }
}

/// What the coach thinks of an interview, as they say it again.
pub fn scored_again(number: u32, people: &People) -> NewScorecard {
    let (_, card) = made();
    scorecard(number, Scorer::Coach, &card, people)
}

fn somebody(number: u32) -> PersonRow {
    PersonRow {
        id: person(number),
        name: format!("Person {number}"),
        email: Some(format!("person-{number}@example.org")),
        email_verified: true,
        password_hash: None,
        role: "candidate".into(),
        disabled: false,
        retention_days: None,
        minutes_per_day: None,
        tokens_per_day: None,
        created: at(number),
    }
}

fn set(number: u32, people: &People) -> AssignmentRow {
    AssignmentRow {
        id: assignment(number),
        coach: people.coach.clone(),
        person: candidate(number, people),
        question: question(number),
        wish: "{}".into(),
        session: number.is_multiple_of(2).then(|| id(number % sessions())),
        due: None,
        created: at(number),
    }
}

/// To the coach: all of the one candidate, and one interview of each other. To the busy one: the oldest of everybody. To the school:
/// everything of everybody. To the observer: the oldest interview there is.
async fn grant(write: &mut Write, people: &People) {
    let mut rows = vec![(people.candidate.clone(), String::new(), &people.coach)];
    rows.push((people.candidate.clone(), id(0), &people.observer));
    rows.extend((1..CANDIDATES).map(|number| (candidate(number, people), id(number), &people.coach)));
    rows.extend((0..CANDIDATES * 10).map(|number| (candidate(number, people), id(number), &people.busy)));
    rows.extend((0..CANDIDATES).map(|number| (candidate(number, people), String::new(), &people.school)));
    for (number, (person, session, reader)) in (0..).zip(rows) {
        let (id, reader) = (format!("grant_{number:032x}"), reader.clone());
        let row = GrantRow { id, person, session, reader, created: at(number), expires: None };
        assert!(write.add_grant(&row).await.expect("added"));
    }
}

fn note(number: u32, session: &str, people: &People) -> NoteRow {
    NoteRow {
        id: format!("note_{number:032x}"),
        session: session.to_owned(),
        author: people.coach.clone(),
        at_ms: i64::from(number % 3) * 60_000,
        body: "Here it would have helped to say what the loop costs.".into(),
        published: Some(at(0)),
        created: at(0),
        updated: at(0),
    }
}

fn planned(number: u32, people: &People) -> NewSession {
    let planned = planned_as(&id(number), &candidate(number, people));
    NewSession { question: question(number), created: at(number), ..planned }
}

/// An interview of this person.
pub fn planned_as(session: &str, person: &str) -> NewSession {
    NewSession {
        id: session.to_owned(),
        person: person.to_owned(),
        question: question(0),
        title: "A question".into(),
        statement: "Tell what it does and how long it takes. ".repeat(20),
        language: "en".into(),
        minutes: 30,
        words: "server".into(),
        voice: "server".into(),
        providers: "{\"stt\":\"a\",\"llm\":\"b\",\"tts\":\"c\",\"vad\":\"d\"}".into(),
        wish: "{}".into(),
        consent: Some(("session".into(), at(0))),
        created: at(0),
    }
}

/// Review and scorecard of a recorded interview.
fn made() -> (String, Scorecard) {
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("replay-tests/cases/a-demo-held-over-the-socket");
    let record = Record::open(&case).expect("a recording");
    let review = serde_json::to_string(&timeline(&record, &[])).expect("JSON");
    let rubric = score::rubric_of(&record).expect("a rubric");
    let card = score::score(&record, &metrics::measure(&record), &rubric, None, &[]);
    (review, card)
}

fn scorecard(number: u32, scorer: Scorer, card: &Scorecard, people: &People) -> NewScorecard {
    let is_coach = scorer == Scorer::Coach;
    let band = |band: Option<u8>| match is_coach {
        true => Some(1 + i64::from(number / CANDIDATES % 4)),
        false => band.map(i64::from).or(Some(2 + i64::from(number % 3))),
    };
    NewScorecard {
        id: format!("card_{}_{number}", scorer.name()),
        session: id(number),
        person: candidate(number, people),
        session_at: at(number),
        scorer,
        author: if is_coach { people.coach.clone() } else { String::new() },
        versions_sha256: "0".repeat(64),
        versions: "{}".into(),
        judged: 0,
        unverified: 0,
        body: if is_coach { "{\"bands\":{}}".into() } else { card.to_json() },
        created: at(number),
        signals: Vec::new(),
        bands: card.dimensions.iter().map(|dimension| (dimension.id.clone(), band(dimension.band))).collect(),
    }
}

fn file(number: u32, name: &str) -> FileRow {
    FileRow {
        key: format!("{}/{name}", id(number)),
        session: id(number),
        name: name.into(),
        media_type: "application/octet-stream".into(),
        bytes: 2,
        sha256: sha256_hex(b"{}"),
        kept: false,
        seal: None,
    }
}

fn metrics() -> Vec<MetricRow> {
    let shown = ["talk_ratio", "speech_rate", "hints", "idle_total", "think_aloud", "time_to_first_run"];
    let name = |number: u32| shown.get(number as usize).map_or_else(|| format!("metric_{number}"), |id| (*id).into());
    let row =
        |number: u32| MetricRow { metric: name(number), version: 1, value: Some(f64::from(number)), unit: "ms".into() };
    (0..METRICS).map(row).collect()
}

fn measured() -> String {
    let places = "{\"from\":123456,\"to\":234567,\"utterance\":12},".repeat(8);
    let row =
        |number| format!("{{\"id\":\"metric_{number}\",\"unit\":\"ms\",\"value\":{number},\"places\":[{places}0]}}");
    let rows: Vec<String> = (0..METRICS).map(row).collect();
    format!("{{\"metrics_version\":1,\"metrics\":[{}]}}", rows.join(","))
}

fn transcript() -> String {
    let segment = |number: u32| {
        let words = "so I would use a hash map here and then walk over the list once ".repeat(2);
        let (from, to) = (number * 15_000, number * 15_000 + 9_000);
        format!(
            "{{\"id\":{number},\"speaker\":\"candidate\",\"from_ms\":{from},\"to_ms\":{to},\"text\":\"{words}\",\"is_final\":true}}"
        )
    };
    let segments: Vec<String> = (1..=SEGMENTS).map(segment).collect();
    format!("{{\"version\":1,\"segments\":[{}]}}", segments.join(","))
}
