//! From the body of a reply to named rows, and to what is wrong with the others.

use super::CatalogIssue;
use crate::lenient::{Place, Receive, from_body};
use crate::model_info::{Row, ToRow};

/// How many rows of a reply are read. An ordinary day brings 5,000.
const MOST_ROWS: usize = 100_000;

/// How many issues of a reply are told.
const MOST_ISSUES: usize = 1000;

/// What a reply listed.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) rows: Vec<Row>,
    pub(super) issues: Vec<CatalogIssue>,
}

/// Reads the rows of `{"data": […]}`; `None` when the body is not that. `path` names the reply in the issues.
pub(super) fn read<R>(path: &str, body: &[u8]) -> Option<Rows>
where
    R: ToRow + Default + for<'de> Receive<'de>,
{
    let Data { rows: data, has_more } = from_body::<Reply<R>>(body)?.data;
    let data = data?;
    let mut read = Rows::default();
    if has_more {
        read.issues.push(CatalogIssue {
            path: format!("/data/{MOST_ROWS}"),
            message: format!("{path} lists more than 100,000 rows; those from here on are left out."),
        });
    }
    for (position, row) in data.into_iter().enumerate() {
        let problem = match row.is_object.then(|| row.row.to_row()) {
            Some(Some(row)) => {
                read.rows.push(row);
                continue;
            }
            Some(None) => "has no name",
            None => "is not an object",
        };
        if read.issues.len() < MOST_ISSUES {
            read.issues.push(CatalogIssue {
                path: format!("/data/{position}"),
                message: format!("A row of {path} {problem}, so it is left out."),
            });
        }
    }
    Some(read)
}

#[derive(Debug, Default)]
struct Reply<R> {
    data: Data<R>,
}

impl<'de, R: Receive<'de> + Default> Receive<'de> for Reply<R> {
    fn member(&mut self, name: &str) -> Place<'_, 'de> {
        if name == "data" { Place::Receiver(&mut self.data) } else { Place::Nowhere }
    }
}

/// The elements of the list, or `None` when it is none.
#[derive(Debug, Default)]
struct Data<R> {
    rows: Option<Vec<Element<R>>>,
    has_more: bool,
}

impl<'de, R: Receive<'de> + Default> Receive<'de> for Data<R> {
    fn list(&mut self) {
        self.rows = Some(Vec::new());
    }
    fn element(&mut self) -> Place<'_, 'de> {
        let elements = self.rows.get_or_insert_default();
        if elements.len() >= MOST_ROWS {
            self.has_more = true;
            return Place::Nowhere;
        }
        elements.push(Element::default());
        elements.last_mut().map_or(Place::Nowhere, |element| Place::Receiver(element))
    }
}

#[derive(Debug, Default)]
struct Element<R> {
    is_object: bool,
    row: R,
}

impl<'de, R: Receive<'de>> Receive<'de> for Element<R> {
    fn object(&mut self) {
        self.is_object = true;
    }
    fn member(&mut self, name: &str) -> Place<'_, 'de> {
        self.row.member(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model_info::{DeploymentRow, NameRow};

    #[test]
    fn a_bad_row_is_an_issue_and_the_others_stay() {
        let body = br#"{"data":[null,"x",{"model_name":"m"},{},[]],"data2":1}"#;
        let read = read::<DeploymentRow>("/v1/model/info", body).unwrap();
        assert_eq!(read.rows.len(), 1);
        let paths: Vec<&str> = read.issues.iter().map(|issue| issue.path.as_str()).collect();
        assert_eq!(paths, ["/data/0", "/data/1", "/data/3", "/data/4"]);
        assert_eq!(read.issues[2].message, "A row of /v1/model/info has no name, so it is left out.");
    }

    #[test]
    fn what_is_no_list_is_none() {
        for body in [
            "",
            "null",
            "[]",
            "[{\"id\":\"m\"}]",
            "{}",
            "{\"data\":{\"a\":1}}",
            "{\"data\":null}",
            "<html></html>",
            "{\"data\":[{\"id\":\"m\"}",
        ] {
            assert!(read::<NameRow>("/v1/models", body.as_bytes()).is_none(), "{body}");
        }
        assert!(read::<NameRow>("/v1/models", b"{\"data\":[]}").unwrap().rows.is_empty());
    }

    #[test]
    fn rows_that_are_left_out_are_told() {
        let body = format!("{{\"data\":[{}]}}", vec!["{\"id\":\"m\"}"; MOST_ROWS + 1].join(","));
        let read = read::<NameRow>("/v1/models", body.as_bytes()).unwrap();
        assert_eq!((read.rows.len(), read.issues.len()), (MOST_ROWS, 1));
        assert_eq!(read.issues[0].path, "/data/100000");
    }

    #[test]
    fn a_number_that_json_does_not_have_spoils_nothing() {
        let body = br#"{"data":[{"id":"NaN","a":NaN,"b":[-Infinity,Infinity]},{"id":"m"}]}"#;
        let read = read::<NameRow>("/v1/models", body).unwrap();
        assert_eq!((read.rows.len(), read.issues.len()), (2, 0));
    }

    #[test]
    fn issues_are_bounded() {
        let body = format!("{{\"data\":[{}0]}}", "0,".repeat(5000));
        assert_eq!(read::<NameRow>("/v1/models", body.as_bytes()).unwrap().issues.len(), MOST_ISSUES);
    }
}
