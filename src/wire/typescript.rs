//! The TypeScript types of the voice socket, made from the types here. `VIVA_REFRESH=1 cargo test wire::typescript` writes
//! `web/src/wire/wire.ts` anew; without the variable the test fails when that file is stale.

use super::binary;
use super::message::ClientMessage;
use super::server::ServerEvent;
use crate::typescript::{declarations, hold};
use ts_rs::TypeVisitor;

const HEAD: &str = "\
// What crosses the voice socket. Made from src/wire by `VIVA_REFRESH=1 cargo test wire::typescript`; do not edit.
";

#[test]
fn the_page_s_types_are_fresh() {
    let mut file = String::from(HEAD);
    file.push_str(&declarations(|seen| {
        seen.visit::<ClientMessage>();
        seen.visit::<ServerEvent>();
    }));
    for (doc, name, value) in [
        ("First byte of a binary frame of microphone sound.", "MIC_TAG", usize::from(binary::MIC_TAG)),
        ("First byte of a binary frame of the interviewer's sound.", "SPEECH_TAG", usize::from(binary::SPEECH_TAG)),
        ("Bytes before the sound in a microphone frame.", "MIC_HEADER_BYTES", binary::MIC_HEADER_BYTES),
        ("Bytes before the sound in a speech frame.", "SPEECH_HEADER_BYTES", binary::SPEECH_HEADER_BYTES),
    ] {
        file.push_str(&format!("\n/** {doc} */\nexport const {name} = {value};\n"));
    }
    hold("web/src/wire/wire.ts", &file, "wire::typescript");
}
