//! Encryption of what lies in the object store. Each session has a key of its own, kept in its row under the deployment's key:
//! with the row the key is gone, and with it whatever copies of the objects there may be.
//!
//! An object is a run of chunks of 64 KiB, each sealed by XChaCha20-Poly1305 in the STREAM construction (Hoang, Reyhanitabar,
//! Rogaway and Vizár 2015, "Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance"): chunks can be read alone,
//! and none can be changed, left out, moved, cut off at the end or put into another object without being noticed. The nonce is
//! made of the object's key and its content's sha-256, so that one key never seals two contents with one nonce.

use super::blobs::BlobError;
use super::files::FileRow;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::{Bytes, BytesMut};
use chacha20poly1305::aead::stream::{NewStream, Nonce, StreamBE32, StreamPrimitive};
use chacha20poly1305::aead::{Aead, AeadCore, KeyInit, OsRng, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use sha2::{Digest, Sha256};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// Bytes of content in each chunk but the last.
const CHUNK_BYTES: u64 = 64 << 10;
/// What sealing adds to each chunk.
const TAG_BYTES: u64 = 16;
/// Bytes of a key.
const KEY_BYTES: usize = 32;
/// Bytes of the nonce that goes before a sealed session key.
const NONCE_BYTES: usize = 24;
/// Keys that a file may hold.
const KEYS_MAX: usize = 16;

/// Bytes on their way, in blocks of any size.
pub(super) type Blocks = BoxStream<'static, Result<Bytes, BlobError>>;

/// The key of a session's objects.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionKey([u8; KEY_BYTES]);

impl std::fmt::Debug for SessionKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SessionKey(***)")
    }
}

/// The deployment's keys. The first seals; all of them open, so that a new one can be put before the old.
#[derive(Clone)]
pub struct DeploymentKeys(Vec<XChaCha20Poly1305>);

impl DeploymentKeys {
    /// Reads a file with a key a line, each 32 bytes in base64.
    ///
    /// # Errors
    /// What is wrong with it; nothing of its content.
    pub fn read(file: &Path) -> Result<DeploymentKeys, String> {
        let text = std::fs::read_to_string(file).map_err(|error| format!("cannot be read: {error}"))?;
        let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        if lines.is_empty() || lines.len() > KEYS_MAX {
            return Err(format!("holds {} keys; it takes 1 to {KEYS_MAX}, one a line", lines.len()));
        }
        let key = |(number, line): (usize, &&str)| {
            let bytes = BASE64_STANDARD.decode(line).ok();
            let key = bytes.and_then(|bytes| XChaCha20Poly1305::new_from_slice(&bytes).ok());
            key.ok_or_else(|| {
                format!("line {} is not 32 bytes in base64 (`openssl rand -base64 32` makes them)", number + 1)
            })
        };
        lines.iter().enumerate().map(key).collect::<Result<_, _>>().map(DeploymentKeys)
    }

    /// A new key for a session, and the text for its row.
    pub(super) fn session_key(&self, session: &str) -> Option<(SessionKey, String)> {
        let key: [u8; KEY_BYTES] = XChaCha20Poly1305::generate_key(&mut OsRng).into();
        let nonce = XChaCha20Poly1305::generate_nonce(&mut OsRng);
        let sealed = self.0.first()?.encrypt(&nonce, Payload { msg: &key, aad: session.as_bytes() }).ok()?;
        Some((SessionKey(key), BASE64_STANDARD.encode([nonce.as_slice(), &sealed].concat())))
    }

    /// The key in a session's row; none when no key of ours sealed it, or it is another session's.
    pub(super) fn open(&self, session: &str, sealed: &str) -> Option<SessionKey> {
        let bytes = BASE64_STANDARD.decode(sealed).ok()?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE_BYTES)?;
        let payload = || Payload { msg: sealed, aad: session.as_bytes() };
        let opened = self.0.iter().find_map(|key| key.decrypt(XNonce::from_slice(nonce), payload()).ok())?;
        opened.try_into().ok().map(SessionKey)
    }
}

/// Seals or opens one object.
#[derive(Clone)]
pub(super) struct Seal {
    stream: Arc<StreamBE32<XChaCha20Poly1305>>,
    key: String,
    bytes: u64,
}

impl Seal {
    /// That of a row's object, if it is sealed.
    pub(super) fn of(row: &FileRow) -> Option<Seal> {
        let key = row.seal.as_ref()?;
        let hash = Sha256::new().chain_update(&row.key).chain_update([0]).chain_update(&row.sha256).finalize();
        let mut nonce = Nonce::<XChaCha20Poly1305, StreamBE32<XChaCha20Poly1305>>::default();
        for (byte, from) in nonce.iter_mut().zip(hash) {
            *byte = from;
        }
        let stream = StreamBE32::from_aead(XChaCha20Poly1305::new(Key::from_slice(&key.0)), &nonce);
        Some(Seal { stream: Arc::new(stream), key: row.key.clone(), bytes: u64::try_from(row.bytes).unwrap_or(0) })
    }

    /// Size of the object.
    pub(super) fn sealed_bytes(&self) -> u64 {
        self.bytes + self.chunks() * TAG_BYTES
    }

    /// An empty content is one empty chunk.
    fn chunks(&self) -> u64 {
        self.bytes.div_ceil(CHUNK_BYTES).max(1)
    }

    fn corrupt(&self) -> BlobError {
        BlobError::Corrupt { key: self.key.clone() }
    }

    /// Seals all of the content, which comes in blocks of any size.
    pub(super) fn close(self, content: Blocks) -> Blocks {
        let chunks = 0..self.chunks();
        self.each(content, chunks, Turn::Close)
    }

    /// What of the object must be fetched for a range of its content.
    pub(super) fn around(&self, range: &Range<u64>) -> Range<u64> {
        let (chunks, sealed) = (chunks_of(range), CHUNK_BYTES + TAG_BYTES);
        chunks.start * sealed..(chunks.end * sealed).min(self.sealed_bytes())
    }

    /// Opens what was fetched for a range of the content, and gives that range.
    pub(super) fn open(self, fetched: Blocks, range: &Range<u64>) -> Blocks {
        let chunks = chunks_of(range);
        let (mut skip, mut left) = (range.start - chunks.start * CHUNK_BYTES, range.end.saturating_sub(range.start));
        let wanted = move |mut opened: Bytes| {
            let mut wanted = opened.split_off(size(skip).min(opened.len()));
            wanted.truncate(size(left));
            skip = 0;
            left -= wanted.len() as u64;
            wanted
        };
        self.each(fetched, chunks, Turn::Open).map_ok(wanted).boxed()
    }

    /// Cuts what comes into chunks and turns each.
    fn each(self, blocks: Blocks, chunks: Range<u64>, turn: Turn) -> Blocks {
        let state = (self, blocks, BytesMut::new(), chunks);
        futures::stream::try_unfold(state, move |(seal, mut blocks, mut gathered, mut chunks)| async move {
            let Some(chunk) = chunks.next() else {
                return match blocks.try_next().await? {
                    None if gathered.is_empty() => Ok(None),
                    _ => Err(seal.corrupt()),
                };
            };
            let wanted = size(seal.chunk_bytes(chunk, turn));
            while gathered.len() < wanted {
                let block = blocks.try_next().await?.ok_or_else(|| seal.corrupt())?;
                gathered.extend_from_slice(&block);
            }
            let turned = seal.turn(chunk, &gathered.split_to(wanted), turn)?;
            Ok(Some((turned, (seal, blocks, gathered, chunks))))
        })
        .boxed()
    }

    /// How long a chunk is before it is turned.
    fn chunk_bytes(&self, chunk: u64, turn: Turn) -> u64 {
        let content = (self.bytes - chunk * CHUNK_BYTES).min(CHUNK_BYTES);
        if turn == Turn::Open { content + TAG_BYTES } else { content }
    }

    fn turn(&self, chunk: u64, bytes: &[u8], turn: Turn) -> Result<Bytes, BlobError> {
        let position = u32::try_from(chunk).map_err(|_| self.corrupt())?;
        let is_last = chunk + 1 == self.chunks();
        let turned = match turn {
            Turn::Close => self.stream.encrypt(position, is_last, bytes),
            Turn::Open => self.stream.decrypt(position, is_last, bytes),
        };
        turned.map(Bytes::from).map_err(|_| self.corrupt())
    }
}

/// Seals content while it is made, when nobody knows yet how long it becomes: with a key of its own, which is kept nowhere.
pub(super) struct Growing {
    seal: Seal,
    /// Waits for more, because the last chunk is sealed as the last.
    gathered: BytesMut,
    chunks: u64,
}

impl Growing {
    /// Begins; errors call it by this name.
    pub(super) fn new(name: String) -> Growing {
        let cipher = XChaCha20Poly1305::new(&XChaCha20Poly1305::generate_key(&mut OsRng));
        // The key seals nothing else, so any nonce does.
        let stream = StreamBE32::from_aead(cipher, &Nonce::<_, StreamBE32<XChaCha20Poly1305>>::default());
        Growing { seal: Seal { stream: Arc::new(stream), key: name, bytes: 0 }, gathered: BytesMut::new(), chunks: 0 }
    }

    /// Takes what comes next; gives what is sealed by now.
    pub(super) fn add(&mut self, content: &[u8]) -> Result<Vec<Bytes>, BlobError> {
        self.seal.bytes += content.len() as u64;
        self.gathered.extend_from_slice(content);
        let mut sealed = Vec::new();
        while self.gathered.len() > size(CHUNK_BYTES) {
            let chunk = self.gathered.split_to(size(CHUNK_BYTES));
            sealed.push(self.turn(&chunk)?);
        }
        Ok(sealed)
    }

    /// Gives the rest, and what opens the whole.
    pub(super) fn end(mut self) -> Result<(Bytes, Seal), BlobError> {
        let last = std::mem::take(&mut self.gathered);
        Ok((self.turn(&last)?, self.seal))
    }

    fn turn(&mut self, chunk: &[u8]) -> Result<Bytes, BlobError> {
        let turned = self.seal.turn(self.chunks, chunk, Turn::Close);
        self.chunks += 1;
        turned
    }
}

/// Which way chunks go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    Close,
    Open,
}

/// The chunks that hold a range of the content; an empty range is held by one.
fn chunks_of(range: &Range<u64>) -> Range<u64> {
    range.start / CHUNK_BYTES..(range.end.max(range.start + 1) - 1) / CHUNK_BYTES + 1
}

fn size(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::support::key_file;

    fn keys(seeds: &[u8]) -> DeploymentKeys {
        let folder = tempfile::tempdir().expect("a folder");
        DeploymentKeys::read(&key_file(folder.path(), seeds)).expect("keys")
    }

    fn row(bytes: usize, key: &SessionKey) -> FileRow {
        FileRow {
            key: "sess_1/candidate.flac".into(),
            session: "sess_1".into(),
            name: "candidate.flac".into(),
            media_type: "audio/flac".into(),
            bytes: bytes as i64,
            sha256: "ab".into(),
            kept: true,
            seal: Some(key.clone()),
        }
    }

    fn blocks(bytes: &[u8], of: usize) -> Blocks {
        let blocks: Vec<_> = bytes.chunks(of).map(|block| Ok(Bytes::copy_from_slice(block))).collect();
        futures::stream::iter(blocks).boxed()
    }

    fn all(blocks: Blocks) -> Result<Vec<u8>, BlobError> {
        let blocks: Vec<Bytes> = futures::executor::block_on(blocks.try_collect())?;
        Ok(blocks.concat())
    }

    fn content(bytes: usize) -> Vec<u8> {
        (0..bytes).map(|number| (number % 251) as u8).collect()
    }

    fn sealed(row: &FileRow, content: &[u8]) -> Vec<u8> {
        let seal = Seal::of(row).expect("a seal");
        let expected = seal.sealed_bytes();
        let sealed = all(seal.close(blocks(content, 10_007))).expect("sealed");
        assert_eq!(sealed.len() as u64, expected);
        sealed
    }

    #[test]
    fn what_is_sealed_opens_whole_and_in_parts() {
        let (key, _) = keys(&[1]).session_key("sess_1").expect("a key");
        let chunk = CHUNK_BYTES as usize;
        for bytes in [0, 1, chunk - 1, chunk, chunk + 1, 3 * chunk, 200_000] {
            let (row, content) = (row(bytes, &key), content(bytes));
            let sealed = sealed(&row, &content);
            let ranges = [(0, bytes), (bytes / 3, bytes / 2), (bytes.saturating_sub(1), bytes), (chunk - 1, chunk + 1)];
            for (start, end) in ranges.into_iter().filter(|(start, end)| start <= end && *end <= bytes) {
                let (seal, range) = (Seal::of(&row).expect("a seal"), start as u64..end as u64);
                let around = seal.around(&range);
                let fetched = &sealed[around.start as usize..around.end as usize];
                assert!(
                    all(seal.open(blocks(fetched, 999), &range)).expect("opens") == content[start..end],
                    "{range:?}"
                );
            }
        }
    }

    #[test]
    fn nothing_can_be_changed_moved_or_cut_off() {
        let (key, _) = keys(&[1]).session_key("sess_1").expect("a key");
        let (row, content) = (row(200_000, &key), content(200_000));
        let whole = sealed(&row, &content);
        let step = (CHUNK_BYTES + TAG_BYTES) as usize;
        let open =
            |row: &FileRow, bytes: &[u8]| all(Seal::of(row).expect("a seal").open(blocks(bytes, 4_096), &(0..200_000)));
        assert!(open(&row, &whole).expect("opens") == content);
        let mut changed = whole.clone();
        changed[step + 5] ^= 1;
        let mut swapped = whole.clone();
        swapped.rotate_left(step);
        let longer = [whole.as_slice(), &[0]].concat();
        for bytes in [&changed, &swapped, &whole[..3 * step].to_vec(), &whole[..150_000].to_vec(), &longer] {
            assert!(matches!(open(&row, bytes), Err(BlobError::Corrupt { .. })));
        }
        let elsewhere = FileRow { key: "sess_1/interviewer.flac".into(), ..row.clone() };
        assert!(open(&elsewhere, &whole).is_err());
        let (other, _) = keys(&[1]).session_key("sess_1").expect("a key");
        assert!(open(&FileRow { seal: Some(other), ..row }, &whole).is_err());
    }

    #[test]
    fn a_session_s_key_opens_for_it_alone_and_with_an_older_deployment_key() {
        let (old, new) = (keys(&[1]), keys(&[2]));
        let (key, text) = old.session_key("sess_1").expect("a key");
        assert_eq!(old.open("sess_1", &text), Some(key.clone()));
        assert_eq!(old.open("sess_2", &text), None);
        assert_eq!(new.open("sess_1", &text), None);
        assert_eq!(keys(&[2, 1]).open("sess_1", &text), Some(key.clone()));
        assert!(!format!("{key:?}").contains(char::is_numeric), "a key is not shown");
        for broken in ["", "AAAA", "not base64!", &text[..text.len() - 8]] {
            assert_eq!(old.open("sess_1", broken), None, "{broken}");
        }
    }

    #[test]
    fn a_file_of_keys_that_cannot_be_used_is_told_without_its_content() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("keys");
        for (text, told) in [("", "holds 0 keys"), ("c2VjcmV0\n", "line 1 is not 32 bytes"), ("%%%", "line 1")] {
            std::fs::write(&file, text).expect("written");
            let error = DeploymentKeys::read(&file).err().expect("refused");
            assert!(error.contains(told) && !error.contains("c2VjcmV0"), "{error}");
        }
        assert!(DeploymentKeys::read(&folder.path().join("none")).is_err());
    }
}
