//! Members that say nothing, as row after row has them: a row of today's gateways is long for its `"…":null`, and all rows name the
//! same members in the same order. What is written as before is compared with it, which is a fraction of reading it.

/// How many members are known at most. A row has some 140 that are null.
const MOST_MEMBERS: usize = 256;

/// How many bytes they have at most.
const MOST_BYTES: usize = 16 * 1024;

/// After so many members that were looked for in vain, no more are: these rows are not alike.
const MOST_MISSES: u32 = 4096;

/// How a member ends that says nothing, behind its name and colon.
const END: &[u8] = b"null,";

/// Known members that are null, in the order in which rows have them.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Silences {
    /// The members, each with the comma behind it.
    json: Vec<u8>,
    /// Where each of them ends there.
    ends: Vec<usize>,
    misses: u32,
}

impl Silences {
    /// How long the known members are with which `json` begins, where a row has come to the known member `next`.
    pub(super) fn length(&self, json: &[u8], next: &mut usize) -> usize {
        let start = self.start(*next);
        let same = shared_length(self.json.get(start..).unwrap_or_default(), json);
        let mut length = 0;
        while let Some(end) = self.ends.get(*next) {
            let known = end.saturating_sub(start);
            if known > same {
                // The row has the member, and it says something: the next that is known comes behind it.
                if same.saturating_add(END.len()) >= known && same > length {
                    *next = next.saturating_add(1);
                }
                break;
            }
            length = known;
            *next = next.saturating_add(1);
        }
        length
    }

    /// Takes note of a member that is null, which a row has where `next` was expected.
    pub(super) fn learn(&mut self, member: &[u8], next: &mut usize) {
        if self.misses >= MOST_MISSES {
            return;
        }
        let later = (*next..self.ends.len()).find(|position| self.member(*position) == member);
        if let Some(position) = later {
            *next = position.saturating_add(1);
            return;
        }
        self.misses = self.misses.saturating_add(1);
        if self.ends.len() >= MOST_MEMBERS || self.json.len().saturating_add(member.len()) > MOST_BYTES {
            return;
        }
        let start = self.start(*next);
        let later = self.json.split_off(start);
        self.json.extend_from_slice(member);
        self.json.extend_from_slice(&later);
        for end in self.ends.iter_mut().skip(*next) {
            *end = end.saturating_add(member.len());
        }
        self.ends.insert(*next, start.saturating_add(member.len()));
        *next = next.saturating_add(1);
    }

    /// Where the member of this number begins.
    fn start(&self, number: usize) -> usize {
        number.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or_default()
    }

    fn member(&self, number: usize) -> &[u8] {
        let end = self.ends.get(number).copied().unwrap_or_default();
        self.json.get(self.start(number)..end).unwrap_or_default()
    }
}

/// How many bytes two texts have in common at their start. Eight are compared together.
fn shared_length(one: &[u8], other: &[u8]) -> usize {
    let mut length = 0_usize;
    for (one, other) in one.as_chunks::<8>().0.iter().zip(other.as_chunks::<8>().0) {
        let difference = u64::from_le_bytes(*one) ^ u64::from_le_bytes(*other);
        if difference != 0 {
            return length.wrapping_add((difference.trailing_zeros() / 8) as usize);
        }
        length = length.wrapping_add(8);
    }
    let tails = one.iter().zip(other).skip(length);
    length.wrapping_add(tails.take_while(|(one, other)| one == other).count())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a row leaves to be read, whose members are these: `a` is null, `A` is not.
    fn left(silences: &mut Silences, row: &str) -> String {
        let members = row.chars().map(|name| {
            let value = if name.is_ascii_lowercase() { "null" } else { "5" };
            format!("\"name_{}\":{value},", name.to_ascii_lowercase())
        });
        let json = members.collect::<Vec<_>>().concat();
        let (mut rest, mut next, mut left) = (json.as_bytes(), 0, String::new());
        while !rest.is_empty() {
            rest = &rest[silences.length(rest, &mut next)..];
            let Some(end) = rest.iter().position(|byte| *byte == b',') else { break };
            let (member, others) = rest.split_at(end + 1);
            left.push(char::from(member[6]));
            if member.ends_with(END) {
                silences.learn(member, &mut next);
            }
            rest = others;
        }
        left
    }

    #[test]
    fn what_was_null_before_is_passed_over() {
        let mut silences = Silences::default();
        for (row, expected) in [
            ("abcd", "abcd"),
            ("abcd", ""),
            ("aBcd", "b"),
            ("AbcD", "ad"),
            ("aXbcYd", "xy"),
            // Without some of the members, and with others.
            ("acd", "c"),
            ("abecd", "e"),
            ("abecd", ""),
            ("abcd", "c"),
            ("dcba", "dcba"),
            ("", ""),
        ] {
            assert_eq!(left(&mut silences, row), expected, "{row}");
        }
    }

    #[test]
    fn a_name_that_begins_like_a_known_one_is_another() {
        let mut silences = Silences::default();
        let mut next = 0;
        silences.learn(b"\"long\":null,", &mut next);
        for json in ["\"long_one\":null,", "\"lon\":null,", "\"long\":null}", "\"long\" :null,", "\"long\":nul"] {
            assert_eq!(silences.length(json.as_bytes(), &mut 0), 0, "{json}");
        }
        assert_eq!(silences.length(b"\"long\":null,\"x\":1", &mut 0), 12);
    }

    #[test]
    fn what_is_known_is_bounded() {
        let mut silences = Silences::default();
        for number in 0..10_000 {
            silences.learn(format!("\"{number}\":null,").as_bytes(), &mut 0);
        }
        assert_eq!((silences.ends.len(), silences.misses), (MOST_MEMBERS, MOST_MISSES));
        silences = Silences::default();
        silences.learn(&vec![b'x'; MOST_BYTES + 1], &mut 0);
        assert!(silences.json.is_empty());
    }
}
