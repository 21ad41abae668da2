//! Splits a byte stream into server-sent events without changing or copying what it can share.
//!
//! The events are the same for any chunking of the same bytes, and joined they are those bytes.

use std::borrow::Cow;

use bytes::{Bytes, BytesMut};

/// Cuts a stream of chunks into whole events, each with the blank line that ends it.
///
/// Lines end with LF, CRLF or CR, as the standard has it (Azure sends LF). An event ends as soon as its
/// blank line is known: CR after CR ends it at once, so that an LF that follows begins the next event;
/// after LF or CRLF, CR waits for what follows.
///
/// ```
/// use bytes::Bytes;
/// use llm_types::EventSplitter;
///
/// let mut splitter = EventSplitter::default();
/// splitter.push(Bytes::from_static(b"data: a\n"));
/// assert_eq!(splitter.next_event(), None);
/// splitter.push(Bytes::from_static(b"\ndata: b\n\n"));
/// assert_eq!(splitter.next_event().as_deref(), Some(&b"data: a\n\n"[..]));
/// assert_eq!(splitter.next_event().as_deref(), Some(&b"data: b\n\n"[..]));
/// assert_eq!(splitter.next_event(), None);
/// ```
#[derive(Debug, Default)]
pub struct EventSplitter {
    /// The start of an event whose end has not come yet.
    partial: BytesMut,
    /// How much of `partial` is known to hold no end.
    searched: usize,
    /// What follows `partial`; shared with the chunk it came in.
    rest: Bytes,
}

impl EventSplitter {
    /// Adds the next chunk. All events of the chunk before must have been taken.
    pub fn push(&mut self, chunk: Bytes) {
        debug_assert!(self.rest.is_empty(), "take every event before the next chunk");
        self.rest = chunk;
    }

    /// The next whole event, or `None` until another chunk is pushed.
    pub fn next_event(&mut self) -> Option<Bytes> {
        if self.partial.is_empty() {
            if let Some(end) = event_end(&self.rest, 0) {
                return Some(self.rest.split_to(end));
            }
        } else {
            return self.next_joined();
        }
        self.keep_rest();
        None
    }

    /// What came after the last whole event. Not empty at the end of a stream that was cut off.
    #[must_use]
    pub fn remainder(&self) -> &[u8] {
        &self.partial
    }

    /// An event that began in an earlier chunk. Only as much is copied as belongs to it.
    fn next_joined(&mut self) -> Option<Bytes> {
        let before = self.partial.len();
        // The end may begin in `partial`: look at both together, line by line.
        let mut taken = 0;
        while taken < self.rest.len() {
            let line = &self.rest[taken..];
            let length = memchr::memchr2(b'\n', b'\r', line).map_or(line.len(), |end| end + 1);
            self.partial.extend_from_slice(&line[..length]);
            taken += length;
            if let Some(end) = event_end(&self.partial, self.searched) {
                debug_assert!(end >= before, "the end was not known before");
                self.partial.truncate(end);
                let _ = self.rest.split_to(end - before);
                self.searched = 0;
                return Some(self.partial.split().freeze());
            }
            self.searched = search_from(&self.partial);
        }
        self.rest.clear();
        None
    }

    fn keep_rest(&mut self) {
        self.partial.extend_from_slice(&self.rest);
        self.rest.clear();
        self.searched = search_from(&self.partial);
    }
}

/// The data of one event: its `data:` lines joined with LF, one leading space of each removed.
/// `None` for an event without data, such as a comment.
#[must_use]
pub fn event_data(event: &[u8]) -> Option<Cow<'_, [u8]>> {
    // What every event of Azure's is: one line of data.
    if let Some(data) = event.strip_prefix(b"data: ").and_then(|rest| rest.strip_suffix(b"\n\n"))
        && memchr::memchr2(b'\n', b'\r', data).is_none()
    {
        return Some(Cow::Borrowed(data));
    }
    // A stream may begin with a byte order mark, which is no part of its first line.
    let event = event.strip_prefix(b"\xef\xbb\xbf").unwrap_or(event);
    only_line(event).map(Cow::Borrowed).or_else(|| joined_lines(event))
}

/// The data of an event that is one `data:` line: nearly all are.
fn only_line(event: &[u8]) -> Option<&[u8]> {
    let data = event.strip_prefix(b"data:")?;
    let (data, ends) = data.split_at(memchr::memchr2(b'\n', b'\r', data)?);
    let only = ends.iter().all(|byte| matches!(byte, b'\n' | b'\r'));
    only.then(|| data.strip_prefix(b" ").unwrap_or(data))
}

fn joined_lines(event: &[u8]) -> Option<Cow<'_, [u8]>> {
    // Between CR and LF is an empty line, which has no data.
    let mut lines = event.split(|byte| matches!(byte, b'\n' | b'\r')).filter_map(|line| {
        let data = line.strip_prefix(b"data")?;
        match data.strip_prefix(b":") {
            Some(data) => Some(data.strip_prefix(b" ").unwrap_or(data)),
            None => data.is_empty().then_some(data),
        }
    });
    let first = lines.next()?;
    let Some(second) = lines.next() else { return Some(Cow::Borrowed(first)) };
    let mut joined = [first, second].join(&b'\n');
    for line in lines {
        joined.push(b'\n');
        joined.extend_from_slice(line);
    }
    Some(Cow::Owned(joined))
}

/// Just after the first blank line behind a line that ends at or after `from`; `None` if that
/// depends on what follows.
fn event_end(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += memchr::memchr2(b'\n', b'\r', &bytes[at..])?;
        let (line_end, follows) = (bytes[at], *bytes.get(at + 1)?);
        let crlf = line_end == b'\r' && follows == b'\n';
        let blank = at + 1 + usize::from(crlf);
        match *bytes.get(blank)? {
            b'\n' => return Some(blank + 1),
            b'\r' if line_end == b'\r' && !crlf => return Some(blank + 1),
            b'\r' => return Some(blank + 1 + usize::from(*bytes.get(blank + 1)? == b'\n')),
            _ => at = blank,
        }
    }
}

/// A blank line may begin with the last line end seen, so the next search starts there.
fn search_from(partial: &[u8]) -> usize {
    match partial {
        [.., b'\n', b'\r'] => partial.len() - 2,
        [.., b'\n' | b'\r'] => partial.len() - 1,
        _ => partial.len(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn split(chunks: &[&[u8]]) -> (Vec<Bytes>, Vec<u8>) {
        let mut splitter = EventSplitter::default();
        let mut events = Vec::new();
        for chunk in chunks {
            splitter.push(Bytes::copy_from_slice(chunk));
            events.extend(std::iter::from_fn(|| splitter.next_event()));
        }
        (events, splitter.remainder().to_vec())
    }

    /// The definition, written as plainly as can be: an event is a run of lines up to a blank one. Behind
    /// a line of it that ends with CR alone, another CR is the blank line, whatever follows.
    fn by_lines(bytes: &[u8]) -> (Vec<Bytes>, Vec<u8>) {
        let (mut events, mut event, mut line) = (Vec::new(), Vec::new(), Vec::new());
        let (mut begun, mut behind_cr) = (false, false);
        for (at, byte) in bytes.iter().enumerate() {
            line.push(*byte);
            let next_is_other = bytes.get(at + 1).is_some_and(|next| *next != b'\n');
            let blank_cr = behind_cr && line == b"\r";
            if *byte != b'\n' && !(*byte == b'\r' && (blank_cr || next_is_other)) {
                continue;
            }
            let blank = matches!(&line[..], b"\n" | b"\r\n" | b"\r");
            event.extend_from_slice(&line);
            (begun, behind_cr) = if blank && begun {
                events.push(Bytes::from(std::mem::take(&mut event)));
                (false, false)
            } else {
                (true, line.ends_with(b"\r"))
            };
            line.clear();
        }
        (events, [event, line].concat())
    }

    #[test]
    fn crlf_and_comments_are_kept() {
        let bytes = b": ping\r\n\r\nevent: x\r\ndata: 1\r\n\r\n";
        let (events, rest) = split(&[bytes]);
        assert_eq!(events, [&b": ping\r\n\r\n"[..], b"event: x\r\ndata: 1\r\n\r\n"]);
        assert!(rest.is_empty());
        assert_eq!(event_data(&events[0]), None);
        assert_eq!(event_data(&events[1]).unwrap().as_ref(), b"1");
    }

    #[test]
    fn every_line_end_of_the_standard_ends_lines() {
        for (bytes, expect) in [
            (
                &b"data: 1\r\rdata: 2\rid: 7\r\r"[..],
                &[&b"data: 1\r\r"[..], b"data: 2\rid: 7\r\r"][..],
            ),
            (b"data: 1\r\n\rdata: 2\n\r\n", &[b"data: 1\r\n\r", b"data: 2\n\r\n"]),
            (b"data: 1\n\r\r\rdata: 2\r\n\n", &[b"data: 1\n\r", b"\r\r", b"data: 2\r\n\n"]),
            // The LF belongs to the blank line, which is over before it has come.
            (b"data: 1\r\r\ndata: 2\r\r", &[b"data: 1\r\r", b"\ndata: 2\r\r"]),
        ] {
            let (events, rest) = split(&[bytes]);
            assert_eq!(events, expect);
            assert!(rest.is_empty());
        }
        let (events, rest) = split(&[b"data: 1\r", b"\n\r", b"data: 2\r", b"\r"]);
        assert_eq!(events, [&b"data: 1\r\n\r"[..], b"data: 2\r\r"]);
        assert!(rest.is_empty());
        for event in [&b"data: 1\r\r"[..], b"\ndata: 1\r\r", b": x\rdata: 1\r\r", b"data: 1\n\r"] {
            assert_eq!(event_data(event).unwrap().as_ref(), b"1");
        }
        assert_eq!(event_data(b"data: 1\rdata: 2\r\r").unwrap().as_ref(), b"1\n2");
    }

    #[test]
    fn only_one_leading_space_is_removed() {
        assert_eq!(
            event_data(b"data:  two\ndata:none\ndata\n\n").unwrap().as_ref(),
            b" two\nnone\n"
        );
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_data() {
        assert_eq!(event_data(b"\xef\xbb\xbfdata: 1\n\n").unwrap().as_ref(), b"1");
        assert_eq!(event_data(b"\xef\xbb\xbf: ping\n\n"), None);
    }

    #[test]
    fn a_whole_event_is_shared_with_its_chunk() {
        let chunk = Bytes::from_static(b"data: 1\n\ndata: 2\n\n");
        let mut splitter = EventSplitter::default();
        splitter.push(chunk.clone());
        assert_eq!(splitter.next_event().unwrap().as_ptr(), chunk.as_ptr());
    }

    /// Bytes in which line ends are frequent.
    fn stream() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            Just(b"\n".to_vec()),
            Just(b"\r\n".to_vec()),
            Just(b"\r".to_vec()),
            Just(b"\r\r".to_vec()),
            Just(b"data: {\"a\":1}".to_vec()),
            any::<Vec<u8>>(),
        ];
        prop::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn the_quick_way_to_data_is_the_same(event in stream()) {
            if let Some(data) = only_line(&event) {
                let joined = joined_lines(&event);
                prop_assert_eq!(Some(data), joined.as_deref());
            }
        }

        #[test]
        fn any_chunking_gives_the_same_events(bytes in stream(), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12)) {
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            let chunks: Vec<&[u8]> = cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
            prop_assert_eq!(split(&chunks), by_lines(&bytes));
        }

        #[test]
        fn one_byte_at_a_time_too(bytes in stream()) {
            let chunks: Vec<&[u8]> = bytes.chunks(1).collect();
            prop_assert_eq!(split(&chunks), by_lines(&bytes));
        }
    }
}
