//! The thin layer between the writer and the disk, so that tests can put a failing disk in its place.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

/// A file that only grows.
pub trait Append: Send {
    /// Adds all of `bytes` at the end. After an error an unknown part of them was added.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Adds `bytes` zeros at the end, without space on the disk where the file system can.
    fn append_zeros(&mut self, bytes: u64) -> io::Result<()>;
    /// Fails with `NotFound` when the file has no name any more: what is written to it would be lost.
    fn check(&self) -> io::Result<()>;
}

/// Opens files to append to.
pub trait Disk: Send + Sync {
    /// Opens `path`, which must not exist yet.
    fn create(&self, path: &Path) -> io::Result<Box<dyn Append>>;
}

/// The real one. Files are readable by their owner alone.
#[derive(Clone, Copy, Debug, Default)]
pub struct RealDisk;

impl Disk for RealDisk {
    fn create(&self, path: &Path) -> io::Result<Box<dyn Append>> {
        Ok(Box::new(RealFile(private_options().append(true).create_new(true).open(path)?)))
    }
}

/// The real one, on which every write waits so long first: for trials.
#[derive(Clone, Copy, Debug)]
pub struct SlowDisk(pub Duration);

impl Disk for SlowDisk {
    fn create(&self, path: &Path) -> io::Result<Box<dyn Append>> {
        Ok(Box::new(SlowFile { file: RealDisk.create(path)?, by: self.0 }))
    }
}

struct SlowFile {
    file: Box<dyn Append>,
    by: Duration,
}

impl Append for SlowFile {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        std::thread::sleep(self.by);
        self.file.append(bytes)
    }

    fn append_zeros(&mut self, bytes: u64) -> io::Result<()> {
        std::thread::sleep(self.by);
        self.file.append_zeros(bytes)
    }

    fn check(&self) -> io::Result<()> {
        self.file.check()
    }
}

struct RealFile(File);

impl Append for RealFile {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes)
    }

    fn append_zeros(&mut self, bytes: u64) -> io::Result<()> {
        let length = self.0.metadata()?.len();
        self.0.set_len(length.saturating_add(bytes))
    }

    #[cfg(unix)]
    fn check(&self) -> io::Result<()> {
        use std::os::unix::fs::MetadataExt;
        if self.0.metadata()?.nlink() == 0 { Err(io::ErrorKind::NotFound.into()) } else { Ok(()) }
    }

    #[cfg(not(unix))]
    fn check(&self) -> io::Result<()> {
        Ok(())
    }
}

fn private_options() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options
}

/// Creates the file `path` for its owner alone, or empties it.
pub fn create_private(path: &Path) -> io::Result<File> {
    private_options().write(true).create(true).truncate(true).open(path)
}

/// A file to be written and read again that nobody finds by name: it is gone when its handle is, however the process ends. It lies on
/// the disk of `folder`; `name` is there for the moment of its making.
pub fn create_nameless(folder: &Path, name: &str) -> io::Result<File> {
    let path = folder.join(name);
    let file = private_options().read(true).write(true).create_new(true).open(&path)?;
    // Where open files cannot be removed it stays until somebody clears the folder.
    fs::remove_file(&path).ok();
    Ok(file)
}

/// Creates `folder` for its owner alone; parents as usual. It must not exist yet.
pub fn create_private_folder(folder: &Path) -> io::Result<()> {
    if let Some(parent) = folder.parent() {
        fs::create_dir_all(parent)?;
    }
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(folder)
}

/// Puts `bytes` at `folder/name` as a whole or not at all: written beside it, forced to the disk, then renamed.
pub fn write_whole(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let unfinished = folder.join(format!("{name}.tmp"));
    let mut file = create_private(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&unfinished, folder.join(name))?;
    sync_folder(folder)
}

/// Forces the names in `folder` to the disk.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
