//! Interviews that others let somebody read, as lists. Two ways lead to the same rows. To whom few people grant something, theirs are
//! looked up person by person: a list over all interviews would pass over nearly everything. To whom many do, it is such a list, which
//! soon finds enough.

use super::page::{Cursor, Page};
use super::sessions::{COLUMNS, SessionFilter, SessionRow, Value, bound, conditions, list_sql, page_of};
use super::{Store, StoreError, UnixMs};
use sqlx::{AssertSqlSafe, Row};

/// People whose interviews are looked up one by one, at most, and so many grants of single interviews.
const SOUGHT_MAX: usize = 200;

/// Somebody, and when they ask: grants end.
#[derive(Clone, Debug)]
pub struct Reader {
    /// Their id.
    pub id: String,
    /// The time.
    pub at: UnixMs,
}

impl Store {
    /// Interviews that this reader is granted, directly or with all of a candidate's, newest first, at most `limit` after the
    /// cursor.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn sessions_granted(
        &self,
        reader: &Reader,
        filter: &SessionFilter,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<SessionRow>, StoreError> {
        let sql =
            "SELECT person, session FROM grants WHERE reader = $1 AND (expires_ms IS NULL OR expires_ms > $2) LIMIT $3";
        let query = sqlx::query(sql).bind(&reader.id).bind(reader.at.0).bind(SOUGHT_MAX as i64 + 1);
        let grants = query.fetch_all(self.pool()).await?;
        let mut people = Vec::new();
        for grant in &grants {
            if grant.try_get::<String, _>("session")?.is_empty() {
                people.push(grant.try_get("person")?);
            }
        }
        let (sql, values) = match grants.len() <= SOUGHT_MAX {
            true => sought_sql(reader, people, filter, after, limit),
            false => list_sql(filter, Some(reader), after, limit),
        };
        let rows = bound(sqlx::query(AssertSqlSafe(sql)), values).fetch_all(self.pool()).await?;
        page_of(&rows, limit)
    }
}

/// The newest of each of these people, and of what is granted singly; of all those the newest.
fn sought_sql(
    reader: &Reader,
    people: Vec<String>,
    filter: &SessionFilter,
    after: Option<&Cursor>,
    limit: u32,
) -> (String, Vec<Value>) {
    let (pieces, mut values) = conditions(filter, None, after);
    let also: String = pieces.iter().map(|piece| format!(" AND {piece}")).collect();
    let newest = format!("ORDER BY created_ms DESC, id DESC LIMIT {}", u64::from(limit) + 1);
    values.push(Value::Text(reader.id.clone()));
    values.push(Value::Number(reader.at.0));
    let (id, at) = (values.len() - 1, values.len());
    let mut members = vec![format!(
        "SELECT id, created_ms FROM (SELECT session AS granted, person AS owner FROM grants WHERE reader = ${id} \
         AND session <> '' AND (expires_ms IS NULL OR expires_ms > ${at})) AS single \
         JOIN sessions ON sessions.id = granted AND sessions.person = owner WHERE 1 = 1{also}"
    )];
    for person in people {
        values.push(Value::Text(person));
        let person = values.len();
        members.push(format!(
            "SELECT * FROM (SELECT id, created_ms FROM sessions WHERE person = ${person}{also} {newest}) AS of_{person}"
        ));
    }
    let found = members.join(" UNION ");
    let sql = format!(
        "SELECT {COLUMNS} FROM sessions WHERE id IN (SELECT id FROM ({found}) AS found {newest}) \
         ORDER BY created_ms DESC, id DESC"
    );
    (sql, values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::grants::GrantRow;
    use crate::store::sessions::{NewSession, SessionPhase};
    use crate::store::support::{both, new_session};

    const NOW: UnixMs = UnixMs(100);

    /// Interview `number` is of person `number % 5`; the reader may read everything of two of them, and single ones.
    async fn fill(store: &Store) {
        let mut write = store.write().await.expect("begins");
        for number in 0..60 {
            let person = format!("pers_{}", number % 5);
            let question = if number % 2 == 0 { "two-sum" } else { "' OR '1'='1" };
            // Three of each time: the id decides among them.
            let created = UnixMs(i64::from(number / 3));
            let new = NewSession { person, question: question.into(), created, ..new_session(number) };
            let phase = if number % 7 == 0 { SessionPhase::Broken } else { SessionPhase::Ended };
            write.add_session(&new, phase).await.expect("added");
        }
        for (number, (person, session, expires)) in [
            (1, None, None),
            (2, None, Some(101)),
            (3, None, Some(99)),
            (4, Some(4), None),
            (4, Some(9), Some(99)),
            (4, Some(14), Some(101)),
            // Not theirs to grant.
            (4, Some(5), None),
            // Granted twice.
            (1, Some(6), None),
        ]
        .into_iter()
        .enumerate()
        {
            let row = GrantRow {
                id: format!("grant_{number}"),
                person: format!("pers_{person}"),
                session: session.map(|session| new_session(session).id).unwrap_or_default(),
                reader: "pers_coach".into(),
                created: UnixMs(0),
                expires: expires.map(UnixMs),
            };
            assert!(write.add_grant(&row).await.expect("added"));
        }
        write.commit().await.expect("committed");
    }

    #[tokio::test]
    async fn both_ways_find_what_is_granted_and_nothing_else() {
        both(async |place| {
            let store = place.open().await;
            fill(&store).await;
            let reader = Reader { id: "pers_coach".into(), at: NOW };
            let all = SessionFilter::default;
            let page = store.sessions_granted(&reader, &all(), None, 200).await.expect("a page");
            let expected = (0..60).filter(|number| matches!(number % 5, 1 | 2) || matches!(number, 4 | 14));
            let expected: Vec<String> = expected.rev().map(|number| new_session(number).id).collect();
            assert_eq!(page.items.iter().map(|row| row.plan.id.clone()).collect::<Vec<_>>(), expected);
            let question = Some("' OR '1'='1".to_owned());
            for filter in [
                all(),
                SessionFilter { question: question.clone(), ..all() },
                SessionFilter { phase: Some(SessionPhase::Broken), question, ..all() },
                SessionFilter { from: Some(UnixMs(3)), before: Some(UnixMs(15)), ..all() },
            ] {
                for after in [None, Some(Cursor { at: UnixMs(8), id: new_session(25).id })] {
                    let sought = store.sessions_granted(&reader, &filter, after.as_ref(), 7).await.expect("a page");
                    let (sql, values) = list_sql(&filter, Some(&reader), after.as_ref(), 7);
                    let listed = bound(sqlx::query(AssertSqlSafe(sql)), values).fetch_all(store.pool()).await;
                    let listed = page_of(&listed.expect("rows"), 7).expect("a page");
                    assert_eq!(sought, listed, "{filter:?} {after:?}");
                }
            }
            let nobody = Reader { id: "' OR '1'='1".into(), at: NOW };
            assert!(store.sessions_granted(&nobody, &all(), None, 7).await.expect("a page").items.is_empty());
        })
        .await;
    }
}
