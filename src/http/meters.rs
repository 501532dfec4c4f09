//! What the server measures, for Prometheus.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::sync::OnceLock;
use std::time::Duration;

/// Bounds of the histograms of seconds: from what Viva itself adds to what a slow service takes.
const BUCKETS_SECONDS: [f64; 14] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1.0, 2.0, 4.0, 8.0];
/// How often samples are put into their buckets when nobody asks.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);

/// One recorder a process, installed when first asked for.
fn recorder() -> Option<&'static PrometheusHandle> {
    static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    let install = || {
        let builder = PrometheusBuilder::new();
        let builder = builder.set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BUCKETS_SECONDS);
        match builder.and_then(PrometheusBuilder::install_recorder) {
            Ok(handle) => Some(handle),
            Err(error) => {
                tracing::error!(%error, "nothing is measured");
                None
            }
        }
    };
    HANDLE.get_or_init(install).as_ref()
}

/// Starts to measure, and keeps the measurements' memory bounded. Runs as long as the server.
pub async fn keep_up() {
    let Some(recorder) = recorder() else { return };
    let mut tick = tokio::time::interval(UPKEEP_EVERY);
    loop {
        tick.tick().await;
        recorder.run_upkeep();
    }
}

/// What the server measures, for Prometheus
#[utoipa::path(get, path = "/metrics", tag = "server", operation_id = "meters", responses(
    (status = 200, description = "the text format", body = String, content_type = "text/plain"),
))]
pub async fn metrics() -> Response {
    let text = recorder().map(PrometheusHandle::render).unwrap_or_default();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}
