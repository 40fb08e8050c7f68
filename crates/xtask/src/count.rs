//! How often functions are called, exactly: a sampled profile says how long a function takes, and not in
//! how many calls.

use anyhow::Result;
use walrus::{
    ConstExpr, FunctionKind, Module, ValType,
    ir::{BinaryOp, Binop, Const, GlobalGet, GlobalSet, Value},
};

/// The module with a counter in every function of its own that has a name: a global, exported as
/// `calls NAME`, that goes up when the function is entered.
///
/// # Errors
/// If the module is not readable.
pub fn calls(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut module = Module::from_buffer(wasm)?;
    let named: Vec<_> = module
        .funcs
        .iter()
        .filter(|function| matches!(function.kind, FunctionKind::Local(_)))
        .filter_map(|function| Some((function.id(), function.name.clone()?)))
        .collect();
    for (id, name) in named {
        let zero = ConstExpr::Value(Value::I32(0));
        let calls = module.globals.add_local(ValType::I32, true, false, zero);
        module.exports.add(&format!("calls {name}"), calls);
        let function = module.funcs.get_mut(id).kind.unwrap_local_mut();
        function
            .builder_mut()
            .func_body()
            .instr_at(0, GlobalGet { global: calls })
            .instr_at(
                1,
                Const {
                    value: Value::I32(1),
                },
            )
            .instr_at(
                2,
                Binop {
                    op: BinaryOp::I32Add,
                },
            )
            .instr_at(3, GlobalSet { global: calls });
    }
    Ok(module.emit_wasm())
}

#[cfg(test)]
mod tests {
    use super::*;
    use walrus::{FunctionBuilder, ModuleConfig, ir::Instr};

    #[test]
    fn every_named_function_counts_first() {
        let mut module = Module::with_config(ModuleConfig::new());
        for name in [Some("one"), None] {
            let mut builder = FunctionBuilder::new(&mut module.types, &[], &[ValType::I32]);
            if let Some(name) = name {
                builder.name(name.into());
            }
            builder.func_body().i32_const(7);
            let id = builder.finish(vec![], &mut module.funcs);
            module.exports.add(name.unwrap_or("nameless"), id);
        }
        let counted = Module::from_buffer(&calls(&module.emit_wasm()).unwrap()).unwrap();
        let names: Vec<&str> = counted.exports.iter().map(|e| e.name.as_str()).collect();
        assert_eq!(names, ["one", "nameless", "calls one"]);
        let instructions = |name| {
            let id = counted.exports.get_func(name).unwrap();
            let function = counted.funcs.get(id).kind.unwrap_local();
            function.block(function.entry_block()).instrs.clone()
        };
        assert_eq!(instructions("one").len(), 5);
        assert!(matches!(instructions("one")[3].0, Instr::GlobalSet(_)));
        assert_eq!(instructions("nameless").len(), 1);
    }
}
