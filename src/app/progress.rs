//! How somebody gets on: some metrics and all dimensions over their interviews.

use super::App;
use crate::questions::Kind;
use crate::questions::rubric::Rubric;
use crate::scorecard::metrics::{METRICS, Unit};
use crate::store::StoreError;
use crate::store::metrics::Point;
use serde::Serialize;
use ts_rs::TS;
use utoipa::ToSchema;

/// Metrics that can be compared between interviews on different questions.
const SHOWN: [&str; 12] = [
    "response_latency_median",
    "talk_ratio",
    "speech_rate",
    "pauses_long",
    "think_aloud",
    "clarifying_questions_before_code",
    "time_to_first_code",
    "time_to_first_run",
    "test_pass_area",
    "failing_streak",
    "idle_total",
    "hints",
];

/// Progress over interviews.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
pub struct ProgressView {
    /// Dimensions of scorecards that were scored at least once, as this program scored them.
    pub dimensions: Vec<DimensionProgress>,
    /// Metrics that were measured at least once.
    pub metrics: Vec<MetricProgress>,
}

/// A dimension over interviews.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
pub struct DimensionProgress {
    /// Its id.
    pub id: String,
    /// As it is shown.
    pub title: String,
    /// Bands 1 to 4, oldest first; at most the last 200 interviews.
    pub points: Vec<ProgressPoint>,
}

/// A metric over interviews.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
pub struct MetricProgress {
    /// Its id.
    pub id: String,
    /// What it is counted in.
    #[schema(value_type = String)]
    pub unit: Unit,
    /// What it is, in a line.
    pub about: String,
    /// Values, oldest first; at most the last 200 interviews.
    pub points: Vec<ProgressPoint>,
}

/// A value of one interview.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
pub struct ProgressPoint {
    /// The interview.
    pub session: String,
    /// When it was, in ms since 1970 UTC.
    pub at_ms: i64,
    /// The value; what could not be measured or assessed has no point.
    pub value: f64,
}

/// Ids and titles of all dimensions of all rubrics, in their order.
pub fn dimensions() -> Vec<(String, String)> {
    let kinds = [Kind::Coding, Kind::Behavioural, Kind::SystemDesign];
    let rubrics = kinds.into_iter().filter_map(|kind| Rubric::embedded(kind).ok());
    rubrics.flat_map(|rubric| rubric.dimensions).map(|dimension| (dimension.id, dimension.title)).collect()
}

impl App {
    /// The progress of a person; '' is the one person of a server without accounts.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn progress(&self, person: &str) -> Result<ProgressView, StoreError> {
        let mut view = ProgressView { dimensions: Vec::new(), metrics: Vec::new() };
        for (id, title) in dimensions() {
            let points = points(self.store().band_progress(person, &id).await?);
            if !points.is_empty() {
                view.dimensions.push(DimensionProgress { id, title, points });
            }
        }
        for metric in SHOWN.iter().filter_map(|id| METRICS.iter().find(|metric| metric.id == *id)) {
            let points = points(self.store().progress(person, metric.id).await?);
            if !points.is_empty() {
                let (id, about) = (metric.id.to_owned(), metric.about.to_owned());
                view.metrics.push(MetricProgress { id, unit: metric.unit, about, points });
            }
        }
        Ok(view)
    }
}

fn points(newest_first: Vec<Point>) -> Vec<ProgressPoint> {
    let point = |point: Point| Some(ProgressPoint { session: point.session, at_ms: point.at.0, value: point.value? });
    newest_first.into_iter().rev().filter_map(point).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_measured() {
        assert!(SHOWN.iter().all(|id| METRICS.iter().any(|metric| metric.id == *id)));
        assert_eq!(dimensions().len(), 11);
    }
}
