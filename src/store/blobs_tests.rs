//! What every object store must do, a folder and a service that speaks S3.

use super::*;
use crate::digest::sha256_hex;
use crate::store::seal::DeploymentKeys;
use crate::store::support::{Bucket, key_file};
use bytes::Bytes;

fn row(key: &str, content: &[u8]) -> FileRow {
    let (session, name) = key.split_once('/').expect("session/name");
    FileRow {
        key: key.into(),
        session: session.into(),
        name: name.into(),
        media_type: "application/octet-stream".into(),
        bytes: content.len() as i64,
        sha256: sha256_hex(content),
        kept: true,
        seal: None,
    }
}

async fn read(blobs: &Blobs, row: &FileRow, range: Option<Range<u64>>) -> Result<Vec<u8>, BlobError> {
    let opened = blobs.read(row, range).await?;
    let blocks: Vec<Bytes> = opened.stream.try_collect().await?;
    Ok(blocks.concat())
}

/// Runs the test on a folder and on S3; it is given a folder for files of its own.
async fn each(test: impl AsyncFn(Blobs, &Path)) {
    let folder = tempfile::tempdir().expect("a folder");
    let (here, there) = (folder.path().join("recordings"), folder.path().join("blobs"));
    std::fs::create_dir(&here).expect("a folder");
    let config = StoreConfig { blobs: Some(there.display().to_string()), ..StoreConfig::default() };
    test(Blobs::open(&config, folder.path(), &here, Duration::ZERO).expect("opens"), &here).await;
    let bucket = Bucket::new().await;
    test(bucket.blobs(), &here).await;
}

#[tokio::test]
async fn a_file_is_kept_and_read_whole_and_in_parts() {
    each(async |blobs, folder| {
        // Longer than one part.
        let content: Vec<u8> = (0..PART_BYTES as u32 + 5_000).map(|number| (number % 251) as u8).collect();
        let file = folder.join("candidate.flac");
        std::fs::write(&file, &content).expect("written");
        let row = row("sess_1/candidate.flac", &content);
        blobs.keep(&row, &file).await.expect("kept");
        blobs.keep(&row, &file).await.expect("kept again, as after a kill");
        assert!(read(&blobs, &row, None).await.expect("whole") == content);
        let middle = read(&blobs, &row, Some(8_388_600..8_388_620)).await.expect("a part");
        assert_eq!(middle, &content[8_388_600..8_388_620]);
        assert!(blobs.read_whole(&row).await.expect("whole") == content);
        assert_eq!(blobs.keys("sess_1").await.expect("listed"), ["sess_1/candidate.flac"]);
        blobs.delete(&row.key).await.expect("deleted");
        blobs.delete(&row.key).await.expect("deleted twice");
        assert!(matches!(read(&blobs, &row, None).await, Err(BlobError::Missing { .. })));
        assert!(blobs.keys("sess_1").await.expect("listed").is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_corrupt_object_is_never_served() {
    each(async |blobs, folder| {
        let content = b"what was said".to_vec();
        let file = folder.join("steps.jsonl");
        std::fs::write(&file, &content).expect("written");
        let row = row("sess_2/steps.jsonl", &content);
        blobs.keep(&row, &file).await.expect("kept");
        assert_eq!(read(&blobs, &row, None).await.expect("read"), content);
        for damaged in [b"what was sald".to_vec(), b"what was said!".to_vec(), Vec::new()] {
            blobs.put(&row.key, damaged).await.expect("damaged");
            assert!(matches!(read(&blobs, &row, Some(0..4)).await, Err(BlobError::Corrupt { .. })));
            assert!(matches!(blobs.read_whole(&row).await, Err(BlobError::Corrupt { .. })));
        }
        blobs.put(&row.key, content.clone()).await.expect("repaired");
        assert_eq!(read(&blobs, &row, None).await.expect("read"), content);
    })
    .await;
}

#[tokio::test]
async fn a_file_that_is_not_what_its_row_says_leaves_no_object() {
    each(async |blobs, folder| {
        let file = folder.join("header.json");
        std::fs::write(&file, b"{}").expect("written");
        let row = row("sess_3/header.json", b"{ }");
        assert!(matches!(blobs.keep(&row, &file).await, Err(BlobError::Corrupt { .. })));
        let error = blobs.keep(&row, &folder.join("none")).await.expect_err("no such file");
        assert!(matches!(error, BlobError::Source { .. }) && !error.is_passing());
        assert!(blobs.keys("sess_3").await.expect("listed").is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_recording_in_its_place_is_not_copied() {
    let folder = tempfile::tempdir().expect("a folder");
    let blobs = Blobs::open(&StoreConfig::default(), folder.path(), folder.path(), Duration::ZERO).expect("opens");
    std::fs::create_dir(folder.path().join("sess_4")).expect("a folder");
    let file = folder.path().join("sess_4/header.json");
    std::fs::write(&file, b"{}").expect("written");
    let row = row("sess_4/header.json", b"{}");
    assert!(blobs.is_in_place(&file, &row.key));
    blobs.keep(&row, &file).await.expect("kept");
    assert_eq!(read(&blobs, &row, None).await.expect("read"), b"{}");
    std::fs::write(&file, b"[]").expect("damaged");
    assert!(matches!(blobs.keep(&row, &file).await, Err(BlobError::Corrupt { .. })));
}

#[test]
fn places_of_no_known_kind_are_refused() {
    let config = StoreConfig { blobs: Some("gs://bucket".into()), ..StoreConfig::default() };
    let error =
        Blobs::open(&config, Path::new("/nowhere"), Path::new("/nowhere"), Duration::ZERO).err().expect("refused");
    assert!(error.to_string().contains("store.blobs"), "{error}");
}

#[tokio::test]
async fn a_sealed_file_never_lies_open_and_is_read_in_parts() {
    each(async |blobs, folder| {
        let keys = DeploymentKeys::read(&key_file(folder, &[1])).expect("keys");
        let (key, _) = keys.session_key("sess_1").expect("a key");
        let content = b"what the candidate said. ".repeat(20_000);
        let file = folder.join("steps.jsonl");
        std::fs::write(&file, &content).expect("written");
        let sealed = FileRow { seal: Some(key), ..row("sess_1/steps.jsonl", &content) };
        blobs.keep(&sealed, &file).await.expect("kept");
        blobs.keep(&sealed, &file).await.expect("kept again, as after a kill");
        assert!(read(&blobs, &sealed, None).await.expect("whole") == content);
        assert!(blobs.read_whole(&sealed).await.expect("whole") == content);
        let part = read(&blobs, &sealed, Some(65_530..65_550)).await.expect("a part");
        assert_eq!(part, &content[65_530..65_550]);
        let raw = blobs.objects.get(&key_of(&sealed)).await.expect("there").bytes().await.expect("read");
        assert!(!raw.windows(9).any(|bytes| bytes == b"candidate"), "it lies open");
        let open = FileRow { seal: None, ..sealed.clone() };
        assert!(matches!(blobs.read_whole(&open).await, Err(BlobError::Corrupt { .. })));
        let mut changed = raw.to_vec();
        changed[70_000] ^= 1;
        blobs.put(&sealed.key, changed).await.expect("put");
        assert!(matches!(read(&blobs, &sealed, Some(0..10)).await, Err(BlobError::Corrupt { .. })));
    })
    .await;
}

fn key_of(row: &FileRow) -> Key {
    key(&row.key).expect("a key")
}

#[test]
fn sealed_recordings_do_not_lie_where_open_ones_are_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let recordings = folder.path().join("recordings");
    std::fs::create_dir(&recordings).expect("a folder");
    let config = StoreConfig { key_file: Some(key_file(folder.path(), &[1])), ..StoreConfig::default() };
    let blobs = Blobs::open(&config, folder.path(), &recordings, Duration::ZERO).expect("opens");
    assert!(blobs.is_folder(&folder.path().join("blobs")));
    let config = StoreConfig { blobs: Some(recordings.display().to_string()), ..config };
    let error = Blobs::open(&config, folder.path(), &recordings, Duration::ZERO).err().expect("refused");
    assert!(error.to_string().contains("store.key_file"), "{error}");
}
