//! What a library exports and nobody can call, taken out of a module and of its JavaScript: Leptos
//! brings classes around streams, and what is exported is never removed as unused.

use anyhow::Result;
use std::collections::BTreeSet;
use walrus::{ModuleConfig, passes};

/// The module and its JavaScript, as the generator writes them, without classes that nothing makes an
/// object of, and without what only those need.
///
/// # Errors
/// If the module is not readable.
pub fn classes(wasm: &[u8], js: &str) -> Result<(Vec<u8>, String)> {
    let names = idle(js);
    let mut module = ModuleConfig::new()
        .generate_name_section(false)
        .generate_producers_section(false)
        .parse(wasm)?;
    let of_class = |export: &str| {
        let export = export.strip_prefix("__wbg_").unwrap_or(export);
        let class = export.split_once('_').map_or(export, |(class, _)| class);
        names.iter().any(|name| name.to_lowercase() == class)
    };
    let dead: Vec<_> = module
        .exports
        .iter()
        .filter(|export| of_class(&export.name))
        .map(|export| export.id())
        .collect();
    dead.into_iter().for_each(|id| module.exports.delete(id));
    passes::gc::run(&mut module);
    let imports: BTreeSet<String> = module.imports.iter().map(|i| i.name.clone()).collect();
    let js = without(js, |line| {
        let of = |before: &str, after: &str| {
            let rest = line.strip_prefix(before);
            rest.is_some_and(|rest| {
                names
                    .iter()
                    .any(|n| rest.starts_with(&format!("{n}{after}")))
            })
        };
        if of("export class ", " ") {
            return Some(End::Line("}"));
        }
        if of("if (Symbol.dispose) ", ".") {
            return Some(End::Here);
        }
        if of("const ", "Finalization ") {
            return Some(End::Statement);
        }
        // `        __wbg_append_0123456789abcdef: function(…) {`
        let name = line
            .strip_prefix("        __wb")?
            .split_once(": function(")?
            .0;
        let kept = imports.contains(&format!("__wb{name}"));
        (!kept).then_some(End::Line("        },"))
    });
    Ok((module.emit_wasm(), js))
}

/// The classes with neither a constructor nor a way to hand out an object.
fn idle(js: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut lines = js.lines();
    while let Some(line) = lines.next() {
        let name = line.strip_prefix("export class ");
        if let Some(name) = name.and_then(|rest| rest.strip_suffix(" {")) {
            let mut body = lines.by_ref().take_while(|line| *line != "}");
            let made = |line: &str| {
                let line = line.trim_start();
                line.starts_with("constructor(") || line.starts_with("static __wrap(")
            };
            if !body.any(made) {
                names.push(name);
            }
        }
    }
    names
}

/// Where something left out ends.
enum End {
    /// With the line it begins in.
    Here,
    /// With the next line that is this.
    Line(&'static str),
    /// With the next line that ends a statement.
    Statement,
}

/// The lines that stay.
fn without(js: &str, begins: impl Fn(&str) -> Option<End>) -> String {
    let mut out = String::with_capacity(js.len());
    let mut end = None;
    for line in js.lines() {
        end = end.or_else(|| begins(line));
        let over = match &end {
            None => {
                out.push_str(line);
                out.push('\n');
                continue;
            }
            Some(End::Here) => true,
            Some(End::Line(last)) => line == *last,
            Some(End::Statement) => line.ends_with(';'),
        };
        if over {
            end = None;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use walrus::{FunctionBuilder, Module, ValType};

    const JS: &str = "export class Tap {\n    open() {\n        wasm.tap_open();\n    }\n}\n\
        if (Symbol.dispose) Tap.prototype[Symbol.dispose] = Tap.prototype.free;\n\
        export function go() {\n    wasm.go();\n}\nconst imports = {\n        \
        __wbg_pour_01: function() {\n            pour();\n        },\n        \
        __wbg_log_02: function() {\n            log();\n        },\n};\n\
        const TapFinalization = (typeof FinalizationRegistry === 'undefined')\n    \
        ? {}\n    : new FinalizationRegistry(ptr => wasm.__wbg_tap_free(ptr, 1));\n";

    /// `go` logs; opening a tap pours.
    fn module() -> Vec<u8> {
        let mut module = Module::default();
        let kind = module.types.add(&[], &[]);
        for (export, import) in [("go", "__wbg_log_02"), ("tap_open", "__wbg_pour_01")] {
            let (import, _) = module.add_import_func("./m_bg.js", import, kind);
            let mut function = FunctionBuilder::new(&mut module.types, &[], &[] as &[ValType]);
            function.func_body().call(import);
            let function = function.finish(vec![], &mut module.funcs);
            module.exports.add(export, function);
        }
        let free = FunctionBuilder::new(&mut module.types, &[], &[]);
        let free = free.finish(vec![], &mut module.funcs);
        module.exports.add("__wbg_tap_free", free);
        module.emit_wasm()
    }

    #[test]
    fn a_class_goes_with_all_that_only_it_needs() -> Result<()> {
        let (wasm, js) = classes(&module(), JS)?;
        let module = Module::from_buffer(&wasm)?;
        let exports: Vec<&str> = module.exports.iter().map(|e| e.name.as_str()).collect();
        let imports: Vec<&str> = module.imports.iter().map(|i| i.name.as_str()).collect();
        assert_eq!((exports, imports), (vec!["go"], vec!["__wbg_log_02"]));
        assert_eq!(module.funcs.iter_local().count(), 1);
        let want = "export function go() {\n    wasm.go();\n}\nconst imports = {\n        \
            __wbg_log_02: function() {\n            log();\n        },\n};\n";
        assert_eq!(js, want);
        Ok(())
    }

    #[test]
    fn a_class_whose_objects_can_be_made_stays() -> Result<()> {
        for way in ["constructor(x)", "static __wrap(ptr)"] {
            let js = JS.replace("    open()", &format!("    {way} {{\n    }}\n    open()"));
            let (wasm, same) = classes(&module(), &js)?;
            assert_eq!(same, js);
            assert_eq!(Module::from_buffer(&wasm)?.exports.iter().count(), 3);
        }
        Ok(())
    }
}
