//! Named tasks: each says in the log how it ended when that was not its plain end, and stops when its handle is dropped.

use futures::FutureExt;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use tracing::Instrument;

/// A running task. Dropping it aborts the task at its next await.
#[derive(Debug)]
pub struct Task {
    name: &'static str,
    handle: tokio::task::JoinHandle<()>,
}

impl Task {
    /// Runs `work` under this name, in the caller's tracing span. A panic of it is logged and ends nothing else.
    pub fn spawn(name: &'static str, work: impl Future<Output = ()> + Send + 'static) -> Task {
        let guarded = async move {
            match AssertUnwindSafe(work).catch_unwind().await {
                Ok(()) => tracing::trace!(task = name, "task ended"),
                Err(panic) => tracing::error!(task = name, reason = panic_text(&*panic), "task panicked"),
            }
        };
        Task { name, handle: tokio::spawn(guarded.in_current_span()) }
    }

    /// The name it was spawned with.
    pub fn name(&self) -> &'static str {
        self.name
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.handle.abort();
    }
}

/// What a panic said, if it said anything.
pub fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    if let Some(text) = panic.downcast_ref::<&str>() {
        text
    } else if let Some(text) = panic.downcast_ref::<String>() {
        text
    } else {
        "no message"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::oneshot;

    #[tokio::test]
    async fn dropping_the_handle_drops_what_the_task_holds() {
        let (held, mut released) = oneshot::channel::<()>();
        let (started, running) = oneshot::channel();
        let task = Task::spawn("holder", async move {
            let _held = held;
            started.send(()).ok();
            std::future::pending::<()>().await;
        });
        running.await.expect("the task runs");
        assert!(released.try_recv().is_err());
        drop(task);
        assert!(released.await.is_err(), "the sender went with the task");
    }

    #[tokio::test]
    async fn a_panic_stays_in_its_task() {
        let (held, released) = oneshot::channel::<()>();
        let task = Task::spawn("faulty", async move {
            let _held = held;
            panic!("on purpose");
        });
        assert!(released.await.is_err());
        assert_eq!(task.name(), "faulty");
    }
}
