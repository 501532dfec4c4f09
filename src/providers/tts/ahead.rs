//! A voice that has some texts ready: made into sound before they are needed, and played at once when they are. Kept for as long
//! as the server runs, one for each opened voice, since all its interviews speak with it.

use super::{CHUNK_SAMPLES_MAX, Tts};
use crate::providers::ProviderError;
use crate::units::TRACK_RATE;
use futures::future::BoxFuture;
use futures::stream::{self, BoxStream};
use futures::{FutureExt, StreamExt};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// So many texts are kept; when there are more, those that come later are spoken as any other.
const TEXTS_MAX: usize = 64;
/// Longer sounds are not kept, in samples: 3 s, so that all take no more than 9 MB.
const SAMPLES_MAX: usize = 3 * TRACK_RATE.0 as usize;

/// The voice and what it has ready.
pub struct Ahead {
    voice: Arc<dyn Tts>,
    /// None: it is being made, or could not be and is not tried again.
    ready: Mutex<BTreeMap<String, Option<Arc<[i16]>>>>,
}

impl Ahead {
    /// Nothing is ready yet.
    pub fn new(voice: Arc<dyn Tts>) -> Self {
        Ahead { voice, ready: Mutex::default() }
    }

    /// Makes texts ready, one after the other, so that a running interview's voice is hardly slowed. Failures are logged: the text
    /// is then spoken when it is needed, and tried again by the next to prepare it.
    pub async fn prepare(&self, texts: Vec<String>) {
        for text in texts {
            if !self.begin(&text) {
                continue;
            }
            let sound = self.make(&text).await.unwrap_or_else(|error| {
                tracing::debug!(%error, "a text could not be spoken ahead of time");
                None
            });
            match sound {
                Some(sound) => drop(self.ready().insert(text, Some(sound))),
                None => drop(self.ready().remove(&text)),
            }
        }
    }

    /// Whether this text is ready.
    pub fn has(&self, text: &str) -> bool {
        self.ready().get(text).is_some_and(Option::is_some)
    }

    /// False when it is there, is being made, or there is no room.
    fn begin(&self, text: &str) -> bool {
        let mut ready = self.ready();
        let wanted = ready.len() < TEXTS_MAX && !ready.contains_key(text);
        if wanted {
            ready.insert(text.to_owned(), None);
        }
        wanted
    }

    /// The sound; none when it is none, or too long to keep.
    async fn make(&self, text: &str) -> Result<Option<Arc<[i16]>>, ProviderError> {
        let mut sound = Vec::new();
        let mut chunks = self.voice.speak(text.to_owned());
        while let Some(chunk) = chunks.next().await {
            sound.extend_from_slice(&chunk?);
            if sound.len() > SAMPLES_MAX {
                return Ok(None);
            }
        }
        Ok(Some(sound).filter(|sound| !sound.is_empty()).map(Arc::from))
    }

    fn ready(&self) -> MutexGuard<'_, BTreeMap<String, Option<Arc<[i16]>>>> {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tts for Ahead {
    fn speak(&self, text: String) -> BoxStream<'static, Result<Vec<i16>, ProviderError>> {
        let ready = self.ready().get(&text).cloned().flatten();
        match ready {
            Some(sound) => {
                let chunks: Vec<_> = sound.chunks(CHUNK_SAMPLES_MAX).map(|chunk| Ok(chunk.to_vec())).collect();
                stream::iter(chunks).boxed()
            }
            None => self.voice.speak(text),
        }
    }

    fn warm(&self) -> BoxFuture<'static, ()> {
        self.voice.warm().boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// Says as many chunks as the text has words, and counts how often it was asked. Fails on "fail", says nothing on "".
    #[derive(Default)]
    struct Counting {
        asked: Arc<AtomicUsize>,
    }

    impl Tts for Counting {
        fn speak(&self, text: String) -> BoxStream<'static, Result<Vec<i16>, ProviderError>> {
            self.asked.fetch_add(1, Ordering::Relaxed);
            let chunk = |word: &str| match word {
                "fail" => Err(ProviderError::new(crate::providers::FailureKind::Gone, "gone")),
                word => Ok(vec![word.len() as i16; CHUNK_SAMPLES_MAX]),
            };
            stream::iter(text.split_whitespace().map(chunk).collect::<Vec<_>>()).boxed()
        }
    }

    async fn heard(voice: &Ahead, text: &str) -> Vec<i16> {
        let chunks: Vec<_> = voice.speak(text.to_owned()).collect().await;
        chunks.into_iter().flat_map(Result::unwrap_or_default).collect()
    }

    #[tokio::test]
    async fn what_is_ready_is_said_without_asking_the_voice_again() {
        let asked = Arc::new(AtomicUsize::new(0));
        let voice = Ahead::new(Arc::new(Counting { asked: asked.clone() }));
        voice.prepare(vec!["All right.".into(), "Okay.".into(), "Okay.".into()]).await;
        assert!(voice.has("Okay.") && asked.load(Ordering::Relaxed) == 2);
        let sound = heard(&voice, "All right.").await;
        assert_eq!((sound.len(), sound.first(), sound.last()), (2 * CHUNK_SAMPLES_MAX, Some(&3), Some(&6)));
        assert_eq!(asked.load(Ordering::Relaxed), 2);
        assert_eq!(heard(&voice, "Something else.").await.len(), 2 * CHUNK_SAMPLES_MAX);
        assert_eq!(asked.load(Ordering::Relaxed), 3);
    }

    #[tokio::test]
    async fn what_fails_is_silent_or_too_long_is_not_kept() {
        let voice = Ahead::new(Arc::new(Counting::default()));
        let long = "word ".repeat(40);
        voice.prepare(vec!["Okay fail".into(), String::new(), long.clone()]).await;
        assert!(!voice.has("Okay fail") && !voice.has("") && !voice.has(&long));
        assert_eq!(heard(&voice, &long).await.len(), 40 * CHUNK_SAMPLES_MAX);
    }

    #[tokio::test]
    async fn no_more_is_kept_than_there_is_room_for() {
        let voice = Ahead::new(Arc::new(Counting::default()));
        voice.prepare((0..TEXTS_MAX + 5).map(|number| number.to_string()).collect()).await;
        assert!(voice.has("0") && !voice.has(&TEXTS_MAX.to_string()));
    }
}
