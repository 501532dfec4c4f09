//! Reports as JUnit XML, which CI systems show.

use super::report::Report;
use std::fmt::Write;

/// The reports as one test suite named `viva replay`.
pub fn encode(reports: &[Report]) -> String {
    let failures = reports.iter().filter(|report| !report.ok).count();
    let time = seconds(reports.iter().filter_map(|report| report.millis).sum());
    let counts = format!("tests=\"{}\" failures=\"{failures}\" errors=\"0\" time=\"{time}\"", reports.len());
    let mut xml = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {counts}>\n");
    xml.push_str(&format!("  <testsuite name=\"viva replay\" {counts}>\n"));
    for report in reports {
        append_case(&mut xml, report);
    }
    xml.push_str("  </testsuite>\n</testsuites>\n");
    xml
}

fn append_case(xml: &mut String, report: &Report) {
    let name = escape(&report.name);
    let class = escape(&report.folder.display().to_string());
    let time = seconds(report.millis.unwrap_or(0));
    // Writing to a String cannot fail.
    let _ = write!(xml, "    <testcase name=\"{name}\" classname=\"{class}\" time=\"{time}\"");
    match &report.failure {
        None => xml.push_str("/>\n"),
        Some(failure) => {
            let first = escape(failure.message.lines().next().unwrap_or_default());
            let text = escape(&failure.message);
            let code = failure.code;
            let _ = writeln!(xml, ">\n      <failure message=\"{first}\" type=\"{code}\">{text}</failure>");
            xml.push_str("    </testcase>\n");
        }
    }
}

fn seconds(millis: u64) -> String {
    format!("{}.{:03}", millis / 1000, millis % 1000)
}

/// Text for XML 1.0: markup escaped, characters that XML cannot hold replaced.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(letter),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            _ => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::super::report::Failure;
    use super::*;

    fn report(name: &str, failure: Option<Failure>) -> Report {
        Report {
            name: name.into(),
            folder: name.into(),
            ok: failure.is_none(),
            steps: 2,
            events: 1,
            duration_ms: 5,
            complete: true,
            torn_bytes: 0,
            millis: Some(1204),
            failure,
        }
    }

    #[test]
    fn failures_are_escaped_and_counted() {
        let failure = Failure { code: "difference", message: "a <b> & \"c\"\u{1}\nsecond".into(), difference: None };
        let xml = encode(&[report("good", None), report("bad\"one", Some(failure))]);
        let expected = "\
<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<testsuites tests=\"2\" failures=\"1\" errors=\"0\" time=\"2.408\">
  <testsuite name=\"viva replay\" tests=\"2\" failures=\"1\" errors=\"0\" time=\"2.408\">
    <testcase name=\"good\" classname=\"good\" time=\"1.204\"/>
    <testcase name=\"bad&quot;one\" classname=\"bad&quot;one\" time=\"1.204\">
      <failure message=\"a &lt;b&gt; &amp; &quot;c&quot;\u{fffd}\" type=\"difference\">a &lt;b&gt; &amp; &quot;c&quot;\u{fffd}
second</failure>
    </testcase>
  </testsuite>
</testsuites>
";
        assert_eq!(xml, expected);
    }
}
