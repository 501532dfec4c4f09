//! A recording as one file: JSON with every file of the folder in it, text as text and sound in base64, each with its size and
//! sha-256. Written and read file by file, so that no more than one is in memory; what is unpacked is byte for byte what was packed.

use super::format::{HEADER_FILE, STEPS_FILE, SUMMARY_FILE, Summary, Track};
use super::reader::{ReadError, Recording};
use crate::digest::sha256_hex;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The version this build writes, and the newest it reads.
pub const BUNDLE: u32 = 1;
/// A judge's answers, beside the recording: the one file of a bundle that no summary lists.
pub const JUDGEMENTS_FILE: &str = "judgements.json";
/// The largest bundle that is read, in bytes: three hours with both tracks.
pub const BUNDLE_BYTES_MAX: u64 = 1 << 30;

/// Why a bundle is not unpacked.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// It is no bundle, or a damaged one.
    #[error("this is no bundle of a recording: {0}")]
    Form(String),
    /// A newer Viva wrote it.
    #[error("the bundle has version {0}, this build reads up to {BUNDLE}: use a newer viva")]
    Newer(u32),
    /// A file in it is not what its hash says, or not what the recording's summary says.
    #[error("the file {0} is damaged: its sha-256 is another")]
    Corrupt(String),
    /// The recording lacks something.
    #[error("the bundle is not a whole recording: {0}")]
    Incomplete(String),
    /// What it holds cannot be read as a recording.
    #[error(transparent)]
    Recording(#[from] ReadError),
    /// The system refused.
    #[error("cannot unpack the bundle")]
    Io(#[from] io::Error),
}

/// What was unpacked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unpacked {
    /// The session's id, as the bundle has it; whoever uses it checks its form.
    pub session: String,
    /// The names of the files.
    pub files: BTreeSet<String>,
}

/// The names that a bundle can hold.
fn is_known(name: &str) -> bool {
    let tracks = Track::ALL.map(Track::flac_file);
    [HEADER_FILE, STEPS_FILE, SUMMARY_FILE, JUDGEMENTS_FILE].contains(&name) || tracks.contains(&name)
}

/// What the text of a bundle begins with.
pub fn begin(session: &str) -> String {
    format!("{{\"viva_bundle\":{BUNDLE},\"session\":{},\"files\":[", text(session))
}

/// What it ends with.
pub const END: &str = "\n]}\n";

/// One file of it, in pieces of a bounded size. `first` is the first of the bundle.
pub fn pieces<'a>(name: &str, content: &'a [u8], first: bool) -> impl Iterator<Item = String> + use<'a> {
    let sha256 = sha256_hex(content);
    let head = format!(
        "{}\n{{\"name\":{},\"bytes\":{},\"sha256\":\"{sha256}\",",
        if first { "" } else { "," },
        text(name),
        content.len()
    );
    // A multiple of three: pieces of base64 can be put together.
    const PIECE: usize = 3 * 64 * 1024;
    let is_text = std::str::from_utf8(content).is_ok();
    let kind = if is_text { "text" } else { "base64" };
    let body = cuts(content, PIECE, is_text).into_iter().map(move |range| {
        let bytes = content.get(range).unwrap_or_default();
        if is_text { inner(std::str::from_utf8(bytes).unwrap_or_default()) } else { STANDARD.encode(bytes) }
    });
    std::iter::once(format!("{head}\"{kind}\":\"")).chain(body).chain(std::iter::once("\"}".to_owned()))
}

/// Where content is cut into pieces: text at characters.
fn cuts(content: &[u8], size: usize, is_text: bool) -> Vec<std::ops::Range<usize>> {
    let mut cuts = Vec::new();
    let mut from = 0;
    while from < content.len() {
        let mut to = (from + size).min(content.len());
        // Bytes within a character begin with 10.
        while is_text && to < content.len() && content.get(to).is_some_and(|byte| byte & 0xc0 == 0x80) {
            to -= 1;
        }
        cuts.push(from..to);
        from = to;
    }
    cuts
}

/// As JSON has a string.
fn text(text: &str) -> String {
    // Strings always serialise.
    serde_json::to_string(text).unwrap_or_default()
}

/// The same without the quotes around it.
fn inner(part: &str) -> String {
    let quoted = text(part);
    quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default().to_owned()
}

/// Unpacks a bundle into a folder, which must be there and empty. What is wrong in it is found here: the hashes of its files, their
/// names, what the recording's own summary says of them. On an error the folder holds rubbish.
///
/// # Errors
/// See [`BundleError`].
pub fn unpack(bundle: impl Read, folder: &Path) -> Result<Unpacked, BundleError> {
    let mut failure = None;
    let mut json = serde_json::Deserializer::from_reader(io::BufReader::new(bundle.take(BUNDLE_BYTES_MAX)));
    let read = json.deserialize_map(BundleVisitor { folder, failure: &mut failure }).and_then(|read| {
        json.end()?;
        Ok(read)
    });
    let unpacked = read.map_err(|error| failure.unwrap_or_else(|| BundleError::Form(error.to_string())))?;
    check(folder, &unpacked)?;
    Ok(unpacked)
}

/// Holds what was unpacked against the recording's summary.
fn check(folder: &Path, unpacked: &Unpacked) -> Result<(), BundleError> {
    let recording = Recording::open(folder)?;
    let summary: &Summary =
        recording.summary().ok_or_else(|| BundleError::Incomplete(format!("{SUMMARY_FILE} is missing")))?;
    for file in &summary.files {
        if !unpacked.files.contains(&file.name) {
            return Err(BundleError::Incomplete(format!("{} is missing", file.name)));
        }
        let content = fs::read(folder.join(&file.name))?;
        if sha256_hex(&content) != file.sha256 {
            return Err(BundleError::Corrupt(file.name.clone()));
        }
    }
    Ok(())
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    bytes: u64,
    sha256: String,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    base64: Option<String>,
}

/// Reads the whole, writing each file as it comes.
struct BundleVisitor<'a> {
    folder: &'a Path,
    failure: &'a mut Option<BundleError>,
}

impl<'de> Visitor<'de> for BundleVisitor<'_> {
    type Value = Unpacked;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a bundle of a recording")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Unpacked, A::Error> {
        let (mut version, mut session, mut files) = (None, None, None);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "viva_bundle" => {
                    let found: u32 = map.next_value()?;
                    if found > BUNDLE {
                        *self.failure = Some(BundleError::Newer(found));
                        return Err(A::Error::custom("newer"));
                    }
                    version = Some(found);
                }
                "session" => session = Some(map.next_value::<String>()?),
                "files" if files.is_some() => return Err(A::Error::duplicate_field("files")),
                "files" => files = Some(map.next_value_seed(Files { folder: self.folder, failure: self.failure })?),
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        version.ok_or_else(|| A::Error::missing_field("viva_bundle"))?;
        Ok(Unpacked {
            session: session.ok_or_else(|| A::Error::missing_field("session"))?,
            files: files.ok_or_else(|| A::Error::missing_field("files"))?,
        })
    }
}

struct Files<'a> {
    folder: &'a Path,
    failure: &'a mut Option<BundleError>,
}

impl<'de> DeserializeSeed<'de> for Files<'_> {
    type Value = BTreeSet<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Files<'_> {
    type Value = BTreeSet<String>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of files")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut files: A) -> Result<BTreeSet<String>, A::Error> {
        let mut names = BTreeSet::new();
        while let Some(file) = files.next_element::<File>()? {
            if let Err(error) = write(self.folder, &file, &mut names) {
                *self.failure = Some(error);
                return Err(A::Error::custom("a file"));
            }
        }
        Ok(names)
    }
}

fn write(folder: &Path, file: &File, names: &mut BTreeSet<String>) -> Result<(), BundleError> {
    let wrong = |why: &str| Err(BundleError::Form(format!("{:?} {why}", file.name)));
    if !is_known(&file.name) {
        return wrong("is no file of a recording");
    }
    if !names.insert(file.name.clone()) {
        return wrong("is there twice");
    }
    let content = match (&file.text, &file.base64) {
        (Some(text), None) => text.as_bytes().to_vec(),
        (None, Some(base64)) => match STANDARD.decode(base64) {
            Ok(content) => content,
            Err(_) => return wrong("is no base64"),
        },
        _ => return wrong("has neither text nor base64, or both"),
    };
    if content.len() as u64 != file.bytes || sha256_hex(&content) != file.sha256 {
        return Err(BundleError::Corrupt(file.name.clone()));
    }
    let path: PathBuf = folder.join(&file.name);
    Ok(fs::write(path, content)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/replay-tests/cases/a-demo-held-over-the-socket");

    /// A closed recording with some sound.
    fn recording() -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        let inside = folder.path().join("one");
        fs::create_dir(&inside).expect("a folder");
        for name in [HEADER_FILE, STEPS_FILE] {
            fs::copy(Path::new(CASE).join(name), inside.join(name)).expect("copied");
        }
        fs::write(inside.join("candidate.pcm"), vec![7; 48_000]).expect("written");
        for (folder, outcome) in super::super::recover_all(folder.path()).expect("closes") {
            outcome.unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        }
        folder
    }

    fn packed(folder: &Path) -> String {
        let mut names: Vec<String> = fs::read_dir(folder)
            .expect("a folder")
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .filter(|name| is_known(name))
            .collect();
        names.sort();
        let mut bundle = begin("sess_1");
        for (at, name) in names.iter().enumerate() {
            let content = fs::read(folder.join(name)).expect("read");
            bundle.extend(pieces(name, &content, at == 0));
        }
        bundle + END
    }

    fn unpacked(bundle: &str) -> Result<(Unpacked, tempfile::TempDir), BundleError> {
        let folder = tempfile::tempdir().expect("a folder");
        unpack(bundle.as_bytes(), folder.path()).map(|unpacked| (unpacked, folder))
    }

    #[test]
    fn what_is_unpacked_is_what_was_packed_byte_for_byte() {
        let original = recording();
        let original = original.path().join("one");
        let bundle = packed(&original);
        let (unpacked, folder) = unpacked(&bundle).expect("unpacks");
        assert_eq!(unpacked.session, "sess_1");
        assert!(unpacked.files.len() >= 4, "{unpacked:?}");
        for name in &unpacked.files {
            let bytes = |folder: &Path| fs::read(folder.join(name)).expect("read");
            assert!(bytes(&original) == bytes(folder.path()), "{name}");
        }
        assert_eq!(packed(folder.path()), bundle);
        assert!(serde_json::from_str::<serde_json::Value>(&bundle).is_ok());
    }

    #[test]
    fn pieces_hold_any_bytes() {
        let long = "é\"\\\n𝄞".repeat(60_000);
        for content in [long.as_bytes(), &[0xff, 0xfe, 0x00], b"", &vec![0x80; 400_000]] {
            let file: String = pieces("candidate.flac", content, true).collect();
            let file: File = serde_json::from_str(&file).expect("JSON");
            let back = file.text.map(String::into_bytes).or(file.base64.map(|text| STANDARD.decode(text).expect("it")));
            assert!(back.as_deref() == Some(content), "{} bytes", content.len());
            assert_eq!((file.bytes, file.sha256), (content.len() as u64, sha256_hex(content)));
        }
        assert!(pieces("a", &vec![b'a'; 1 << 20], true).all(|piece| piece.len() <= 300_000));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let original = recording();
        let bundle = packed(&original.path().join("one"));
        let cut = &bundle[..bundle.len() / 2];
        assert!(matches!(unpacked(cut), Err(BundleError::Form(_))));
        assert!(matches!(unpacked("{}"), Err(BundleError::Form(_))));
        assert!(matches!(unpacked("[]"), Err(BundleError::Form(_))));
        assert!(matches!(unpacked(&(bundle.clone() + "x")), Err(BundleError::Form(_))));
        let newer = bundle.replacen("\"viva_bundle\":1", "\"viva_bundle\":2", 1);
        assert!(matches!(unpacked(&newer), Err(BundleError::Newer(2))));
        let outside = bundle.replacen("\"name\":\"header.json\"", "\"name\":\"../header.json\"", 1);
        assert!(matches!(unpacked(&outside), Err(BundleError::Form(_))));
        let twice = bundle.replacen("\"name\":\"steps.jsonl\"", "\"name\":\"header.json\"", 1);
        assert!(matches!(unpacked(&twice), Err(BundleError::Form(_))));
        let changed = bundle.replacen("Parcel lockers", "Parcel l0ckers", 1);
        assert!(matches!(unpacked(&changed), Err(BundleError::Corrupt(_))));
        let without = bundle.replacen("\"name\":\"candidate.flac\"", "\"name\":\"judgements.json\"", 1);
        assert!(matches!(unpacked(&without), Err(BundleError::Incomplete(_))));
    }
}
