//! The longest possible duration of a piece of speech, by its first bytes.

use base64::{Engine as _, engine::general_purpose::STANDARD};

/// The slowest stream that MP3 and WAV know: 8 kbit/s (MPEG-2 Layer III, ISO/IEC 13818-3). A second
/// of either is therefore at least 1,000 bytes.
pub(super) const SLOWEST: u32 = 1_000;

/// So many letters of base64 are looked at at a time: 96 bytes.
const HEAD: usize = 128;

/// Bit rates of Layer III in kbit/s, for MPEG-1 and for MPEG-2.
const MPEG_1: [u32; 15] = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const MPEG_2: [u32; 15] = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];

/// Bytes a second of a piece of speech, as its header says; `None` where it does not say, or where a
/// file of that kind could hold any length of it.
pub(super) fn bytes_per_second(base64: &str, format: &str) -> Option<u32> {
    let rate = match format {
        "wav" => wav(&bytes_from(base64, 0)?),
        _ => mp3(base64),
    }?;
    (rate >= SLOWEST).then_some(rate)
}

/// Some of the bytes from the one with this number on.
fn bytes_from(base64: &str, start: usize) -> Option<Vec<u8>> {
    // PHP writes a slash as `\/`.
    let letters = base64.bytes().filter(|byte| *byte != b'\\').skip(start / 3 * 4).take(HEAD);
    let letters: Vec<u8> = letters.collect();
    let bytes = STANDARD.decode(&letters[..letters.len() / 4 * 4]).ok()?;
    bytes.get(start % 3..).map(<[u8]>::to_vec)
}

/// A WAV file of plain samples: what its sample rate and the size of a sample come to.
fn wav(head: &[u8]) -> Option<u32> {
    let plain = head.starts_with(b"RIFF") && head.get(8..16)? == b"WAVEfmt ";
    let number = |at: usize| Some(u16::from_le_bytes(head.get(at..at + 2)?.try_into().ok()?));
    // Plain numbers, floats, or either of them in the extensible form.
    if !plain || !matches!(number(20)?, 1 | 3 | 0xFFFE) {
        return None;
    }
    let samples = u32::from_le_bytes(head.get(24..28)?.try_into().ok()?);
    samples.checked_mul(u32::from(number(32)?))
}

/// An MP3 file: the bit rate of its first frame, which is after a tag if it has one.
fn mp3(base64: &str) -> Option<u32> {
    let head = bytes_from(base64, 0)?;
    let tag = match &head[..] {
        [b'I', b'D', b'3', _, _, _, size @ ..] => {
            let size: [u8; 4] = size.first_chunk().copied()?;
            // ID3's sizes have seven bits in each byte.
            10 + size.iter().fold(0, |sum, part| sum << 7 | usize::from(part & 0x7F))
        }
        _ => 0,
    };
    let [0xFF, second, third, ..] = *bytes_from(base64, tag)? else { return None };
    // Layer III has the bits 01; without the version's low bit it is MPEG-2 or 2.5.
    if second & 0xE6 != 0xE2 {
        return None;
    }
    let rates = if second & 0x18 == 0x18 { MPEG_1 } else { MPEG_2 };
    Some(rates.get(usize::from(third >> 4))? * 1_000 / 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(head: &[u8], format: &str, expect: Option<u32>) {
        let mut bytes = head.to_vec();
        bytes.resize(400, 0);
        assert_eq!(bytes_per_second(&STANDARD.encode(bytes), format), expect);
    }

    fn wav_of(kind: u16, samples: u32, size: u16) -> Vec<u8> {
        let mut head = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0".to_vec();
        head.extend(kind.to_le_bytes());
        head.extend(1_u16.to_le_bytes());
        head.extend(samples.to_le_bytes());
        head.extend([0; 4]);
        head.extend(size.to_le_bytes());
        head
    }

    #[test]
    fn a_wav_says_its_rate() {
        check(&wav_of(1, 16_000, 2), "wav", Some(32_000));
        check(&wav_of(0xFFFE, 44_100, 4), "wav", Some(176_400));
        // Any codec may be in it, and one sample may be a day.
        check(&wav_of(0x31, 8_000, 1), "wav", None);
        check(&wav_of(1, 1, 2), "wav", None);
        check(&wav_of(1, u32::MAX, 4), "wav", None);
        check(b"no wav", "wav", None);
    }

    #[test]
    fn an_mp3_says_its_rate() {
        check(&[0xFF, 0xFB, 0x90, 0], "mp3", Some(16_000));
        check(&[0xFF, 0xF3, 0x10, 0], "mp3", Some(1_000));
        check(b"ID3\x04\0\0\0\0\0\x02xx\xFF\xFB\xE0", "mp3", Some(40_000));
        let tagged = [&b"ID3\x04\0\0\0\0\x02\0"[..], &[7; 256], b"\xFF\xFB\x90"].concat();
        check(&tagged, "mp3", Some(16_000));
        check(b"ID3\x04\0\0\0\x7F\0\0", "mp3", None);
        // A free rate, another layer, nothing.
        check(&[0xFF, 0xFB, 0, 0], "mp3", None);
        check(&[0xFF, 0xFD, 0x90, 0], "mp3", None);
        check(b"", "mp3", None);
    }
}
