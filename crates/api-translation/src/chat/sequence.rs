//! The blocks of an answer one after the other, however the pieces of a chat are mixed.
//!
//! A chat sends pieces of several calls in turn, and text between them. The other APIs finish one block
//! before the next. The first block that is not finished passes its pieces on at once; those of later
//! blocks wait for its end.

use std::collections::{BTreeSet, VecDeque};

use super::{
    answer::{Broken, CallPiece, Piece},
    arguments::Arguments,
};

/// What a block is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Reasoning,
    Text,
    Refusal,
    Call { id: String, name: String, custom: bool },
}

/// One step of an answer. Steps are balanced: each block is opened, continued and closed before the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Open(Kind),
    More(String),
    Close,
}

/// A block of a whole answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) kind: Kind,
    pub(crate) text: String,
}

/// Puts pieces in sequence.
#[derive(Debug, Default)]
pub(crate) struct Sequence {
    /// The first one is open; the others wait.
    blocks: VecDeque<Waiting>,
    /// Calls that have ended.
    closed: BTreeSet<u64>,
    called: bool,
}

/// A block that has not ended.
#[derive(Debug)]
struct Waiting {
    kind: WaitingKind,
    /// What was not passed on yet.
    text: String,
    opened: bool,
}

#[derive(Debug)]
enum WaitingKind {
    Said(Kind),
    Call { index: u64, id: Option<String>, name: Option<String>, custom: bool, read: Arguments },
}

/// The blocks of a whole answer.
pub(crate) fn blocks(pieces: Vec<Piece<'_>>, answer: &str) -> Result<Vec<Block>, Broken> {
    let mut sequence = Sequence::default();
    let mut steps = Vec::new();
    for piece in pieces {
        sequence.push(piece, &mut steps)?;
    }
    sequence.end(answer, &mut steps)?;
    let mut blocks: Vec<Block> = Vec::new();
    for step in steps {
        match (step, blocks.last_mut()) {
            (Step::Open(kind), _) => blocks.push(Block { kind, text: String::new() }),
            (Step::More(text), Some(block)) => block.text.push_str(&text),
            (Step::More(_) | Step::Close, _) => {}
        }
    }
    Ok(blocks)
}

// === impl Sequence ===

impl Sequence {
    /// Whether a tool was called.
    pub(crate) fn called(&self) -> bool {
        self.called
    }

    /// Takes a piece, and adds the steps that can be made now.
    pub(crate) fn push(&mut self, piece: Piece<'_>, steps: &mut Vec<Step>) -> Result<(), Broken> {
        match piece {
            Piece::Reasoning(text) => self.said(Kind::Reasoning, &text),
            Piece::Text(text) => self.said(Kind::Text, &text),
            Piece::Refusal(text) => self.said(Kind::Refusal, &text),
            Piece::Call(call) => self.call(call)?,
        }
        self.advance(steps);
        Ok(())
    }

    /// Ends all blocks. `answer`: the id of the answer, for calls that have none.
    pub(crate) fn end(&mut self, answer: &str, steps: &mut Vec<Step>) -> Result<(), Broken> {
        for block in &mut self.blocks {
            if let WaitingKind::Call { index, id, name, .. } = &mut block.kind {
                if name.is_none() {
                    return Err(Broken::Unnamed);
                }
                id.get_or_insert_with(|| format!("call_{answer}_{index}"));
            }
        }
        while let Some(mut block) = self.blocks.pop_front() {
            block.pass_on(steps);
            steps.push(Step::Close);
            self.close(&block);
        }
        Ok(())
    }

    fn said(&mut self, kind: Kind, text: &str) {
        if let Some(Waiting { kind: WaitingKind::Said(last), text: waiting, .. }) =
            self.blocks.back_mut()
            && *last == kind
        {
            return waiting.push_str(text);
        }
        let kind = WaitingKind::Said(kind);
        self.blocks.push_back(Waiting { kind, text: text.to_owned(), opened: false });
    }

    fn call(&mut self, piece: CallPiece<'_>) -> Result<(), Broken> {
        self.called = true;
        if self.closed.contains(&piece.index) {
            let late = !piece.input.trim_ascii().is_empty();
            return if late { Err(Broken::LateArguments) } else { Ok(()) };
        }
        let known = self.blocks.iter_mut().find(|block| block.is_call(piece.index));
        let block = match known {
            Some(block) => block,
            None => {
                self.blocks.push_back(Waiting::call(piece.index, piece.custom));
                let Some(block) = self.blocks.back_mut() else { return Ok(()) };
                block
            }
        };
        block.add(piece);
        Ok(())
    }

    /// Passes on what the first block has, and goes on to the next where it has ended.
    fn advance(&mut self, steps: &mut Vec<Step>) {
        while let Some(first) = self.blocks.front_mut() {
            first.pass_on(steps);
            let ended = first.opened && first.has_ended() && self.blocks.len() > 1;
            let Some(block) = (if ended { self.blocks.pop_front() } else { None }) else { return };
            steps.push(Step::Close);
            self.close(&block);
        }
    }

    fn close(&mut self, block: &Waiting) {
        if let WaitingKind::Call { index, .. } = block.kind {
            self.closed.insert(index);
        }
    }
}

// === impl Waiting ===

impl Waiting {
    fn call(index: u64, custom: bool) -> Self {
        let kind =
            WaitingKind::Call { index, id: None, name: None, custom, read: Arguments::default() };
        Self { kind, text: String::new(), opened: false }
    }

    fn is_call(&self, wanted: u64) -> bool {
        matches!(self.kind, WaitingKind::Call { index, .. } if index == wanted)
    }

    /// Adds more of this call.
    fn add(&mut self, piece: CallPiece<'_>) {
        let WaitingKind::Call { id, name, read, .. } = &mut self.kind else { return };
        if id.is_none() {
            *id = piece.id.map(Into::into);
        }
        if name.is_none() {
            *name = piece.name.map(Into::into);
        }
        read.push(&piece.input);
        self.text.push_str(&piece.input);
    }

    /// Whether nothing of this block can follow.
    fn has_ended(&self) -> bool {
        match &self.kind {
            // More of it would be another block.
            WaitingKind::Said(_) => true,
            WaitingKind::Call { custom, read, .. } => !custom && read.is_complete(),
        }
    }

    /// Opens the block once it is known what it is, and passes on what it has.
    fn pass_on(&mut self, steps: &mut Vec<Step>) {
        if !self.opened {
            let Some(kind) = self.known() else { return };
            steps.push(Step::Open(kind));
            self.opened = true;
        }
        if !self.text.is_empty() {
            steps.push(Step::More(std::mem::take(&mut self.text)));
        }
    }

    fn known(&self) -> Option<Kind> {
        match &self.kind {
            WaitingKind::Said(kind) => Some(kind.clone()),
            WaitingKind::Call { id, name, custom, .. } => {
                let (id, name) = (id.clone()?, name.clone()?);
                Some(Kind::Call { id, name, custom: *custom })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(index: u64, id: &'static str, input: &'static str) -> Piece<'static> {
        let named = (!id.is_empty()).then(|| id.into());
        Piece::Call(CallPiece {
            index,
            name: named.clone(),
            id: named,
            input: input.into(),
            custom: false,
        })
    }

    fn open(id: &str) -> Step {
        Step::Open(Kind::Call { id: id.to_owned(), name: id.to_owned(), custom: false })
    }

    fn more(text: &str) -> Step {
        Step::More(text.to_owned())
    }

    #[test]
    fn interleaved_calls_come_one_after_the_other() {
        let (mut sequence, mut steps) = (Sequence::default(), Vec::new());
        for piece in [
            call(0, "a", ""),
            call(1, "b", "{\"x\""),
            call(0, "", "{"),
            Piece::Text("between".into()),
            call(1, "", ":1}"),
            call(0, "", "}"),
        ] {
            sequence.push(piece, &mut steps).unwrap();
        }
        // The first call has ended, and so have those that waited for it.
        let (a, b) = (open("a"), open("b"));
        let expect = [a, more("{"), more("}"), Step::Close, b, more("{\"x\":1}"), Step::Close];
        let text = [Step::Open(Kind::Text), more("between")];
        assert_eq!(steps, [&expect[..], &text[..]].concat());
        sequence.end("i", &mut steps).unwrap();
        assert_eq!(steps.last(), Some(&Step::Close));
        assert_eq!(sequence.push(call(0, "", "{}"), &mut steps), Err(Broken::LateArguments));
    }

    #[test]
    fn a_call_opens_when_it_has_a_name() {
        let (mut sequence, mut steps) = (Sequence::default(), Vec::new());
        let unnamed = CallPiece { input: "{".into(), ..CallPiece::default() };
        sequence.push(Piece::Call(unnamed.clone()), &mut steps).unwrap();
        assert_eq!(steps, []);
        assert_eq!(sequence.end("i", &mut steps), Err(Broken::Unnamed));
        let named = CallPiece { name: Some("f".into()), input: "}".into(), ..unnamed };
        sequence.push(Piece::Call(named), &mut steps).unwrap();
        sequence.end("i", &mut steps).unwrap();
        let kind = Kind::Call { id: "call_i_0".to_owned(), name: "f".to_owned(), custom: false };
        assert_eq!(steps, [Step::Open(kind), more("{}"), Step::Close]);
    }
}
