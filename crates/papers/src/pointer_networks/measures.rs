//! What the labs measure.

use super::{evaluation::sizes, task::Task};
use lab::{Axis, Better, MetricSpec, Reference};

/// The metrics of a task's lab.
pub fn metrics(task: Task) -> Vec<MetricSpec> {
    let loss = MetricSpec {
        id: "loss".into(),
        label: "loss, training".into(),
        unit: "nat".into(),
        better: Better::Lower,
        every_step: true,
        axis: None,
        see: "The mean of −ln p over the pointers of the true answers: 0 is certainty, ln 8 ≈ 2.08 a \
              guess among seven points and the end."
            .into(),
    };
    let over = |id: &str, label: &str, unit: &str, better, see: &str| MetricSpec {
        id: id.into(),
        label: label.into(),
        unit: unit.into(),
        better,
        every_step: false,
        axis: Some(Axis {
            label: "points".into(),
            unit: String::new(),
            points: sizes(task).iter().map(|n| *n as f64).collect(),
            trained: Some(match task {
                Task::Hull => (5.0, 10.0),
                Task::Tour => (5.0, 8.0),
                Task::Triangles => (5.0, 5.0),
            }),
        }),
        see: see.into(),
    };
    use Better::{Higher, Lower};
    let own = match task {
        Task::Hull => vec![
            over(
                "exact",
                "exact answers",
                "%",
                Higher,
                "Of 300 sets of each size: the hulls that are right in every corner. Sizes outside \
                 the shaded range were never trained on.",
            ),
            over(
                "area",
                "area covered",
                "%",
                Higher,
                "The answer’s area over the true hull’s, where the answer is a polygon that does not \
                 cross itself; 0 where none is.",
            ),
            over(
                "fail",
                "answers that are no polygon",
                "%",
                Lower,
                "Answers that cross themselves, name a point twice or a class that no point has, or \
                 never end. The paper prints FAIL from 1 % on.",
            ),
        ],
        Task::Tour => vec![
            over(
                "ratio",
                "length over the shortest",
                "",
                Lower,
                "The mean length of the tours over the mean length of the shortest ones: 1 is as \
                 short as can be.",
            ),
            over(
                "length",
                "mean length",
                "",
                Lower,
                "As in the paper’s table 2, in sides of the unit square. Longer with more points, \
                 whoever travels.",
            ),
            over(
                "exact",
                "shortest tours",
                "%",
                Higher,
                "How many of 300 tours of each size are the shortest there is.",
            ),
        ],
        Task::Triangles => vec![
            over(
                "exact",
                "exact answers",
                "%",
                Higher,
                "Of 300 sets of each size: the triangulations that are right in every triangle.",
            ),
            over(
                "triangles",
                "true triangles found",
                "%",
                Higher,
                "How many of the true triangles are somewhere in the answer.",
            ),
        ],
    };
    [vec![loss], own].concat()
}

/// Levels of the metrics that are no arm's.
pub fn references(task: Task) -> Vec<Reference> {
    let level = |id: &str, label: &str, metric: &str, value| Reference {
        id: id.into(),
        label: label.into(),
        metric: metric.into(),
        value,
        when: Vec::new(),
    };
    match task {
        Task::Tour => vec![level("shortest", "the shortest tour", "ratio", 1.0)],
        Task::Hull | Task::Triangles => Vec::new(),
    }
}
