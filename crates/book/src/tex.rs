//! TeX to MathML Core.

use crate::lights;
use pulldown_latex::{
    Parser, RenderConfig, Storage, config::DisplayMode, event::Event, mathml::push_mathml,
};
use std::{convert::Infallible, error::Error};

/// Renders `tex` as one `<math>` element; `\light{name}{term}` makes the term a row with that name as
/// its `data-light`.
///
/// # Errors
/// What is wrong with it: it does not parse, or it cannot be shown without a `style` attribute,
/// which the site's Content-Security-Policy blocks.
pub(crate) fn mathml(tex: &str, display_mode: DisplayMode) -> Result<String, String> {
    let source = lights::opened(tex).map_err(|why| format!("{why}, in “{}”", short(tex)))?;
    let storage = Storage::new();
    let config = RenderConfig {
        display_mode,
        ..RenderConfig::default()
    };
    // The renderer turns a parse error into a visible <merror> and reports success: ask the parser.
    let events: Result<Vec<Event<'_>>, _> = Parser::new(&source, &storage).collect();
    let events = events.map_err(|error| {
        let cause = error
            .source()
            .map_or_else(|| error.to_string(), ToString::to_string);
        format!("{cause}, in “{}”", short(tex))
    })?;
    let mut out = String::new();
    push_mathml(
        &mut out,
        events.into_iter().map(Ok::<_, Infallible>),
        config,
    )
    .map_err(|error| error.to_string())?;
    // The renderer leaves a relation `<` unescaped and no space before a delimiter's size, escapes
    // its own spaces twice, and writes some defaults.
    let out = out
        .replace("><</", ">&lt;</")
        .replace("&amp;nbsp;", "&nbsp;")
        .replace("\"minsize=", "\" minsize=")
        .replace(" symmetric=\"false\"", "")
        .replace(" display=\"inline\"", "");
    let out = ["msub", "msup", "msubsup", "munder", "mover", "munderover"]
        .into_iter()
        .fold(out, |out, script| space_before(&out, script));
    let out = lights::closed(&out);
    if lights::is_open(&out) {
        return Err(format!("a light cannot stand here, in “{}”", short(tex)));
    }
    if out.contains("<merror") {
        return Err(format!("cannot be rendered, in “{}”", short(tex)));
    }
    if out.contains(" style=") {
        let what = "a colour, negative space or a row's extra height cannot be shown here";
        return Err(format!("{what}, in “{}”", short(tex)));
    }
    Ok(out)
}

/// Takes the space before a function's name out of the script the name is the base of, where it
/// would be one child too many.
fn space_before(math: &str, script: &str) -> String {
    let space = "<mspace width=\"0.1667em\" />";
    math.replace(&format!("<{script}>{space}"), &format!("{space}<{script}>"))
}

/// An equation on a line of its own. One that may be wider than a phone scrolls, so it must be
/// reachable by keyboard.
pub(crate) fn display(tex: &str) -> Result<String, String> {
    let math = mathml(tex, DisplayMode::Block)?;
    let focus = if longest_row(&math) > 26 {
        " tabindex=\"0\" role=\"group\" aria-label=\"equation\""
    } else {
        ""
    };
    Ok(format!("<div class=\"eq\"{focus}>{math}</div>"))
}

/// Characters outside tags in the longest row.
fn longest_row(math: &str) -> usize {
    let row = |row: &str| {
        let mut inside = false;
        let visible = row.chars().filter(|c| {
            inside = (inside || *c == '<') && *c != '>';
            !inside && *c != '>' && !c.is_whitespace() && *c != '\u{2061}'
        });
        visible.count()
    };
    math.split("</mtr>").map(row).max().unwrap_or(0)
}

fn short(tex: &str) -> String {
    let line = tex.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(48) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inline(tex: &str) -> String {
        mathml(tex, DisplayMode::Inline).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Every tag that opens closes, in order.
    fn is_balanced(html: &str) -> bool {
        let mut open = vec![];
        for tag in html
            .split('<')
            .skip(1)
            .filter_map(|rest| rest.split('>').next())
        {
            match tag.strip_prefix('/') {
                Some(name) if open.pop() != Some(name) => return false,
                None if !tag.ends_with('/') => open.extend(tag.split(' ').next()),
                _ => {}
            }
        }
        open.is_empty()
    }

    #[test]
    fn renders_the_equations_of_recurrent_networks() {
        for tex in [
            r"h_t=\tanh(W_{xh}x_t+W_{hh}h_{t-1}+b)",
            r"(i,f,o,g)=W x_t+U h_{t-1}+b",
            r"c_t=\sigma(f)\odot c_{t-1}+\sigma(i)\odot\tanh(g)",
            r"p_t=\mathrm{softmax}(W_{hy}h_t+b_y)",
            r"p_t=\operatorname{softmax}\left(W_{hy}h_t+b_y\right)",
            r"-\tfrac1{BT}\sum\log_2 p_t(x_{t+1})",
            r"\frac{1}{BT}\sum_{t=1}^{T}\sum_{b} \bigl\| \nabla_\theta L \bigr\|^2 \le 1",
            r"p\propto e^{z/\tau}",
            r"\partial C_t/\partial C_0=\prod_k f_k, \quad \ln\tfrac12/\ln\sigma(b_f)",
            r"\begin{aligned} i &= \sigma(a_i) \\ f &= \sigma(a_f) \end{aligned}",
            r"\begin{pmatrix} a & b \\ c & d \end{pmatrix} \begin{cases} 1 & x > 0 \\ 0 & x < 0 \end{cases}",
            r"\mathbb{R}^{n} \ni \mathbf{x} \approx \hat{y} \cdot \sqrt{|r|} \text{ for all } t",
        ] {
            for mode in [DisplayMode::Inline, DisplayMode::Block] {
                let math = mathml(tex, mode).unwrap_or_else(|error| panic!("{error}"));
                assert!(is_balanced(&math), "{math}");
                assert!(
                    !math.contains("\"minsize") && !math.contains("><<"),
                    "{math}"
                );
            }
        }
    }

    #[test]
    fn an_element_is_what_its_symbol_is() {
        assert_eq!(
            inline("x_t < 1"),
            "<math><msub><mi>x</mi><mi>t</mi></msub><mo>&lt;</mo><mn>1</mn></math>"
        );
        assert!(inline(r"\operatorname{softmax} z").contains("<mi>softmax</mi>"));
        assert!(inline(r"a \odot b").contains("<mo>⊙</mo>"));
        assert!(inline(r"a\ b").contains("<mtext>&nbsp;</mtext>"));
        let sum = mathml(r"\sum_{t} x", DisplayMode::Block).unwrap();
        assert!(
            sum.contains("<munder><mo movablelimits=\"false\">∑</mo>"),
            "{sum}"
        );
    }

    #[test]
    fn the_space_before_a_function_is_no_part_of_its_script() {
        let math = inline(r"-\log_2 p + x\log^2 p");
        assert!(
            math.contains("/><msub><mi>log</mi><mn>2</mn></msub>"),
            "{math}"
        );
        assert!(!math.contains("<msup><mspace"), "{math}");
    }

    #[test]
    fn what_would_be_drawn_wrong_is_an_error() {
        let error = |tex| mathml(tex, DisplayMode::Inline).unwrap_err();
        assert_eq!(
            error(r"a \nosuch b"),
            r"unknown primitive command found, in “a \nosuch b”"
        );
        for tex in [
            r"\frac{1}{2",
            "x^",
            r"\left( x",
            "a & b",
            "}",
            r"\color{red} x",
            r"x\!y",
        ] {
            error(tex);
        }
    }

    #[test]
    fn a_light_names_the_row_of_its_term() {
        assert_eq!(
            inline(r"\light{forget}{f_t} < 1"),
            "<math><mrow data-light=\"forget\"><msub><mi>f</mi><mi>t</mi></msub></mrow><mo>&lt;</mo><mn>1</mn></math>"
        );
        let cell = r"C_t = \light{erase keep}{f_t \odot C_{t-1}} + \light{write}{i_t \odot \light{candidate}{\tilde C_t}}";
        let math = inline(cell);
        assert!(is_balanced(&math), "{math}");
        for mark in ["erase keep", "write", "candidate"] {
            assert!(
                math.contains(&format!("<mrow data-light=\"{mark}\"><m")),
                "{math}"
            );
        }
        let rows = r"\begin{aligned} f &= \light{forget}{\sigma(x)} \\ i &= \light{input}{\sigma\left(\frac{y}{2}\right)^2} \end{aligned}";
        assert_eq!(inline(rows).matches("data-light").count(), 2);
        assert!(inline(r"x^{\light{a}{2}}").contains("data-light=\"a\""));
        assert!(inline(r"x^\light{a}{2}").contains("data-light=\"a\""));
        for wrong in [r"\light{a} b", r"\light{A b!}{x}", r"\light{a}{x"] {
            mathml(wrong, DisplayMode::Inline).unwrap_err();
        }
    }

    #[test]
    fn only_what_may_be_too_wide_for_a_phone_takes_the_focus() {
        assert!(!display("x = 1").unwrap().contains("tabindex"));
        let wide = display("a+b+c+d+e+f+g+h+i+j+k+l+m+n+o+p+q").unwrap();
        assert!(wide.contains(r#"<div class="eq" tabindex="0""#));
        let rows = display(r"\begin{aligned} a+b+c+d+e+f &= 1 \\ g+h+i+j+k+l &= 2 \end{aligned}");
        assert!(!rows.unwrap().contains("tabindex"), "each row is narrow");
    }
}
