//! The addresses that upstreams may have if they are added by API rather than by the operator.
//!
//! A name is resolved here, and the connection goes only to the address that was checked, so that a name
//! which resolves to another address a moment later leads nowhere else.

use std::{
    error::Error,
    fmt,
    future::Future,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    vec,
};

use http::Uri;
use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use tower_service::Service;

/// Which addresses requests may go to.
#[derive(Clone, Debug, Default)]
pub struct AddressPolicy {
    allowed: Vec<AllowedHost>,
    /// Whether private addresses are as good as public ones.
    private: bool,
    /// Ends of hosts that may have private addresses where they are reached by TLS.
    private_endpoints: Vec<&'static str>,
}

/// Hosts that are allowed whatever their address is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedHost {
    host: Pattern,
    port: Option<u16>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Pattern {
    /// In lower case.
    Name(String),
    /// `*.example.com`: all names below it.
    Below(String),
    /// The first bits of an address.
    Network(IpAddr, u32),
}

/// An address that requests may not go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForbiddenAddress {
    host: String,
    address: Option<IpAddr>,
    kind: Kind,
}

/// Why an address is no upstream's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Loopback,
    LinkLocal,
    Metadata,
    Private,
    Embedded,
    Reserved,
}

/// Resolves names for connections, to addresses that the policy allows.
#[derive(Clone, Debug)]
pub(crate) struct Resolver {
    inner: GaiResolver,
    /// None: whatever a name resolves to.
    checks: Option<Checks>,
}

/// The checks of one host's addresses.
#[derive(Clone, Debug)]
struct Checks {
    host: Arc<str>,
    private: bool,
    /// Networks that are allowed, also for names that resolve into them.
    networks: Arc<[Pattern]>,
}

/// Azure's platform address in virtual networks, beside 169.254.169.254.
const AZURE_PLATFORM: Ipv4Addr = Ipv4Addr::new(168, 63, 129, 16);
/// AWS's metadata service over IPv6.
const AWS_METADATA: Ipv6Addr = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);

// === impl AddressPolicy ===

impl AddressPolicy {
    /// Public addresses, these hosts, and private addresses if they are as good.
    #[must_use]
    pub fn new(allowed: Vec<AllowedHost>, private: bool) -> Self {
        Self { allowed, private, private_endpoints: Vec::new() }
    }

    /// Hosts, by the end of their names, that may have private addresses where they are reached by
    /// TLS: their certificate proves that it is the provider that answers.
    #[must_use]
    pub fn with_private_endpoints(mut self, ends: impl IntoIterator<Item = &'static str>) -> Self {
        self.private_endpoints.extend(ends);
        self
    }

    /// Looks at a URL as far as that is possible without resolving its host.
    ///
    /// # Errors
    /// When requests may not go there.
    pub fn check(&self, uri: &Uri) -> Result<(), ForbiddenAddress> {
        self.checks(uri).map(drop)
    }

    /// A resolver for connections to a URL.
    pub(crate) fn resolver(&self, uri: &Uri) -> Result<Resolver, ForbiddenAddress> {
        Ok(Resolver { inner: GaiResolver::new(), checks: self.checks(uri)? })
    }

    fn checks(&self, uri: &Uri) -> Result<Option<Checks>, ForbiddenAddress> {
        let host = uri.host().unwrap_or_default();
        // `Uri::host` leaves the brackets around an IPv6 address.
        let host = host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        let usual = if uri.scheme_str() == Some("https") { 443 } else { 80 };
        let port = uri.port_u16().unwrap_or(usual);
        if self.allowed.iter().any(|allowed| allowed.has(&host, port)) {
            return Ok(None);
        }
        // An allowed network can only be recognised once the name is resolved.
        let networks = self.allowed.iter().filter(|allowed| allowed.is_network(port));
        let networks = networks.map(|allowed| allowed.host.clone()).collect();
        let private = self.private || self.is_private_endpoint(uri, &host);
        let checks = Checks { host: host.as_str().into(), private, networks };
        // The connector does not resolve a literal address, so the resolver would never see it.
        if let Ok(address) = host.parse() {
            checks.check(address)?;
        }
        // `localhost.` is the same name as `localhost`.
        let name = host.trim_end_matches('.');
        let is_local = name == "localhost" || name.ends_with(".localhost");
        // With allowed networks the resolver decides, as 127.0.0.0/8 may be one of them.
        if is_local && checks.networks.is_empty() {
            return Err(ForbiddenAddress { host, address: None, kind: Kind::Loopback });
        }
        Ok(Some(checks))
    }

    fn is_private_endpoint(&self, uri: &Uri, host: &str) -> bool {
        let ends = |end: &&str| host.ends_with(end);
        uri.scheme_str() == Some("https") && self.private_endpoints.iter().any(ends)
    }
}

// === impl AllowedHost ===

impl AllowedHost {
    /// A name (`gpu.example.com`), all names below one (`*.example.com`), an address, or a network
    /// (`10.1.0.0/16`); each may have a port.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_lowercase();
        if let Some(host) = Pattern::parse(&text) {
            return Some(Self { host, port: None });
        }
        let (host, port) = text.rsplit_once(':')?;
        let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        Some(Self { host: Pattern::parse(host)?, port: Some(port.parse().ok()?) })
    }

    fn has(&self, host: &str, port: u16) -> bool {
        self.port.is_none_or(|own| own == port) && self.host.has(host)
    }

    /// Whether it allows addresses of a network at this port.
    fn is_network(&self, port: u16) -> bool {
        self.port.is_none_or(|own| own == port) && matches!(self.host, Pattern::Network(..))
    }
}

// === impl Pattern ===

impl Pattern {
    fn parse(text: &str) -> Option<Self> {
        let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
        if let Ok(address) = bare.parse::<IpAddr>() {
            return Some(Self::Network(address, bits(address)));
        }
        if let Some((address, length)) = text.split_once('/') {
            let (address, length) = (address.parse().ok()?, length.parse().ok()?);
            return (length <= bits(address)).then_some(Self::Network(address, length));
        }
        let (name, below) = match text.strip_prefix("*.") {
            Some(name) => (name, true),
            None => (text, false),
        };
        let letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
        let plain = !name.is_empty() && !name.starts_with('.') && name.bytes().all(letter);
        plain.then(|| {
            if below { Self::Below(format!(".{name}")) } else { Self::Name(name.to_owned()) }
        })
    }

    fn has(&self, host: &str) -> bool {
        match self {
            Self::Name(name) => name == host,
            Self::Below(suffix) => host.ends_with(suffix),
            Self::Network(..) => host.parse().is_ok_and(|address| self.contains(address)),
        }
    }

    /// Whether it is a network with this address.
    fn contains(&self, address: IpAddr) -> bool {
        match self {
            Self::Network(network, length) => begins_alike(*network, address, *length),
            Self::Name(_) | Self::Below(_) => false,
        }
    }
}

/// How many bits an address has.
fn bits(address: IpAddr) -> u32 {
    if address.is_ipv4() { 32 } else { 128 }
}

/// Whether two addresses of one family have their first bits in common.
fn begins_alike(one: IpAddr, other: IpAddr, length: u32) -> bool {
    // Shifting by all bits, for a network of length 0, gives nothing: then all are equal.
    let first = |number: u128, bits: u32| number.checked_shr(bits - length).unwrap_or(0);
    match (one, other) {
        (IpAddr::V4(one), IpAddr::V4(other)) => {
            first(u32::from(one).into(), 32) == first(u32::from(other).into(), 32)
        }
        (IpAddr::V6(one), IpAddr::V6(other)) => first(one.into(), 128) == first(other.into(), 128),
        _ => false,
    }
}

// === impl Checks ===

impl Checks {
    fn check(&self, address: IpAddr) -> Result<(), ForbiddenAddress> {
        if self.networks.iter().any(|network| network.contains(address)) {
            return Ok(());
        }
        match Kind::of(address) {
            None => Ok(()),
            Some(Kind::Private) if self.private => Ok(()),
            Some(kind) => {
                let host = self.host.as_ref().to_owned();
                Err(ForbiddenAddress { host, address: Some(address), kind })
            }
        }
    }
}

// === impl Kind ===

impl Kind {
    /// None: an address that anybody's server may have.
    fn of(address: IpAddr) -> Option<Self> {
        match address {
            IpAddr::V4(address) => Self::of_v4(address),
            IpAddr::V6(address) => Self::of_v6(address),
        }
    }

    fn of_v4(address: Ipv4Addr) -> Option<Self> {
        let [a, b, c, _] = address.octets();
        match (a, b, c) {
            (127, ..) => Some(Self::Loopback),
            (169, 254, _) => Some(Self::LinkLocal),
            _ if address == AZURE_PLATFORM => Some(Self::Metadata),
            // RFC 1918, carriers' and other networks' own, and those for measurements.
            (10, ..)
            | (172, 16..=31, _)
            | (192, 168, _)
            | (100, 64..=127, _)
            | (198, 18..=19, _) => Some(Self::Private),
            // This network, protocol assignments, documentation, 6to4 relays, multicast, the rest.
            (0 | 224..=255, ..) | (192, 0, 0 | 2) | (192, 88, 99) => Some(Self::Reserved),
            (198, 51, 100) | (203, 0, 113) => Some(Self::Reserved),
            _ => None,
        }
    }

    fn of_v6(address: Ipv6Addr) -> Option<Self> {
        let parts = address.segments();
        match parts {
            _ if address == AWS_METADATA => Some(Self::Metadata),
            [0, 0, 0, 0, 0, 0, 0, 1] => Some(Self::Loopback),
            [0, 0, 0, 0, 0, 0, 0, 0] => Some(Self::Reserved),
            // IPv4-compatible, -mapped and -translated; NAT64; 6to4; Teredo; ISATAP.
            [0, 0, 0, 0, 0, 0 | 0xffff, ..] | [0, 0, 0, 0, 0xffff, 0, ..] => Some(Self::Embedded),
            [0x64, 0xff9b, ..] | [0x2002, ..] | [0x2001, 0, ..] => Some(Self::Embedded),
            [_, _, _, _, 0 | 0x200, 0x5efe, ..] => Some(Self::Embedded),
            [0xfe80..=0xfebf, ..] => Some(Self::LinkLocal),
            // ULA, and what site-local addresses were.
            [0xfc00..=0xfdff, ..] | [0xfec0..=0xfeff, ..] => Some(Self::Private),
            // Documentation, discard-only, and unassigned addresses.
            [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => Some(Self::Reserved),
            [0x2000..=0x3fff, ..] => None,
            _ => Some(Self::Reserved),
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Loopback => "the gateway's own machine",
            Self::LinkLocal => "a link-local address, where metadata services answer",
            Self::Metadata => "the cloud platform's own service",
            Self::Private => "a private address",
            Self::Embedded => "an IPv6 form of an IPv4 address",
            Self::Reserved => "an address that no server has",
        }
    }
}

// === impl ForbiddenAddress ===

impl fmt::Display for ForbiddenAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, address, kind } = self;
        write!(f, "`{host}` ")?;
        match address {
            Some(address) if address.to_string() != *host => {
                write!(f, "resolves to `{address}`, ")?;
            }
            _ => f.write_str("is ")?,
        }
        write!(
            f,
            "{}: requests of models that are added by API may not go there; add the host to \
             `upstreams.allowed_hosts` of the gateway's configuration",
            kind.words()
        )?;
        if *kind == Kind::Private {
            f.write_str(", or set `upstreams.private_addresses: true`")?;
        }
        f.write_str(", or write the model into its configuration file")
    }
}

impl Error for ForbiddenAddress {}

impl ForbiddenAddress {
    /// The one among an error's causes.
    pub(crate) fn among<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a Self> {
        let mut next = Some(error);
        while let Some(error) = next {
            if let Some(found) = error.downcast_ref() {
                return Some(found);
            }
            next = error.source();
        }
        None
    }
}

// === impl Resolver ===

impl Resolver {
    /// Whatever a name resolves to.
    pub(crate) fn unchecked() -> Self {
        Self { inner: GaiResolver::new(), checks: None }
    }
}

type Found = Result<vec::IntoIter<SocketAddr>, Box<dyn Error + Send + Sync>>;

impl Service<Name> for Resolver {
    type Response = vec::IntoIter<SocketAddr>;
    type Error = Box<dyn Error + Send + Sync>;
    type Future = Pin<Box<dyn Future<Output = Found> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, name: Name) -> Self::Future {
        // Checked after resolving and used as found: a second lookup could return another address.
        let (resolving, checks) = (self.inner.call(name), self.checks.clone());
        Box::pin(async move {
            let found: Vec<_> = resolving.await?.collect();
            Ok(of_allowed(found, checks.as_ref())?.into_iter())
        })
    }
}

/// Those that may be connected to; an error where there were others only.
fn of_allowed(
    found: Vec<SocketAddr>,
    checks: Option<&Checks>,
) -> Result<Vec<SocketAddr>, ForbiddenAddress> {
    let Some(checks) = checks else { return Ok(found) };
    let (mut allowed, mut refused) = (Vec::new(), None);
    for address in found {
        match checks.check(address.ip()) {
            Ok(()) => allowed.push(address),
            Err(error) => refused = Some(error),
        }
    }
    match refused {
        Some(error) if allowed.is_empty() => Err(error),
        _ => Ok(allowed),
    }
}

#[cfg(test)]
mod tests;
