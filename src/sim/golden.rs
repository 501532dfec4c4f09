//! The readable log of a simulated interview, one line per notable step: what a person reviews when behaviour changes.
//! The last line is the hash of all steps, so that nothing changes unseen.

use super::candidate::Said;
use super::scenario::Act;
use crate::digest::sha256_hex;
use crate::interview::command::Command;
use crate::interview::event::Event;
use crate::units::At;
use serde::Serialize;
use serde_json::Value;
use std::fmt::Write;

/// The log so far.
#[derive(Clone, Debug, Default)]
pub struct Log {
    text: String,
    /// The event that its commands follow; written with the first of them if it is not notable by itself.
    untold: Option<String>,
}

impl Log {
    /// An event came.
    pub fn event(&mut self, at: At, event: &Event) {
        let line = format!("{:>8} < {}\n", at.0, render(event));
        match event {
            Event::VoiceScored { .. }
            | Event::PlayoutAdvanced { .. }
            | Event::PlayedReported { done: false, .. }
            | Event::ModelWrote { .. } => self.untold = Some(line),
            _ => {
                self.untold = None;
                self.text.push_str(&line);
            }
        }
    }

    /// The core answered.
    pub fn command(&mut self, command: &Command) {
        if let Some(event) = self.untold.take() {
            self.text.push_str(&event);
        }
        let _ = writeln!(self.text, "{:>12} {}", '>', render(command));
    }

    /// The candidate does something.
    pub fn candidate(&mut self, at: At, act: &Act, said: Option<&Said>) {
        let until = said.map(|said| format!(" (until {})", said.to)).unwrap_or_default();
        let _ = writeln!(self.text, "{:>8} . {}{until}", at.0, render(act));
    }

    /// The whole text, for these steps.
    pub fn finish(mut self, steps: &[u8]) -> String {
        let hash = sha256_hex(steps);
        let lines = steps.iter().filter(|byte| **byte == b'\n').count();
        // The first 64 bits are enough to notice a change.
        let _ = writeln!(self.text, "{lines} steps, sha-256 {hash:.16}");
        self.text
    }
}

/// `name field=value …`, without the braces of JSON.
fn render(value: &impl Serialize) -> String {
    let mut out = String::new();
    write_value(&serde_json::to_value(value).unwrap_or_default(), &mut out);
    out
}

fn write_value(value: &Value, out: &mut String) {
    match value {
        Value::Object(fields) if fields.len() == 1 && fields.values().all(Value::is_object) => {
            for (name, inner) in fields {
                out.push_str(name);
                out.push(' ');
                write_value(inner, out);
            }
        }
        Value::Object(fields) => {
            for (place, (name, inner)) in fields.iter().filter(|(_, inner)| !inner.is_null()).enumerate() {
                let _ = write!(out, "{}{name}=", if place > 0 { " " } else { "" });
                match inner {
                    Value::Object(_) => {
                        out.push('{');
                        write_value(inner, out);
                        out.push('}');
                    }
                    _ => write_value(inner, out),
                }
            }
        }
        Value::Array(values) => {
            out.push('[');
            for (place, inner) in values.iter().enumerate() {
                out.push_str(if place > 0 { " " } else { "" });
                write_value(inner, out);
            }
            out.push(']');
        }
        other => {
            let _ = write!(out, "{other}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interview::command::{FloorState, Show};
    use crate::units::SpeechId;

    #[test]
    fn a_step_reads_as_a_sentence_and_quiet_events_show_only_with_their_answers() {
        let mut log = Log::default();
        log.event(At(5), &Event::PlayoutAdvanced { speech: SpeechId(1), sent: crate::units::Ms(40) });
        log.event(At(7), &Event::PlayoutAdvanced { speech: SpeechId(1), sent: crate::units::Ms(80) });
        log.command(&Command::Show(Show::Floor { state: FloorState::Listening, why: "x".into() }));
        let expected =
            "       7 < playout_advanced sent=80 speech=1\n           > show floor state=\"listening\" why=\"x\"\n";
        assert_eq!(log.text, expected);
    }
}
