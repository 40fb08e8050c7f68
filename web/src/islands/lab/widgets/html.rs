//! The controls as they stand before anything is done.

use super::{Dial, may_be_off, scale};
use crate::figures::escaped;
use lab::Value;

fn checked(on: bool) -> &'static str {
    if on { " checked" } else { "" }
}

pub fn number(dial: Dial) -> String {
    let (id, kind, value) = (dial.id(), &dial.knob.kind, dial.value());
    let (least, most, step) = scale::notches(kind);
    let (label, at) = (dial.label(), scale::position(kind, &value));
    let (name, range) = (escaped(&dial.knob.label), escaped(&dial.knob.range()));
    let help = dial.help().unwrap_or_default();
    let off = value == Value::Off;
    let switch = if may_be_off(dial).is_some() {
        let on = checked(off);
        format!(
            "<label class=\"off\"><input type=\"checkbox\" data-part=\"off\"{on}> {name} off</label>"
        )
    } else {
        String::new()
    };
    let disabled = if off { " disabled" } else { "" };
    format!(
        "<span class=\"head\"><label for=\"{id}\">{label}</label>\
         <input id=\"{id}\" class=\"entry\" type=\"text\" inputmode=\"decimal\" autocomplete=\"off\" \
         value=\"{value}\" title=\"{range}\" aria-describedby=\"{help} {id}-wrong\" aria-invalid=\"false\" \
         data-part=\"entry\"></span>\
         <input type=\"range\" aria-label=\"{name}, slider\" aria-valuetext=\"{value}\" min=\"{least}\" \
         max=\"{most}\" step=\"{step}\" value=\"{at}\" data-part=\"slide\"{disabled}>{switch}\
         <small class=\"wrong\" id=\"{id}-wrong\" role=\"alert\" data-part=\"wrong\"></small>"
    )
}

pub fn stepper(dial: Dial) -> String {
    let (id, name, help) = (dial.id(), escaped(&dial.knob.label), help(dial));
    let (label, now) = (dial.label(), dial.counted());
    format!(
        "<span class=\"head\"><span id=\"{id}\">{label}</span>\
         <span class=\"stepper\" role=\"group\" aria-labelledby=\"{id}\"{help}>\
         <button type=\"button\" aria-label=\"{name}: less\" data-part=\"less\">−</button>\
         <output data-part=\"now\">{now}</output>\
         <button type=\"button\" aria-label=\"{name}: more\" data-part=\"more\">+</button></span></span>"
    )
}

/// The attribute that leads to the line of help.
fn help(dial: Dial) -> String {
    let id = dial.help();
    id.map(|id| format!(" aria-describedby=\"{id}\""))
        .unwrap_or_default()
}

pub fn toggle(dial: Dial) -> String {
    let (id, label, help) = (dial.id(), dial.label(), help(dial));
    let on = checked(dial.value() == Value::Bool(true));
    format!(
        "<span class=\"head\"><label for=\"{id}\">{label}</label>\
         <input id=\"{id}\" type=\"checkbox\" role=\"switch\" class=\"switch\"{on}{help} data-part=\"switch\"></span>"
    )
}

pub fn segments(dial: Dial) -> String {
    let (id, label, help) = (dial.id(), dial.label(), help(dial));
    let mut out = format!(
        "<span class=\"head\" id=\"{id}-label\">{label}</span>\
         <div class=\"seg\" role=\"radiogroup\" aria-labelledby=\"{id}-label\"{help}>"
    );
    for (nth, (option, label)) in dial.options().iter().enumerate() {
        let on = checked(dial.value() == Value::Choice(option.clone()));
        out += &format!(
            "<label><input type=\"radio\" name=\"{id}\"{on} data-part=\"option-{nth}\"><span>{}</span></label>",
            escaped(label)
        );
    }
    out + "</div>"
}

pub fn select(dial: Dial) -> String {
    let (id, label, help) = (dial.id(), dial.label(), help(dial));
    let mut out = format!(
        "<span class=\"head\"><label for=\"{id}\">{label}</label><select id=\"{id}\"{help} data-part=\"select\">"
    );
    for (option, label) in dial.options() {
        let on = dial.value() == Value::Choice(option.clone());
        let on = if on { " selected" } else { "" };
        let (option, label) = (escaped(option), escaped(label));
        out += &format!("<option value=\"{option}\"{on}>{label}</option>");
    }
    out + "</select></span>"
}
