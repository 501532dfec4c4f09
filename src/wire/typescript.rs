//! The TypeScript types of the page, made from the types here. `VIVA_REFRESH=1 cargo test wire::typescript` writes
//! `web/src/wire/wire.ts` anew; without the variable the test fails when that file is stale.

use super::binary;
use super::message::ClientMessage;
use super::server::ServerEvent;
use std::any::TypeId;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use ts_rs::{Config, TS, TypeVisitor};

const HEAD: &str = "\
// What crosses the voice socket. Made from src/wire by `VIVA_REFRESH=1 cargo test wire::typescript`; do not edit.
";

/// Collects the declaration of every type that is reachable and has a name of its own.
struct Declarations {
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

fn typescript() -> String {
    let config = Config::new().with_large_int("number");
    let mut declarations = Declarations { config, seen: BTreeMap::new() };
    declarations.visit::<ClientMessage>();
    declarations.visit::<ServerEvent>();
    let mut file = String::from(HEAD);
    for (_, text) in declarations.seen.values() {
        file.push('\n');
        file.push_str(text);
    }
    for (doc, name, value) in [
        ("First byte of a binary frame of microphone sound.", "MIC_TAG", usize::from(binary::MIC_TAG)),
        ("First byte of a binary frame of the interviewer's sound.", "SPEECH_TAG", usize::from(binary::SPEECH_TAG)),
        ("Bytes before the sound in a microphone frame.", "MIC_HEADER_BYTES", binary::MIC_HEADER_BYTES),
        ("Bytes before the sound in a speech frame.", "SPEECH_HEADER_BYTES", binary::SPEECH_HEADER_BYTES),
    ] {
        file.push_str(&format!("\n/** {doc} */\nexport const {name} = {value};\n"));
    }
    file.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

#[test]
fn the_page_s_types_are_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("web/src/wire/wire.ts");
    let wanted = typescript();
    if std::env::var_os("VIVA_REFRESH").is_some() {
        fs::create_dir_all(path.parent().expect("folder")).expect("folder of types");
        fs::write(&path, &wanted).expect("write the types");
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == wanted, "web/src/wire/wire.ts is stale: VIVA_REFRESH=1 cargo test wire::typescript");
}
