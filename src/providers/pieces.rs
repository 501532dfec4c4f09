//! A stream whose work runs ahead of its reader: started at the first poll, stopped when the stream is dropped.

use super::{FailureKind, ProviderError};
use futures::future::{self, Either};
use futures::stream::{self, BoxStream, StreamExt};
use std::future::Future;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Where a stream's work puts its pieces. Full: the work waits for the reader.
pub(super) struct Pieces<T>(mpsc::Sender<T>);

impl<T> Pieces<T> {
    /// Hands a piece to the reader. An error means that the reader is gone and the work may stop.
    pub(super) async fn put(&self, piece: T) -> Result<(), ProviderError> {
        let gone = |_| ProviderError::new(FailureKind::Gone, "nobody reads this stream any more");
        self.0.send(piece).await.map_err(gone)
    }
}

/// Stops the work when the stream is dropped.
struct Work(JoinHandle<Result<(), ProviderError>>);

impl Drop for Work {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Work {
    /// The work's own error, once it has put its last piece.
    async fn outcome(mut self) -> Option<ProviderError> {
        match (&mut self.0).await {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(error),
            Err(crash) => Some(ProviderError::caused(FailureKind::Protocol, "the adapter failed", crash)),
        }
    }
}

/// A stream of what `work` puts, and of the error it ends with, if it does. At most `ahead` pieces wait to be read;
/// work runs on a task of its own so that a service is done with before its sound has been played.
pub(super) fn pieces<T, F, Fut>(ahead: usize, work: F) -> BoxStream<'static, Result<T, ProviderError>>
where
    T: Send + 'static,
    F: FnOnce(Pieces<T>) -> Fut + Send + 'static,
    Fut: Future<Output = Result<(), ProviderError>> + Send + 'static,
{
    let started = stream::once(future::lazy(move |_| {
        let (sender, receiver) = mpsc::channel(ahead.max(1));
        (receiver, Work(tokio::spawn(work(Pieces(sender)))))
    }));
    let read = |(receiver, work)| stream::unfold(Some((receiver, work)), next_piece);
    started.flat_map(read).boxed()
}

type Reading<T> = Option<(mpsc::Receiver<T>, Work)>;

async fn next_piece<T>(state: Reading<T>) -> Option<(Result<T, ProviderError>, Reading<T>)> {
    let (mut receiver, work) = state?;
    match receiver.recv().await {
        Some(piece) => Some((Ok(piece), Some((receiver, work)))),
        None => work.outcome().await.map(|error| (Err(error), None)),
    }
}

/// A stream that ends at once, with an error if there is one.
pub(super) fn ended<T: Send + 'static>(error: Option<ProviderError>) -> BoxStream<'static, Result<T, ProviderError>> {
    let only = match error {
        Some(error) => Either::Left(stream::once(future::ready(Err(error)))),
        None => Either::Right(stream::empty()),
    };
    only.boxed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::oneshot;

    #[tokio::test]
    async fn pieces_come_in_order_and_the_error_last() {
        let stream = pieces(4, |out| async move {
            out.put(1).await?;
            out.put(2).await?;
            Err(ProviderError::new(FailureKind::Busy, "enough"))
        });
        let seen: Vec<_> = stream.map(|piece| piece.map_err(|error| error.kind)).collect().await;
        assert_eq!(seen, [Ok(1), Ok(2), Err(FailureKind::Busy)]);
    }

    #[tokio::test]
    async fn work_stops_when_its_stream_is_dropped() {
        let (alive, dropped) = oneshot::channel::<()>();
        let mut stream = pieces(1, |out| async move {
            let _alive = alive;
            out.put(1).await?;
            future::pending().await
        });
        assert_eq!(stream.next().await.unwrap().unwrap(), 1);
        drop(stream);
        assert!(dropped.await.is_err());
    }

    #[tokio::test]
    async fn a_crash_of_the_work_is_an_error_not_an_end() {
        let mut stream = pieces::<u8, _, _>(1, |_| async { panic!("on purpose") });
        assert_eq!(stream.next().await.unwrap().unwrap_err().kind, FailureKind::Protocol);
        assert!(stream.next().await.is_none());
    }
}
