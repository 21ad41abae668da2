//! Decompression of request bodies with a `Content-Encoding`: gzip and zstd.

use std::io::{self, Read};

use bytes::Bytes;
use http::{HeaderMap, header};

use super::error::ApiError;

/// The compression of a request body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ContentEncoding {
    Gzip,
    Zstd,
}

/// Both formats allow several compressed parts in a row. Each costs its decoder's set-up, so that a body of
/// countless empty ones would keep a thread busy for seconds.
const MOST_PARTS: usize = 1_000;

// === impl ContentEncoding ===

impl ContentEncoding {
    /// The encoding that the headers name; `None` for an uncompressed body.
    ///
    /// # Errors
    /// When it is another encoding, or more than one.
    pub(crate) fn of(headers: &HeaderMap) -> Result<Option<Self>, ApiError> {
        let mut values = headers.get_all(header::CONTENT_ENCODING).iter();
        let Some(value) = values.next() else { return Ok(None) };
        let unknown =
            || ApiError::UnsupportedEncoding(String::from_utf8_lossy(value.as_bytes()).into());
        if values.next().is_some() {
            return Err(unknown());
        }
        match value.to_str().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
            "" | "identity" => Ok(None),
            "gzip" | "x-gzip" => Ok(Some(Self::Gzip)),
            "zstd" => Ok(Some(Self::Zstd)),
            _ => Err(unknown()),
        }
    }

    /// Decompresses a body to at most `limit` bytes, off the worker.
    ///
    /// # Errors
    /// When the body is larger, or not valid in this encoding.
    pub(crate) async fn decode(self, encoded: Bytes, limit: usize) -> Result<Bytes, ApiError> {
        let decoded = tokio::task::spawn_blocking(move || self.read(&encoded, limit)).await;
        let body = decoded.map_err(io::Error::other).flatten().map_err(ApiError::NotDecoded)?;
        if body.len() > limit { Err(ApiError::TooLarge { limit }) } else { Ok(body) }
    }

    /// Reads at most one byte more than `limit`, however much the body expands to.
    fn read(self, mut encoded: &[u8], limit: usize) -> io::Result<Bytes> {
        let mut body = Vec::new();
        for _ in 0..MOST_PARTS {
            let room = u64::try_from(limit - body.len()).unwrap_or(u64::MAX).saturating_add(1);
            self.read_part(&mut encoded, room, &mut body)?;
            if encoded.is_empty() || body.len() > limit {
                return Ok(body.into());
            }
        }
        Err(io::Error::other("the body has too many compressed parts"))
    }

    /// Reads one part: a gzip member or a zstd frame.
    fn read_part(self, rest: &mut &[u8], room: u64, body: &mut Vec<u8>) -> io::Result<usize> {
        match self {
            Self::Gzip => flate2::bufread::GzDecoder::new(rest).take(room).read_to_end(body),
            Self::Zstd => {
                let frame = ruzstd::decoding::StreamingDecoder::new(rest);
                frame.map_err(io::Error::other)?.take(room).read_to_end(body)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use http::HeaderValue;

    use super::*;

    fn gzip(body: &[u8]) -> Bytes {
        let mut encoded = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoded.write_all(body).unwrap();
        encoded.finish().unwrap().into()
    }

    fn zstd(body: &[u8]) -> Bytes {
        use ruzstd::encoding::{CompressionLevel, compress_to_vec};
        compress_to_vec(body, CompressionLevel::Fastest).into()
    }

    #[test]
    fn the_header_decides() {
        let of = |value: &'static str| {
            let headers = [(header::CONTENT_ENCODING, HeaderValue::from_static(value))];
            ContentEncoding::of(&headers.into_iter().collect())
        };
        assert!(matches!(ContentEncoding::of(&HeaderMap::new()), Ok(None)));
        assert!(matches!(of("identity"), Ok(None)));
        assert!(matches!(of(" GZip "), Ok(Some(ContentEncoding::Gzip))));
        assert!(matches!(of("zstd"), Ok(Some(ContentEncoding::Zstd))));
        for unknown in ["br", "deflate", "gzip, zstd"] {
            assert!(matches!(of(unknown), Err(ApiError::UnsupportedEncoding(_))), "{unknown}");
        }
    }

    #[tokio::test]
    async fn a_body_is_decompressed_up_to_the_limit() {
        let body = vec![b'a'; 1 << 20];
        for (encoding, encoded) in
            [(ContentEncoding::Gzip, gzip(&body)), (ContentEncoding::Zstd, zstd(&body))]
        {
            assert!(encoded.len() < body.len() / 10);
            let decoded = encoding.decode(encoded.clone(), body.len()).await;
            assert_eq!(decoded.unwrap(), body);
            let refused = encoding.decode(encoded, body.len() - 1).await;
            assert!(matches!(refused, Err(ApiError::TooLarge { .. })), "{refused:?}");
        }
    }

    #[tokio::test]
    async fn every_part_of_a_body_is_read() {
        for (encoding, part) in
            [(ContentEncoding::Gzip, gzip as fn(&[u8]) -> Bytes), (ContentEncoding::Zstd, zstd)]
        {
            let two: Bytes = [part(b"first, "), part(b"second")].concat().into();
            assert_eq!(encoding.decode(two.clone(), 100).await.unwrap(), "first, second");
            assert!(matches!(encoding.decode(two, 8).await, Err(ApiError::TooLarge { .. })));
            let many: Bytes = part(b"").repeat(MOST_PARTS + 1).into();
            assert!(matches!(encoding.decode(many, 100).await, Err(ApiError::NotDecoded(_))));
        }
    }

    #[tokio::test]
    async fn garbage_and_half_a_body_are_refused() {
        let body: Vec<u8> = (0..50_000_u32).flat_map(u32::to_le_bytes).collect();
        for (encoding, encoded) in
            [(ContentEncoding::Gzip, gzip(&body)), (ContentEncoding::Zstd, zstd(&body))]
        {
            for broken in [Bytes::new(), Bytes::from("{}"), encoded.slice(..encoded.len() / 2)] {
                let refused = encoding.decode(broken, 1 << 20).await;
                assert!(matches!(refused, Err(ApiError::NotDecoded(_))), "{refused:?}");
            }
        }
    }
}
