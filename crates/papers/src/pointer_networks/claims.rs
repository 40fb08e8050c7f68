//! What the paper says, as checks on metrics.

use lab::{Bound, Check, Claim, Expected, Seeds};

fn claim(id: &str, says: &str, reported: &str, source: &str, step: u64, check: Check) -> Claim {
    Claim {
        id: id.into(),
        says: says.into(),
        reported: reported.into(),
        source: source.into(),
        preset: "default".into(),
        step,
        seeds: Seeds::Each,
        check,
        expected: Expected::Holds,
    }
}

fn least(metric: &str, arm: &str, bound: f64) -> Check {
    Check::AtLeast {
        metric: metric.into(),
        arm: arm.into(),
        bound: Bound::Value(bound),
    }
}

fn most(metric: &str, arm: &str, bound: f64) -> Check {
    Check::AtMost {
        metric: metric.into(),
        arm: arm.into(),
        bound: Bound::Value(bound),
    }
}

/// The claims of the hull's lab. Thresholds were set on seeds 100 to 107.
pub fn hull() -> Vec<Claim> {
    let table = "Table 1";
    vec![
        claim(
            "pointing-beats-blending",
            "On sets of ten points the pointer network names the exact hull far more often than the \
             same network with attention over fixed classes.",
            "at n = 50: 72.6 % against 38.9 %, and 1.9 % for the plain LSTM",
            table,
            3000,
            Check::Gap {
                metric: "exact@10".into(),
                arm: "ptr".into(),
                over: "attention".into(),
                at_least: 30.0,
            },
        ),
        claim(
            "attention-learns-too",
            "The baseline learns: on five points it is often right.",
            "the plain LSTM alone reaches 87.7 % at n = 5",
            table,
            3000,
            least("exact@5", "attention", 25.0),
        ),
        claim(
            "beyond-training",
            "It works on sets larger than any it was trained on: with 15 points, one answer in five \
             and more is exact.",
            "trained on 5 to 50: 50.3 % at 100, 22.1 % at 200, 1.3 % at 500",
            table,
            3000,
            least("exact@15", "ptr", 20.0),
        ),
        claim(
            "area-beyond-training",
            "Where it is wrong, it is nearly right: the polygons for 20 points cover almost the \
             whole hull.",
            "at least 99.2 % at every n",
            table,
            3000,
            least("area@20", "ptr", 96.0),
        ),
        Claim {
            expected: Expected::NotHere {
                because:
                    "after a minute of training a few answers in a hundred still visit a corner \
                          twice or cross themselves"
                        .into(),
            },
            ..claim(
                "hardly-any-failures",
                "Hardly any answer is not a polygon: fewer than one in a hundred at n = 20.",
                "no failure to report for the pointer network at any n",
                table,
                3000,
                most("fail@20", "ptr", 1.0),
            )
        },
    ]
}

/// The claims of the tours' lab.
pub fn tour() -> Vec<Claim> {
    let table = "Table 2";
    vec![
        claim(
            "nearly-shortest",
            "Tours of five points are nearly the shortest.",
            "2.12, and the shortest 2.12",
            table,
            3000,
            most("ratio@5", "ptr", 1.05),
        ),
        claim(
            "longer-beyond-training",
            "Beyond the sizes of training tours get longer than need be: at ten points, by no more \
             than a third.",
            "trained on 5 to 20: 4.30 against 4.24 at n = 25, 7.66 against 5.79 at n = 50",
            table,
            3000,
            most("ratio@10", "ptr", 1.33),
        ),
    ]
}

/// The claims of the triangulations' lab.
pub fn triangles() -> Vec<Claim> {
    vec![
        claim(
            "finds-triangles",
            "Half of the true triangles of five points are found.",
            "93.0 % of the triangles at n = 5",
            "§4.3",
            2500,
            least("triangles@5", "ptr", 50.0),
        ),
        Claim {
            expected: Expected::NotHere {
                because:
                    "2,500 steps name a whole triangulation right in a fraction of the cases; \
                          the paper trains on a million sets"
                        .into(),
            },
            ..claim(
                "whole-triangulations",
                "Most triangulations of five points are exactly right.",
                "80.7 % at n = 5",
                "§4.3",
                2500,
                least("exact@5", "ptr", 50.0),
            )
        },
    ]
}
