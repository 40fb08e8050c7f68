use super::{edit, *};

fn point(x: f64, y: f64, label: &str) -> Point {
    Point {
        x,
        y,
        label: label.to_owned(),
        ..Point::default()
    }
}

/// A triangle among four points, to be edited.
fn triangle() -> Plane {
    let points = vec![
        point(0.0, 0.0, "1"),
        point(1.0, 0.0, "2"),
        point(0.5, 1.0, "3"),
        point(0.5, 0.3, "<4>"),
    ];
    Plane {
        square: true,
        editable: true,
        paths: vec![Path {
            label: "hull & co".to_owned(),
            colour: 1,
            points: points[..3].iter().map(|p| (p.x, p.y)).collect(),
            closed: true,
            filled: true,
            ..Path::default()
        }],
        points,
        ..Plane::default()
    }
}

fn own(plane: &Plane) -> edit::Points {
    let points = plane.points.iter();
    points.map(|p| (p.x as f32, p.y as f32)).collect()
}

#[test]
fn the_drawing_has_every_point_and_no_markup_of_its_data() {
    let svg = svg(&triangle(), "a \"plane\"", Some(3));
    assert_eq!(svg.matches("class=\"pt\"").count(), 4);
    assert!(svg.contains("aria-label=\"a &quot;plane&quot;\""));
    assert!(svg.contains("&lt;4&gt;") && !svg.contains("<4>"));
    assert!(!svg.contains("style="), "the page's policy forbids it");
    assert_eq!(
        svg.matches("stroke=\"var(--accent)\"").count(),
        1,
        "the point come to"
    );
    assert!(svg.contains("Z\" stroke-linejoin=\"round\" fill=\"var(--arm-1)\""));
    let legend = legend(&triangle());
    assert!(legend.contains("hull &amp; co") && legend.contains("var(--arm-1)"));
}

#[test]
fn a_place_is_found_where_it_is_drawn() {
    let mut plane = triangle();
    for labelled in [false, true] {
        if labelled {
            plane.x.label = "exact".to_owned();
            plane.y.label = "predicted".to_owned();
        }
        let frame = Frame::new(&plane);
        assert_eq!(frame.size.0, WIDTH);
        assert!((frame.inner.0 - frame.inner.1).abs() < 1e-6, "square");
        for (i, p) in plane.points.iter().enumerate() {
            let at = frame.place((p.x, p.y));
            let back = frame.value(at);
            assert!((back.0 - p.x).abs() < 1e-9 && (back.1 - p.y).abs() < 1e-9);
            assert_eq!(frame.nearest(&plane.points, at, 1.0), Some(i));
            assert!(frame.holds(at));
        }
        assert!(
            frame.place((0.0, 1.0)).1 < frame.place((0.0, 0.0)).1,
            "y upwards"
        );
        assert_eq!(frame.nearest(&plane.points, (-99.0, 0.0), 20.0), None);
    }
}

#[test]
fn numbers_that_are_none_break_nothing() {
    let mut plane = triangle();
    plane.editable = false;
    plane.paths[0].points.push((f64::NAN, f64::INFINITY));
    plane.points.push(point(f64::NAN, 0.5, ""));
    plane.points[0].weight = f32::NAN;
    let svg = svg(&plane, "", None);
    assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    Frame::new(&Plane::default());
}

#[test]
fn a_dragged_point_takes_its_corner_along() {
    let plane = triangle();
    let moved = edit::moved(&own(&plane), 2, (0.7, 7.0));
    assert_eq!(moved[2], (0.7, 1.0), "within the square");
    let shown = edit::shown(&plane, &moved);
    assert!((shown.points[2].x - 0.7).abs() < 1e-6);
    assert_eq!(shown.points[2].label, "3");
    assert!((shown.paths[0].points[2].0 - 0.7).abs() < 1e-6);
    assert_eq!(shown.paths[0].points[..2], plane.paths[0].points[..2]);
    assert_eq!(edit::shown(&plane, &own(&plane)), plane);
}

#[test]
fn a_deleted_point_leaves_its_path_and_a_new_one_is_plain() {
    let plane = triangle();
    let fewer = edit::shown(&plane, &edit::deleted(&own(&plane), 0, 3).unwrap());
    assert_eq!((fewer.points.len(), fewer.paths[0].points.len()), (3, 2));
    assert_eq!(fewer.points[0].label, "2");
    let more = edit::shown(
        &plane,
        &edit::added(&own(&plane), Some((0.1, 0.9)), 9).unwrap(),
    );
    assert_eq!(more.points.len(), 5);
    assert_eq!(
        (more.points[3].label.as_str(), more.points[4].label.as_str()),
        ("<4>", "")
    );
    assert_eq!(more.paths[0], plane.paths[0]);
}

#[test]
fn another_set_of_points_has_none_of_the_old_paths() {
    let plane = triangle();
    let other = [(0.2, 0.2), (0.9, 0.8), (0.1, 0.7), (0.6, 0.6)];
    assert!(edit::shown(&plane, &other).paths[0].points.is_empty());
}

#[test]
fn limits_are_kept_and_said() {
    let all = own(&triangle());
    let most = edit::added(&all, None, 4).unwrap_err();
    assert!(most.starts_with("4 points are the most"), "{most}");
    let least = edit::deleted(&all, 0, 4).unwrap_err();
    assert!(least.contains("at least 4 points"), "{least}");
    let added = edit::added(&all, None, 5).unwrap();
    let apart = |p: &(f32, f32)| (p.0 - added[4].0).hypot(p.1 - added[4].1);
    assert!(all.iter().all(|p| apart(p) > 0.3), "{added:?}");
}

#[test]
fn what_is_read_out_is_the_note_or_the_place() {
    let mut plane = triangle();
    assert_eq!(readout(&plane, 3).unwrap(), "<4>: x 0.500, y 0.300");
    plane.points[3].note = "predicted 1.02".to_owned();
    plane.points[3].label.clear();
    assert_eq!(readout(&plane, 3).unwrap(), "4: predicted 1.02");
    assert_eq!(readout(&plane, 9), None);
}

#[test]
fn the_table_names_the_points_a_path_leads_over() {
    let html = table(&triangle(), "hull");
    assert!(
        html.contains("<p>hull &amp; co: 1 → 2 → 3 → 1</p>"),
        "{html}"
    );
    assert_eq!(html.matches("<tr>").count(), 5);
    assert!(html.contains("&lt;4&gt;"));
}
