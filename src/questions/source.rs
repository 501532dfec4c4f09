//! Where questions' files come from: the binary itself or a directory.

use super::QuestionError;
use super::format::Kind;
use crate::digest::hex;
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::Path;

/// The largest file of a question, in bytes.
pub const FILE_BYTES_MAX: usize = 256 * 1024;
/// The most files of a question.
pub const FILES_MAX: usize = 64;
/// The most questions a bank holds.
pub const QUESTIONS_MAX: usize = 5000;
/// How deep below the directory named questions may lie: bank/kind/id.
const DEPTH_MAX: usize = 2;
/// Directories looked into while searching.
const DIRECTORIES_MAX: usize = 20_000;

#[derive(RustEmbed)]
#[folder = "questions/"]
struct Embedded;

/// The files of a question.
#[derive(Clone, Debug, Default)]
pub struct Folder {
    /// The folder's name: the question's id.
    pub id: String,
    /// The kind whose folder it lies in, if it lies in one.
    pub kind: Option<Kind>,
    /// Contents by path within the folder, with `/`.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Files left out because there are too many or they are too large.
    pub left_out: Vec<String>,
}

impl Folder {
    /// Kind and id as a path; the id alone outside a kind's folder.
    pub fn path(&self) -> String {
        match self.kind {
            Some(kind) => format!("{kind}/{}", self.id),
            None => self.id.clone(),
        }
    }

    fn put(&mut self, path: String, bytes: Vec<u8>) {
        if self.files.len() < FILES_MAX && bytes.len() <= FILE_BYTES_MAX {
            self.files.insert(path, bytes);
        } else {
            self.left_out.push(path);
        }
    }

    /// sha-256 over all that an interview depends on (not the solutions), in hex.
    pub fn content_hash(&self) -> String {
        let mut hash = Sha256::new();
        for (path, bytes) in self.files.iter().filter(|(path, _)| !path.starts_with("solutions/")) {
            hash.update((path.len() as u64).to_be_bytes());
            hash.update(path.as_bytes());
            hash.update((bytes.len() as u64).to_be_bytes());
            hash.update(bytes);
        }
        hex(hash.finalize())
    }
}

/// The questions that come with Viva.
pub fn embedded() -> Vec<Folder> {
    let mut folders: BTreeMap<String, Folder> = BTreeMap::new();
    for path in Embedded::iter() {
        let mut parts = path.splitn(3, '/');
        if let (Some(kind), Some(id), Some(file), Some(found)) =
            (parts.next().and_then(Kind::from_id), parts.next(), parts.next(), Embedded::get(&path))
        {
            let folder = folders.entry(format!("{kind}/{id}")).or_default();
            folder.id = id.to_owned();
            folder.kind = Some(kind);
            folder.put(file.to_owned(), found.data.into_owned());
        }
    }
    folders.into_values().collect()
}

/// The questions in `dir`: a question's folder itself, or folders with `question.toml` at most two levels below.
///
/// # Errors
/// When a directory or a file cannot be read, or there are too many.
pub fn read(dir: &Path) -> Result<Vec<Folder>, QuestionError> {
    let mut found = Vec::new();
    let mut waiting = vec![(dir.to_owned(), DEPTH_MAX)];
    let mut looked_into = 0;
    while let Some((path, depth)) = waiting.pop() {
        looked_into += 1;
        if found.len() > QUESTIONS_MAX || looked_into > DIRECTORIES_MAX {
            return Err(QuestionError::TooMany { path: dir.to_owned() });
        }
        if path.join("question.toml").is_file() {
            found.push(folder(&path)?);
        } else if depth > 0 || path == dir {
            waiting.extend(children(&path)?.into_iter().filter(|child| child.is_dir()).map(|child| (child, depth - 1)));
        }
    }
    found.sort_by_key(|folder| folder.path());
    Ok(found)
}

fn children(path: &Path) -> Result<Vec<std::path::PathBuf>, QuestionError> {
    let unreadable = |source| QuestionError::Read { path: path.to_owned(), source };
    let mut children = Vec::new();
    for entry in std::fs::read_dir(path).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        if !entry.file_name().to_string_lossy().starts_with('.') && entry.file_name() != "__pycache__" {
            children.push(entry.path());
        }
    }
    children.sort();
    Ok(children)
}

fn folder(path: &Path) -> Result<Folder, QuestionError> {
    // `.` and `..` get their names.
    let absolute = path.canonicalize().map_err(|source| QuestionError::Read { path: path.to_owned(), source })?;
    let name = |path: Option<&Path>| {
        path.and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    };
    let mut folder =
        Folder { id: name(Some(&absolute)), kind: Kind::from_id(&name(absolute.parent())), ..Folder::default() };
    let mut waiting = vec![(absolute.clone(), 3)];
    while let Some((path, depth)) = waiting.pop() {
        for child in children(&path)? {
            let inside = child.strip_prefix(&absolute).unwrap_or(&child).to_string_lossy().replace('\\', "/");
            if child.is_dir() && depth > 0 {
                waiting.push((child, depth - 1));
            } else if child.is_file() {
                let unreadable = |source| QuestionError::Read { path: child.clone(), source };
                let size = child.metadata().map_err(unreadable)?.len();
                match size > FILE_BYTES_MAX as u64 {
                    true => folder.left_out.push(inside),
                    false => folder.put(inside, std::fs::read(&child).map_err(unreadable)?),
                }
            }
        }
    }
    Ok(folder)
}
