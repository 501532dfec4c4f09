//! A file on its way into the object store that is made before anybody knows how long it becomes: an archive. It lies sealed, whether or
//! not what is kept is: its key is nowhere but in this process, so that what a killed server leaves of it can be read by nobody. It is
//! its owner's alone, and gone when it is dropped.

use super::blobs::{BlobError, Sum, content};
use super::seal::{Blocks, Growing, Seal};
use std::io;
use std::path::{Path, PathBuf};
use tokio::fs::File;
use tokio::io::AsyncWriteExt;

/// A file that is being made.
pub struct Staging {
    file: File,
    place: Place,
    sealing: Growing,
    sum: Sum,
}

/// A file that is made, to be kept.
pub struct Staged {
    place: Place,
    seal: Seal,
    /// Size of its content.
    pub bytes: u64,
    /// sha-256 of its content, in hex.
    pub sha256: String,
}

/// Where it lies, as long as anybody needs it.
struct Place(PathBuf);

impl Drop for Place {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.0) {
            tracing::warn!(%error, "a file on its way into the object store is left; the next start removes it");
        }
    }
}

impl Staging {
    /// Begins a file at this place, where there must be none.
    ///
    /// # Errors
    /// When it cannot be made.
    pub async fn create(place: &Path) -> io::Result<Staging> {
        let mut options = File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        options.mode(0o600);
        let file = options.open(place).await?;
        let name = place.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Staging { file, place: Place(place.to_owned()), sealing: Growing::new(name), sum: Sum::default() })
    }

    /// Adds to its content.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn write(&mut self, content: &[u8]) -> io::Result<()> {
        self.sum.add(content);
        for chunk in self.sealing.add(content).map_err(io::Error::other)? {
            self.file.write_all(&chunk).await?;
        }
        Ok(())
    }

    /// Ends it. What the disk does with it is nobody's concern: without this process nobody can read it anyway.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn end(mut self) -> io::Result<Staged> {
        let (last, seal) = self.sealing.end().map_err(io::Error::other)?;
        self.file.write_all(&last).await?;
        self.file.flush().await?;
        let (bytes, sha256) = self.sum.told();
        Ok(Staged { place: self.place, seal, bytes, sha256 })
    }
}

impl Staged {
    /// Its content.
    pub(super) async fn content(&self) -> Result<Blocks, BlobError> {
        let file = content(&self.place.0).await?;
        Ok(self.seal.clone().open(file, &(0..self.bytes)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::TryStreamExt;

    async fn staged(place: &Path, content: &[u8]) -> Staged {
        let mut staging = Staging::create(place).await.expect("begins");
        for piece in content.chunks(10_007) {
            staging.write(piece).await.expect("written");
        }
        staging.end().await.expect("ends")
    }

    async fn read(staged: &Staged) -> Result<Vec<u8>, BlobError> {
        let blocks: Vec<bytes::Bytes> = staged.content().await?.try_collect().await?;
        Ok(blocks.concat())
    }

    #[tokio::test]
    async fn what_is_staged_is_read_again_lies_sealed_and_goes_with_whom_it_belongs_to() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().join("viva.tar");
        for bytes in [0, 1, (64 << 10) - 1, 64 << 10, (64 << 10) + 1, 200_000] {
            let content: Vec<u8> = b"a secret ".iter().copied().cycle().take(bytes).collect();
            let staged = staged(&place, &content).await;
            assert_eq!((staged.bytes, &staged.sha256), (bytes as u64, &crate::digest::sha256_hex(&content)));
            assert!(read(&staged).await.expect("opens") == content, "{bytes}");
            let lies = std::fs::read(&place).expect("read");
            assert!(lies.len() > bytes && !lies.windows(8).any(|part| part == b"a secret"), "{bytes}");
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                assert_eq!(std::fs::metadata(&place).expect("there").permissions().mode() & 0o777, 0o600);
            }
            drop(staged);
            assert!(!place.exists(), "{bytes}");
        }
        let unfinished = Staging::create(&place).await.expect("begins");
        assert!(Staging::create(&place).await.is_err(), "nobody writes over another's");
        drop(unfinished);
        assert!(!place.exists());
    }

    #[tokio::test]
    async fn what_was_changed_where_it_lies_is_not_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().join("viva.tar");
        let staged = staged(&place, &[7; 100_000]).await;
        let mut lies = std::fs::read(&place).expect("read");
        lies[70_000] ^= 1;
        std::fs::write(&place, &lies).expect("written");
        assert!(matches!(read(&staged).await, Err(BlobError::Corrupt { .. })));
        lies[70_000] ^= 1;
        std::fs::write(&place, &lies[..64 << 10]).expect("written");
        assert!(matches!(read(&staged).await, Err(BlobError::Corrupt { .. })));
    }
}
