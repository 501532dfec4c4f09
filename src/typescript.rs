//! TypeScript types of the page, made from the types of the rooms that speak to it, and the tests that they are fresh.

use std::any::TypeId;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use ts_rs::{Config, TS, TypeVisitor};

/// Collects the declaration of every type that is reachable and has a name of its own.
pub struct Declarations {
    config: Config,
    seen: BTreeMap<String, (TypeId, String)>,
}

impl TypeVisitor for Declarations {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        if T::output_path().is_none() {
            return T::visit_dependencies(self);
        }
        let name = T::ident(&self.config);
        if let Some((known, _)) = self.seen.get(&name) {
            assert_eq!(*known, TypeId::of::<T>(), "two types are called {name}");
            return;
        }
        let mut text = T::docs().unwrap_or_default();
        text.push_str(&format!("export {}\n", T::decl(&self.config)));
        self.seen.insert(name, (TypeId::of::<T>(), text));
        T::visit_dependencies(self);
    }
}

/// All types that `visit` reaches, in the order of their names.
pub fn declarations(visit: impl FnOnce(&mut Declarations)) -> String {
    let mut declarations = Declarations { config: Config::new().with_large_int("number"), seen: BTreeMap::new() };
    visit(&mut declarations);
    declarations.seen.into_values().map(|(_, text)| format!("\n{text}")).collect()
}

/// Holds a file of the page against what it should be; `VIVA_REFRESH=1` writes it anew.
pub fn hold(file: &str, wanted: &str, test: &str) {
    let wanted: String = wanted.lines().map(|line| format!("{}\n", line.trim_end())).collect();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if std::env::var_os("VIVA_REFRESH").is_some() {
        fs::create_dir_all(path.parent().expect("folder")).expect("folder of types");
        fs::write(&path, &wanted).expect("write the types");
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == wanted, "{file} is stale: VIVA_REFRESH=1 cargo test {test}");
}
