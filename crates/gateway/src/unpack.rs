//! Bodies that clients send packed (`Content-Encoding`): gzip and zstd.

use std::io::{self, Read};

use bytes::Bytes;
use http::{HeaderMap, header};

use crate::error::ApiError;

/// How a body is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packing {
    Gzip,
    Zstd,
}

// === impl Packing ===

impl Packing {
    /// What a request's headers say; `None` for a body as it is.
    ///
    /// # Errors
    /// When it is packed in another way, or several times.
    pub(crate) fn of(headers: &HeaderMap) -> Result<Option<Self>, ApiError> {
        let mut values = headers.get_all(header::CONTENT_ENCODING).iter();
        let Some(value) = values.next() else { return Ok(None) };
        let unknown = || ApiError::UnknownPacking(String::from_utf8_lossy(value.as_bytes()).into());
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

    /// The body as it was before it was packed, of `limit` bytes at most. Other requests of the worker
    /// do not wait for it.
    pub(crate) async fn unpack(self, packed: Bytes, limit: usize) -> Result<Bytes, ApiError> {
        let unpacking = move || self.read(&packed, limit);
        let unpacked = tokio::task::spawn_blocking(unpacking).await;
        let body = unpacked.map_err(io::Error::other).flatten().map_err(ApiError::NotUnpacked)?;
        if body.len() > limit { Err(ApiError::TooLarge { limit: limit >> 20 }) } else { Ok(body) }
    }

    /// One byte more than `limit` at most, however much is packed in it.
    fn read(self, packed: &[u8], limit: usize) -> io::Result<Bytes> {
        let mut body = Vec::new();
        let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
        match self {
            Self::Gzip => {
                flate2::bufread::MultiGzDecoder::new(packed).take(most).read_to_end(&mut body)?;
            }
            Self::Zstd => {
                let frame = ruzstd::decoding::StreamingDecoder::new(packed);
                frame.map_err(io::Error::other)?.take(most).read_to_end(&mut body)?;
            }
        }
        Ok(body.into())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use http::HeaderValue;

    use super::*;

    fn gzip(body: &[u8]) -> Bytes {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        packed.write_all(body).unwrap();
        packed.finish().unwrap().into()
    }

    fn zstd(body: &[u8]) -> Bytes {
        use ruzstd::encoding::{CompressionLevel, compress_to_vec};
        compress_to_vec(body, CompressionLevel::Fastest).into()
    }

    #[test]
    fn the_header_decides() {
        let of = |value: &'static str| {
            let headers = [(header::CONTENT_ENCODING, HeaderValue::from_static(value))];
            Packing::of(&headers.into_iter().collect())
        };
        assert!(matches!(Packing::of(&HeaderMap::new()), Ok(None)));
        assert!(matches!(of("identity"), Ok(None)));
        assert!(matches!(of(" GZip "), Ok(Some(Packing::Gzip))));
        assert!(matches!(of("zstd"), Ok(Some(Packing::Zstd))));
        for unknown in ["br", "deflate", "gzip, zstd"] {
            assert!(matches!(of(unknown), Err(ApiError::UnknownPacking(_))), "{unknown}");
        }
    }

    #[tokio::test]
    async fn a_body_is_unpacked_up_to_the_limit() {
        let body = vec![b'a'; 1 << 20];
        for (packing, packed) in [(Packing::Gzip, gzip(&body)), (Packing::Zstd, zstd(&body))] {
            assert!(packed.len() < body.len() / 10);
            let unpacked = packing.unpack(packed.clone(), body.len()).await;
            assert_eq!(unpacked.unwrap(), body);
            let refused = packing.unpack(packed, body.len() - 1).await;
            assert!(matches!(refused, Err(ApiError::TooLarge { .. })), "{refused:?}");
        }
    }

    #[tokio::test]
    async fn garbage_and_half_a_body_are_refused() {
        let body: Vec<u8> = (0..50_000_u32).flat_map(u32::to_le_bytes).collect();
        for (packing, packed) in [(Packing::Gzip, gzip(&body)), (Packing::Zstd, zstd(&body))] {
            for broken in [Bytes::new(), Bytes::from("{}"), packed.slice(..packed.len() / 2)] {
                let refused = packing.unpack(broken, 1 << 20).await;
                assert!(matches!(refused, Err(ApiError::NotUnpacked(_))), "{refused:?}");
            }
        }
    }
}
