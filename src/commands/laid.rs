//! A bundle where a recording's folder is asked for: it is unpacked beside the system's temporary files and removed afterwards.

use crate::recording::bundle;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// A recording as a folder, for as long as this is there.
pub struct Laid {
    folder: PathBuf,
    temporary: Option<PathBuf>,
}

impl Laid {
    /// Lays out what a path names: a folder as it is, a file as a bundle.
    ///
    /// # Errors
    /// When the file is no good bundle, or cannot be unpacked; a sentence for people.
    pub fn of(path: &Path) -> Result<Laid, String> {
        if !path.is_file() {
            return Ok(Laid { folder: path.to_owned(), temporary: None });
        }
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let temporary = std::env::temp_dir().join(format!("viva-bundle-{}-{number}", std::process::id()));
        // Reports name recordings by their folder.
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("bundle");
        let folder = temporary.join(name.trim_end_matches(".json").trim_end_matches(".viva"));
        let laid = Laid { folder, temporary: Some(temporary) };
        let wrong = |why: &dyn std::fmt::Display| format!("{}: {why}", path.display());
        fs::create_dir_all(&laid.folder).map_err(|error| wrong(&error))?;
        let file = File::open(path).map_err(|error| wrong(&error))?;
        bundle::unpack(file, &laid.folder).map_err(|error| wrong(&error))?;
        Ok(laid)
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Laid {
    fn drop(&mut self) {
        if let Some(temporary) = &self.temporary {
            // What cannot be removed is the system's to clean.
            fs::remove_dir_all(temporary).ok();
        }
    }
}
