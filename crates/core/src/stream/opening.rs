//! What the first bytes of a reply say of how it is written, at any cut.

/// The kinds of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BodyKind {
    /// Server-sent events, or what has to be read as such to say what is wrong.
    Events,
    /// One JSON value.
    Json,
    /// A web page.
    WebPage,
}

const BYTE_ORDER_MARK: [u8; 3] = *b"\xEF\xBB\xBF";

/// What was seen before the byte that decides.
#[derive(Debug, Default)]
pub(super) struct Opening {
    /// How many bytes of a byte order mark came.
    marked: usize,
    /// White space came: what follows is no byte order mark.
    blank: bool,
}

impl Opening {
    /// Reads the next bytes: the kind of the body and where in them it was found, or `None` while nothing has decided.
    pub(super) fn read(&mut self, bytes: &[u8]) -> Option<(BodyKind, usize)> {
        bytes.iter().enumerate().find_map(|(position, &byte)| Some((self.kind(byte)?, position)))
    }

    fn kind(&mut self, byte: u8) -> Option<BodyKind> {
        if !self.blank && BYTE_ORDER_MARK.get(self.marked) == Some(&byte) {
            self.marked = self.marked.saturating_add(1);
            return None;
        }
        let mark_is_cut = self.marked > 0 && self.marked < BYTE_ORDER_MARK.len();
        match byte {
            _ if mark_is_cut => Some(BodyKind::Events),
            b'{' | b'[' => Some(BodyKind::Json),
            b'<' => Some(BodyKind::WebPage),
            _ if byte.is_ascii_whitespace() => {
                self.blank = true;
                None
            }
            _ => Some(BodyKind::Events),
        }
    }
}
