//! The object store: sound and recordings, in a folder or in a service that speaks S3. Nothing else in the crate knows it.
//!
//! By default it is the folder of recordings itself: a recording that is kept stays where it was written, and `viva replay`
//! finds it there. Elsewhere files are copied when they are kept.
//!
//! What is read is checked first: an object that does not have its row's size and sha-256 is never served. The check is made
//! once for each version of an object (its entity tag) and again after [`CHECKED_FOR`].

use super::files::FileRow;
use super::seal::{Blocks, Seal};
use super::settings::StoreConfig;
use super::staging::Staged;
use crate::digest::hex;
use futures::{StreamExt, TryStreamExt};
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::prefix::PrefixStore;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt, PutPayload, WriteMultipart};
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::io::AsyncReadExt;

/// How long a check of an object's bytes is good.
const CHECKED_FOR: Duration = Duration::from_secs(3600);
/// Checks that are remembered; beyond, all are forgotten and made again when they are needed.
const CHECKS_MAX: usize = 10_000;
/// Objects are written in parts of this size (S3 wants 5 MiB at least), few at a time.
const PART_BYTES: usize = 8 << 20;
/// Files are read in blocks of this size.
const BLOCK_BYTES: usize = 256 << 10;
/// Parts on their way at once.
const PARTS_AT_ONCE: usize = 2;

/// Why an object cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// The settings cannot be used.
    #[error("store.blobs: cannot open {place}: {detail}")]
    Open {
        /// As configured.
        place: String,
        /// Why.
        detail: String,
    },
    /// The object is not there though its row is.
    #[error("blob {key} is missing")]
    Missing {
        /// Which.
        key: String,
    },
    /// Its bytes are not those that were kept.
    #[error("blob {key} is corrupt: its size or sha-256 is not that of its row")]
    Corrupt {
        /// Which.
        key: String,
    },
    /// None of the deployment's keys opens its session's.
    #[error("blob {key} is encrypted with a key that is not in store.key_file")]
    Sealed {
        /// Which.
        key: String,
    },
    /// The service or disk failed.
    #[error("blob {key} cannot be reached")]
    Failed {
        /// Which.
        key: String,
        /// Why.
        #[source]
        source: object_store::Error,
    },
    /// The file to keep cannot be read.
    #[error("cannot read {file}")]
    Source {
        /// Which.
        file: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

impl BlobError {
    /// Whether the same may succeed later.
    pub fn is_passing(&self) -> bool {
        matches!(self, BlobError::Failed { .. })
    }
}

/// The object store. Cheap to clone.
#[derive(Clone)]
pub struct Blobs {
    objects: Arc<dyn ObjectStore>,
    /// The folder it is, if it is one.
    folder: Option<PathBuf>,
    /// Objects whose bytes were found right, by key: their entity tag and when.
    checked: Arc<Mutex<BTreeMap<String, (String, Instant)>>>,
    write_delay: Duration,
}

/// An object that was found right, to be read.
pub struct Opened {
    /// Its size.
    pub bytes: u64,
    /// What part of it the stream holds.
    pub range: Range<u64>,
    /// Its bytes.
    pub stream: Blocks,
}

impl Blobs {
    /// Opens the object store that is configured; by default the folder of recordings, or `blobs` in the folder of data when what
    /// is kept is sealed: recordings are written open while an interview runs.
    ///
    /// # Errors
    /// When the folder cannot be made, or the address is of no kind that is known.
    pub fn open(
        config: &StoreConfig,
        data: &Path,
        recordings: &Path,
        write_delay: Duration,
    ) -> Result<Blobs, BlobError> {
        let default = || if config.key_file.is_some() { data.join("blobs") } else { recordings.to_owned() };
        let place = config.blobs.clone().unwrap_or_else(|| default().display().to_string());
        let failed = |detail: String| BlobError::Open { place: place.clone(), detail };
        let (objects, folder): (Arc<dyn ObjectStore>, _) = match place.strip_prefix("s3://") {
            Some(rest) => {
                let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
                let mut builder = AmazonS3Builder::from_env().with_bucket_name(bucket).with_region(&config.s3_region);
                if let Some(endpoint) = &config.s3_endpoint {
                    builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
                }
                if let (Some(id), Some(secret)) = (&config.s3_key_id, &config.s3_secret) {
                    builder = builder.with_access_key_id(id).with_secret_access_key(secret.expose_secret());
                }
                let s3 = builder.build().map_err(|error| failed(error.to_string()))?;
                (Arc::new(PrefixStore::new(s3, prefix)), None)
            }
            None if place.contains("://") => return Err(failed("name a folder or s3://bucket/prefix".to_owned())),
            None => {
                let folder = PathBuf::from(&place);
                std::fs::create_dir_all(&folder).map_err(|error| failed(error.to_string()))?;
                let folder = folder.canonicalize().map_err(|error| failed(error.to_string()))?;
                let local = LocalFileSystem::new_with_prefix(&folder).map_err(|error| failed(error.to_string()))?;
                (Arc::new(local.with_fsync(true)), Some(folder))
            }
        };
        let blobs = Blobs { objects, folder, checked: Arc::default(), write_delay };
        if config.key_file.is_some() && blobs.is_folder(recordings) {
            return Err(failed(
                "with store.key_file it cannot be the folder in which recordings are written".to_owned(),
            ));
        }
        Ok(blobs)
    }

    /// Whether the object store is this folder.
    pub fn is_folder(&self, folder: &Path) -> bool {
        self.folder.as_ref().is_some_and(|ours| folder.canonicalize().is_ok_and(|folder| folder == *ours))
    }

    /// Whether a file lies where its object would: then keeping it copies nothing.
    pub fn is_in_place(&self, file: &Path, key: &str) -> bool {
        let place = self.folder.as_ref().map(|folder| folder.join(key));
        place.is_some_and(|place| file.canonicalize().is_ok_and(|file| file == place))
    }

    /// Keeps a file as the object of its row; what is there under this key is replaced. The bytes are checked on their way: a
    /// file that is not what its row says leaves no object.
    ///
    /// # Errors
    /// When the file cannot be read or is not what its row says; when the object store fails.
    pub async fn keep(&self, row: &FileRow, file: &Path) -> Result<(), BlobError> {
        if !self.write_delay.is_zero() {
            tokio::time::sleep(self.write_delay).await;
        }
        if self.is_in_place(file, &row.key) {
            return self.check(row).await;
        }
        self.write(row, content(file).await?).await
    }

    /// As [`Blobs::keep`], of all that an open file holds from where it is read next.
    ///
    /// # Errors
    /// As there.
    pub async fn keep_open(&self, row: &FileRow, file: std::fs::File) -> Result<(), BlobError> {
        if !self.write_delay.is_zero() {
            tokio::time::sleep(self.write_delay).await;
        }
        self.write(row, read_on(tokio::fs::File::from_std(file), PathBuf::from(&row.name))).await
    }

    /// As [`Blobs::keep`], of a file that lies staged.
    ///
    /// # Errors
    /// As there.
    pub async fn keep_staged(&self, row: &FileRow, file: &Staged) -> Result<(), BlobError> {
        if !self.write_delay.is_zero() {
            tokio::time::sleep(self.write_delay).await;
        }
        self.write(row, file.content().await?).await
    }

    async fn write(&self, row: &FileRow, content: Blocks) -> Result<(), BlobError> {
        let failed = |source| BlobError::Failed { key: row.key.clone(), source };
        let sum = Arc::new(Mutex::new(Sum::default()));
        let mut blocks = counted(content, sum.clone());
        if let Some(seal) = Seal::of(row) {
            blocks = seal.close(blocks);
        }
        let key = key(&row.key)?;
        self.remove_staged(&row.key);
        let upload = self.objects.put_multipart(&key).await.map_err(failed)?;
        let mut upload = WriteMultipart::new_with_chunk_size(upload, PART_BYTES);
        let sent = loop {
            match blocks.try_next().await {
                Ok(Some(block)) => {
                    upload.wait_for_capacity(PARTS_AT_ONCE).await.map_err(failed)?;
                    upload.put(block);
                }
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        let sum = std::mem::take(&mut *sum.lock().unwrap_or_else(PoisonError::into_inner));
        let right = sum.is(row);
        if sent.is_err() || !right {
            upload.abort().await.map_err(failed)?;
            return sent.and(Err(BlobError::Corrupt { key: row.key.clone() }));
        }
        upload.finish().await.map_err(failed)?;
        Ok(())
    }

    /// Keeps bytes as an object.
    ///
    /// # Errors
    /// When the object store fails.
    pub async fn put(&self, key_text: &str, bytes: Vec<u8>) -> Result<(), BlobError> {
        if !self.write_delay.is_zero() {
            tokio::time::sleep(self.write_delay).await;
        }
        let put = self.objects.put(&key(key_text)?, PutPayload::from(bytes)).await;
        put.map(|_| ()).map_err(|source| BlobError::Failed { key: key_text.to_owned(), source })
    }

    /// Opens an object, whole or a part of it, having checked that its bytes are those of its row.
    ///
    /// # Errors
    /// When it is missing, corrupt or cannot be reached.
    pub async fn read(&self, row: &FileRow, range: Option<Range<u64>>) -> Result<Opened, BlobError> {
        self.check(row).await?;
        let bytes = u64::try_from(row.bytes).unwrap_or(0);
        let range = range.map_or(0..bytes, |range| range.start.min(bytes)..range.end.min(bytes));
        let stream = self.fetch(row, &range).await?;
        Ok(Opened { bytes, range, stream })
    }

    /// A range of an object's content, opened if it is sealed, and not checked.
    async fn fetch(&self, row: &FileRow, range: &Range<u64>) -> Result<Blocks, BlobError> {
        let seal = Seal::of(row);
        let wanted = seal.as_ref().map_or_else(|| range.clone(), |seal| seal.around(range));
        if wanted.is_empty() {
            return Ok(futures::stream::empty().boxed());
        }
        let options = GetOptions { range: Some(GetRange::Bounded(wanted)), ..GetOptions::default() };
        let got = self.objects.get_opts(&key(&row.key)?, options).await.map_err(|error| failed(&row.key, error))?;
        let name = row.key.clone();
        let blocks = got.into_stream().map_err(move |error| failed(&name, error)).boxed();
        Ok(match seal {
            Some(seal) => seal.open(blocks, range),
            None => blocks,
        })
    }

    /// All of an object.
    ///
    /// # Errors
    /// When it is missing, corrupt or cannot be reached.
    pub async fn read_whole(&self, row: &FileRow) -> Result<Vec<u8>, BlobError> {
        self.measure(row).await?;
        let mut blocks = self.fetch(row, &(0..u64::try_from(row.bytes).unwrap_or(0))).await?;
        let (mut sum, mut bytes) = (Sum::default(), Vec::new());
        while let Some(block) = blocks.try_next().await? {
            sum.add(&block);
            bytes.extend_from_slice(&block);
        }
        if sum.is(row) { Ok(bytes) } else { Err(BlobError::Corrupt { key: row.key.clone() }) }
    }

    /// Deletes an object; one that is not there is as good.
    ///
    /// # Errors
    /// When the object store fails.
    pub async fn delete(&self, key_text: &str) -> Result<(), BlobError> {
        self.checked().remove(key_text);
        match self.objects.delete(&key(key_text)?).await {
            Err(object_store::Error::NotFound { .. }) | Ok(()) => Ok(()),
            Err(source) => Err(BlobError::Failed { key: key_text.to_owned(), source }),
        }
    }

    /// What a killed server had written of an object lies beside its place as `name#number`, where no list shows it.
    fn remove_staged(&self, key: &str) {
        let Some(place) = self.folder.as_ref().map(|folder| folder.join(key)) else { return };
        let (Some(folder), Some(name)) = (place.parent(), place.file_name()) else { return };
        let staged = format!("{}#", name.to_string_lossy());
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(&staged) {
                std::fs::remove_file(entry.path()).ok();
            }
        }
    }

    /// Deletes everything under a session's name: staged parts and the folder itself, of a store that is a folder.
    ///
    /// # Errors
    /// When the folder cannot be removed.
    pub async fn delete_rest(&self, session: &str) -> Result<(), BlobError> {
        let Some(folder) = self.folder.as_ref().map(|folder| folder.join(session)) else { return Ok(()) };
        match tokio::fs::remove_dir_all(&folder).await {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                Err(BlobError::Source { file: folder, source })
            }
            _ => Ok(()),
        }
    }

    /// The keys of all objects whose key begins with `prefix/`. For tests and repairs; a store with many takes long.
    ///
    /// # Errors
    /// When the object store fails.
    pub async fn keys(&self, prefix: &str) -> Result<Vec<String>, BlobError> {
        let prefix = (!prefix.is_empty()).then(|| key(prefix)).transpose()?;
        let all = self.objects.list(prefix.as_ref()).map_ok(|meta| meta.location.to_string());
        let mut all: Vec<String> = all.try_collect().await.map_err(|error| failed("", error))?;
        all.sort();
        Ok(all)
    }

    /// Checks that an object has its row's size and hash, unless this version of it was found right lately.
    async fn check(&self, row: &FileRow) -> Result<(), BlobError> {
        let tag = format!("{} {}", self.measure(row).await?.unwrap_or_default(), row.sha256);
        let known = self.checked().get(&row.key).is_some_and(|(of, at)| *of == tag && at.elapsed() < CHECKED_FOR);
        if known {
            return Ok(());
        }
        let mut sum = Sum::default();
        let mut blocks = self.fetch(row, &(0..u64::try_from(row.bytes).unwrap_or(0))).await?;
        while let Some(block) = blocks.try_next().await? {
            sum.add(&block);
        }
        if !sum.is(row) {
            return Err(BlobError::Corrupt { key: row.key.clone() });
        }
        let mut checked = self.checked();
        if checked.len() >= CHECKS_MAX {
            checked.clear();
        }
        checked.insert(row.key.clone(), (tag, Instant::now()));
        Ok(())
    }

    /// Checks that an object is there and as long as its row says; gives its entity tag.
    async fn measure(&self, row: &FileRow) -> Result<Option<String>, BlobError> {
        let meta = self.objects.head(&key(&row.key)?).await.map_err(|error| failed(&row.key, error))?;
        let content = u64::try_from(row.bytes).unwrap_or(u64::MAX);
        let expected = Seal::of(row).map_or(content, |seal| seal.sealed_bytes());
        if meta.size == expected { Ok(meta.e_tag) } else { Err(BlobError::Corrupt { key: row.key.clone() }) }
    }

    fn checked(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, (String, Instant)>> {
        self.checked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(text: &str) -> Result<Key, BlobError> {
    Key::parse(text).map_err(|error| BlobError::Failed { key: text.to_owned(), source: error.into() })
}

fn failed(key: &str, error: object_store::Error) -> BlobError {
    match error {
        object_store::Error::NotFound { .. } => BlobError::Missing { key: key.to_owned() },
        source => BlobError::Failed { key: key.to_owned(), source },
    }
}

/// A file's bytes.
pub(super) async fn content(file: &Path) -> Result<Blocks, BlobError> {
    let name = file.to_owned();
    let opened = tokio::fs::File::open(file).await;
    let opened = opened.map_err(|source| BlobError::Source { file: name.clone(), source })?;
    Ok(read_on(opened, name))
}

/// What is still to be read of a file; errors call it by this name.
fn read_on(opened: tokio::fs::File, name: PathBuf) -> Blocks {
    let blocks = futures::stream::try_unfold((opened, name), |(mut file, name)| async move {
        let mut block = bytes::BytesMut::with_capacity(BLOCK_BYTES);
        match file.read_buf(&mut block).await {
            Err(source) => Err(BlobError::Source { file: name, source }),
            Ok(0) => Ok(None),
            Ok(_) => Ok(Some((block.freeze(), (file, name)))),
        }
    });
    blocks.boxed()
}

/// Blocks, counted as they pass by.
fn counted(blocks: Blocks, sum: Arc<Mutex<Sum>>) -> Blocks {
    blocks.inspect_ok(move |block| sum.lock().unwrap_or_else(PoisonError::into_inner).add(block)).boxed()
}

/// Size and hash of bytes that pass by.
#[derive(Default)]
pub(super) struct Sum {
    hash: Sha256,
    bytes: u64,
}

impl Sum {
    pub(super) fn add(&mut self, block: &[u8]) {
        self.hash.update(block);
        self.bytes += block.len() as u64;
    }

    /// The size, and the hash in hex.
    pub(super) fn told(self) -> (u64, String) {
        (self.bytes, hex(self.hash.finalize()))
    }

    fn is(self, row: &FileRow) -> bool {
        let (bytes, hash) = self.told();
        i64::try_from(bytes) == Ok(row.bytes) && hash == row.sha256
    }
}

#[cfg(test)]
#[path = "blobs_tests.rs"]
mod tests;
