//! Interviews that others let somebody read, as lists. They are looked up from the grants on, whoever grants: a list over all interviews
//! would pass over nearly everything, and the older what is granted is, the more.

use super::page::{Cursor, Page};
use super::sessions::{COLUMNS, SessionFilter, SessionRow, Value, bound, conditions, page_of};
use super::{Store, StoreError, UnixMs};
use sqlx::{AssertSqlSafe, Row};

/// The order of lists.
const NEWEST_FIRST: &str = "ORDER BY created_ms DESC, id DESC";

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
        // One more than the page holds, as always: it says whether there is another page.
        let rows = u64::from(limit) + 1;
        let wanted = || Wanted::of(reader, filter, after);
        let since = self.page_begins(wanted, rows).await?;
        let (sql, values) = wanted().page_sql(since, rows);
        let found = bound(sqlx::query(AssertSqlSafe(sql)), values).fetch_all(self.pool()).await?;
        page_of(&found, limit)
    }

    /// A time since when those who grant all of theirs made as many interviews as fill a page, so that nothing older is on it. None
    /// when they made but a few times as many in all.
    async fn page_begins(&self, wanted: impl Fn() -> Wanted, rows: u64) -> Result<Option<UnixMs>, StoreError> {
        let (sql, values) = wanted().owners_sql();
        let row = bound(sqlx::query(AssertSqlSafe(sql)), values).fetch_one(self.pool()).await?;
        let owners = u64::try_from(row.try_get::<i64, _>("owners")?).unwrap_or(0);
        if owners == 0 {
            return Ok(None);
        }
        let mut each = rows.div_ceil(owners);
        loop {
            let (sql, values) = wanted().since_sql(each, rows.div_ceil(each));
            let found = bound(sqlx::query(AssertSqlSafe(sql)), values).fetch_optional(self.pool()).await?;
            if let Some(row) = found {
                return Ok(Some(UnixMs(row.try_get("since")?)));
            }
            if each >= rows {
                return Ok(None);
            }
            each = (each * 2).min(rows);
        }
    }
}

/// What a list may hold, as SQL.
struct Wanted {
    /// Conditions on an interview, each after an AND.
    also: String,
    /// Conditions on a grant.
    granted: String,
    /// What both bind, in order.
    values: Vec<Value>,
}

impl Wanted {
    fn of(reader: &Reader, filter: &SessionFilter, after: Option<&Cursor>) -> Wanted {
        let (pieces, mut values) = conditions(filter, after);
        let also = pieces.iter().map(|piece| format!(" AND {piece}")).collect();
        values.push(Value::Text(reader.id.clone()));
        values.push(Value::Number(reader.at.0));
        let (id, at) = (values.len() - 1, values.len());
        let granted = format!("reader = ${id} AND (expires_ms IS NULL OR expires_ms > ${at})");
        Wanted { also, granted, values }
    }

    /// How many people grant all of theirs.
    fn owners_sql(mut self) -> (String, Vec<Value>) {
        let values = self.values.split_off(self.values.len() - 2);
        let sql = "SELECT COUNT(*) AS owners FROM grants WHERE session = '' AND reader = $1 \
                   AND (expires_ms IS NULL OR expires_ms > $2)";
        (sql.to_owned(), values)
    }

    /// Since when so many people each made so many interviews that the list may hold.
    fn since_sql(self, each: u64, people: u64) -> (String, Vec<Value>) {
        let Wanted { also, granted, values } = self;
        let sql = format!(
            "SELECT since FROM (SELECT (SELECT created_ms FROM sessions WHERE person = grants.person{also} {NEWEST_FIRST} \
             LIMIT 1 OFFSET {}) AS since FROM grants WHERE session = '' AND {granted}) AS times \
             WHERE since IS NOT NULL ORDER BY since DESC LIMIT 1 OFFSET {}",
            each - 1,
            people - 1
        );
        (sql, values)
    }

    /// The newest of what is granted singly and of what is granted with all of somebody's since then.
    fn page_sql(self, since: Option<UnixMs>, rows: u64) -> (String, Vec<Value>) {
        let Wanted { also, granted, mut values } = self;
        values.push(Value::Number(since.map_or(i64::MIN, |since| since.0)));
        let since = values.len();
        let sql = format!(
            "SELECT {COLUMNS} FROM sessions WHERE id IN (SELECT id FROM (\
             SELECT id, created_ms FROM (SELECT session AS single, person AS owner FROM grants WHERE session <> '' \
             AND {granted}) AS singles JOIN sessions ON sessions.id = single AND sessions.person = owner WHERE 1 = 1{also} \
             UNION SELECT id, created_ms FROM sessions WHERE person IN (SELECT person FROM grants WHERE session = '' \
             AND {granted}) AND created_ms >= ${since}{also}) AS found {NEWEST_FIRST} LIMIT {rows}) {NEWEST_FIRST}"
        );
        (sql, values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::grants::GrantRow;
    use crate::store::sessions::{NewSession, SessionPhase};
    use crate::store::support::{both, new_session};

    const NOW: UnixMs = UnixMs(100);
    const QUESTIONS: [&str; 2] = ["two-sum", "' OR '1'='1"];

    /// Interview `number` is of person `number % people`.
    fn interview(number: u32, people: u32) -> (NewSession, SessionPhase) {
        let person = format!("pers_{}", number % people);
        let question = QUESTIONS[number as usize / 3 % 2].into();
        // Three of each time: the id decides among them.
        let new = NewSession { person, question, created: UnixMs(i64::from(number / 3)), ..new_session(number) };
        (new, if number.is_multiple_of(7) { SessionPhase::Broken } else { SessionPhase::Ended })
    }

    fn grant(number: usize, person: u32, session: Option<u32>, expires: Option<i64>) -> GrantRow {
        GrantRow {
            id: format!("grant_{number}"),
            person: format!("pers_{person}"),
            session: session.map(|session| new_session(session).id).unwrap_or_default(),
            reader: "pers_coach".into(),
            created: UnixMs(0),
            expires: expires.map(UnixMs),
        }
    }

    /// Whether it is granted, told without SQL.
    fn is_granted(grants: &[GrantRow], session: &NewSession) -> bool {
        grants.iter().any(|grant| {
            grant.person == session.person
                && (grant.session.is_empty() || grant.session == session.id)
                && grant.expires.is_none_or(|at| at > NOW)
        })
    }

    fn holds(filter: &SessionFilter, (new, phase): &(NewSession, SessionPhase)) -> bool {
        filter.question.as_ref().is_none_or(|question| *question == new.question)
            && filter.phase.is_none_or(|wanted| wanted == *phase)
            && filter.from.is_none_or(|from| new.created >= from)
            && filter.before.is_none_or(|before| new.created < before)
    }

    /// All pages of every list are what they should be, with so many interviews of so many people.
    async fn lists_hold_what_is_granted(store: &Store, interviews: u32, people: u32, grants: &[GrantRow]) {
        let rows: Vec<_> = (0..interviews).rev().map(|number| interview(number, people)).collect();
        let mut write = store.write().await.expect("begins");
        for (new, phase) in &rows {
            write.add_session(new, *phase).await.expect("added");
        }
        for grant in grants {
            assert!(write.add_grant(grant).await.expect("added"));
        }
        write.commit().await.expect("committed");
        let reader = Reader { id: "pers_coach".into(), at: NOW };
        let all = SessionFilter::default;
        let question = Some(QUESTIONS[1].to_owned());
        for filter in [
            all(),
            SessionFilter { question: question.clone(), ..all() },
            SessionFilter { phase: Some(SessionPhase::Broken), question, ..all() },
            SessionFilter { phase: Some(SessionPhase::Broken), ..all() },
            SessionFilter { from: Some(UnixMs(3)), before: Some(UnixMs(15)), ..all() },
        ] {
            let expected = rows.iter().filter(|row| is_granted(grants, &row.0) && holds(&filter, row));
            let expected: Vec<&str> = expected.map(|(new, _)| new.id.as_str()).collect();
            assert!(!expected.is_empty());
            for limit in [1, 4, 7, 200] {
                let (mut found, mut after) = (Vec::new(), None);
                loop {
                    let page = store.sessions_granted(&reader, &filter, after.as_ref(), limit).await.expect("a page");
                    assert!(page.items.len() == limit as usize || page.next.is_none());
                    found.extend(page.items.into_iter().map(|row| row.plan.id));
                    after = page.next;
                    if after.is_none() {
                        break;
                    }
                }
                assert_eq!(found, expected, "{filter:?} {limit} at a time");
            }
        }
        let nobody = Reader { id: "' OR '1'='1".into(), at: NOW };
        assert!(store.sessions_granted(&nobody, &all(), None, 7).await.expect("a page").items.is_empty());
    }

    #[tokio::test]
    async fn lists_hold_what_few_people_grant_and_nothing_else() {
        both(async |place| {
            let grants: Vec<GrantRow> = [
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
            .map(|(number, (person, session, expires))| grant(number, person, session, expires))
            .collect();
            lists_hold_what_is_granted(&place.open().await, 60, 5, &grants).await;
        })
        .await;
    }

    #[tokio::test]
    async fn lists_hold_what_many_people_grant_and_nothing_else() {
        both(async |place| {
            // All of theirs: of two in three, one in six of them no longer. Of the others one interview each.
            let all = (0..24).filter(|person| person % 3 != 0);
            let all = all.map(|person| (person, None, (person % 6 == 1).then_some(if person < 12 { 99 } else { 101 })));
            let single = (0..24).filter(|person| person % 3 == 0).map(|person| (person, Some(24 + person), None));
            let grants = all.chain(single).enumerate();
            let grants: Vec<GrantRow> =
                grants.map(|(number, (person, session, expires))| grant(number, person, session, expires)).collect();
            lists_hold_what_is_granted(&place.open().await, 120, 24, &grants).await;
        })
        .await;
    }
}
