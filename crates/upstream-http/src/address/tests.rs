//! Addresses in every notation, and lists of allowed hosts.

use super::*;

fn policy(allowed: &[&str], private: bool) -> AddressPolicy {
    let allowed = allowed.iter().map(|text| AllowedHost::parse(text).unwrap()).collect();
    AddressPolicy::new(allowed, private).with_private_endpoints([".openai.azure.com"])
}

/// A URL as an endpoint's is read.
fn uri(text: &str) -> Uri {
    url::Url::parse(text).unwrap().as_str().parse().unwrap()
}

#[track_caller]
fn refused(text: &str, kind: Kind) {
    let found = policy(&[], false).check(&uri(text)).map_err(|error| error.kind);
    assert_eq!(found, Err(kind), "{text}");
}

#[test]
fn no_notation_of_an_address_gets_past() {
    for loopback in [
        "127.0.0.1",
        "127.1",
        "127.255.255.254",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "017700000001",
        "127.0.0.1.",
        "%31%32%37.0.0.1",
        "１２７.0.0.1",
        "127。0。0。1",
        "[::1]",
        "[0:0:0:0:0:0:0:1]",
        "localhost",
        "LOCALHOST",
        "localhost.",
        "a.localhost",
    ] {
        refused(&format!("http://{loopback}/x"), Kind::Loopback);
        refused(&format!("https://{loopback}:8443/x"), Kind::Loopback);
    }
    for link_local in [
        "169.254.169.254",
        "2852039166",
        "0xa9fea9fe",
        "0251.0376.0251.0376",
        "169.254.0.1",
        "[fe80::1]",
        "[febf::1]",
    ] {
        refused(&format!("http://{link_local}/"), Kind::LinkLocal);
    }
    for metadata in ["168.63.129.16", "2822734096", "[fd00:ec2::254]"] {
        refused(&format!("http://{metadata}/"), Kind::Metadata);
    }
    for embedded in [
        "[::ffff:127.0.0.1]",
        "[::ffff:8.8.8.8]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[::8.8.8.8]",
        "[::ffff:0:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b:1::a00:1]",
        "[2002:7f00:1::]",
        "[2001:0:1::1]",
        "[2a00::5efe:7f00:1]",
    ] {
        refused(&format!("http://{embedded}/"), Kind::Embedded);
    }
    for reserved in [
        "0.0.0.0",
        "0",
        "[::]",
        "224.0.0.1",
        "255.255.255.255",
        "240.0.0.1",
        "192.0.2.1",
        "[ff02::1]",
        "[100::1]",
        "[2001:db8::1]",
        "[4000::1]",
    ] {
        refused(&format!("http://{reserved}/"), Kind::Reserved);
    }
    for private in [
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "100.64.0.1",
        "198.18.0.1",
        "[fd12::1]",
        "[fec0::1]",
    ] {
        refused(&format!("http://{private}/"), Kind::Private);
        assert_eq!(policy(&[], true).check(&uri(&format!("http://{private}/"))), Ok(()));
    }
    for public in
        ["1.1.1.1", "172.32.0.1", "100.128.0.1", "[2606:4700::1111]", "r.openai.azure.com"]
    {
        assert_eq!(
            policy(&[], false).check(&uri(&format!("https://{public}/"))),
            Ok(()),
            "{public}"
        );
    }
}

/// Zones have no place in a URL.
#[test]
fn zones_are_no_addresses() {
    for zone in ["http://[fe80::1%25eth0]/", "http://[::1%25lo]/", "http://[fe80::1%eth0]/"] {
        assert!(url::Url::parse(zone).is_err(), "{zone}");
    }
}

#[test]
fn hosts_of_the_list_are_allowed_wherever_they_are() {
    let check = |allowed: &str, url: &str| policy(&[allowed], false).check(&uri(url)).is_ok();
    assert!(check("127.0.0.1", "http://127.0.0.1:4000/"));
    assert!(check("127.0.0.1:4000", "http://2130706433:4000/"));
    assert!(!check("127.0.0.1:4000", "http://127.0.0.1:4001/"));
    assert!(!check("127.0.0.1", "http://127.0.0.2/"));
    assert!(check("localhost", "http://LocalHost:1/") && !check("localhost", "http://127.0.0.1/"));
    assert!(check("10.1.0.0/16", "http://10.1.255.255/"));
    assert!(!check("10.1.0.0/16", "http://10.2.0.1/"));
    assert!(check("0.0.0.0/0", "http://169.254.169.254/"));
    assert!(check("::1", "http://[::1]:9/") && check("[::1]:9", "http://[::1]:9/"));
    assert!(!check("[::1]:9", "http://[::1]:8/"));
    assert!(check("fd00::/8", "http://[fd12::1]/") && !check("fd00::/8", "http://[fc12::1]/"));
    assert!(check("r.example.com:443", "https://r.example.com/"));
    for wrong in ["", "*", "*.", ".example.com", "a b", "10.0.0.0/33", "host:port", "http://a"] {
        assert_eq!(AllowedHost::parse(wrong), None, "{wrong}");
    }
    let below = AllowedHost::parse("*.example.com").unwrap();
    assert!(below.has("a.b.example.com", 1) && !below.has("example.com", 1));
    assert!(!below.has("aexample.com", 1));
}

#[track_caller]
fn resolved(url: &str, found: &[&str], expect: Result<&[&str], Kind>) {
    let resolver = policy(&["trusted.example.com"], false).resolver(&uri(url)).unwrap();
    let found = found.iter().map(|address| SocketAddr::new(address.parse().unwrap(), 0)).collect();
    let allowed = of_allowed(found, resolver.checks.as_ref()).map_err(|error| error.kind);
    let allowed = allowed.map(|all| all.iter().map(|one| one.ip().to_string()).collect::<Vec<_>>());
    let expect = expect.map(|all| all.iter().map(ToString::to_string).collect());
    assert_eq!(allowed, expect, "{url}");
}

#[test]
fn a_name_counts_as_what_it_resolves_to() {
    let any = "https://any.example.com/";
    resolved(any, &["1.1.1.1"], Ok(&["1.1.1.1"]));
    resolved(any, &["127.0.0.1"], Err(Kind::Loopback));
    resolved(any, &["1.1.1.1", "169.254.169.254", "::1"], Ok(&["1.1.1.1"]));
    resolved(any, &["::ffff:10.0.0.1"], Err(Kind::Embedded));
    resolved(any, &["10.0.0.1"], Err(Kind::Private));
    resolved(any, &[], Ok(&[]));
    resolved("http://trusted.example.com/", &["127.0.0.1"], Ok(&["127.0.0.1"]));
    // A private endpoint proves by its certificate that it is Azure's.
    resolved("https://r.openai.azure.com/", &["10.0.0.1"], Ok(&["10.0.0.1"]));
    resolved("http://r.openai.azure.com/", &["10.0.0.1"], Err(Kind::Private));
    resolved("https://r.openai.azure.com/", &["127.0.0.1"], Err(Kind::Loopback));
    resolved("https://ropenai.azure.com.example.com/", &["10.0.0.1"], Err(Kind::Private));
}

#[test]
fn a_name_may_resolve_into_a_network_of_the_list() {
    let policy = policy(&["10.1.0.0/16:8443", "127.0.0.1"], false);
    let check = |url: &str, address: &str| {
        let resolver = policy.resolver(&uri(url)).unwrap();
        of_allowed(vec![(address.parse::<IpAddr>().unwrap(), 1).into()], resolver.checks.as_ref())
            .is_ok()
    };
    assert!(check("https://any.example.com:8443/", "10.1.2.3"));
    assert!(!check("https://any.example.com:8443/", "10.2.0.1"));
    assert!(!check("https://any.example.com/", "10.1.2.3"));
    assert!(check("http://localhost:4010/", "127.0.0.1"));
    assert!(!check("http://localhost:4010/", "::1"));
}

#[test]
fn an_error_says_what_to_set() {
    let refusal = |url: &str| policy(&[], false).check(&uri(url)).unwrap_err().to_string();
    assert_eq!(
        refusal("http://2130706433/"),
        "`127.0.0.1` is the gateway's own machine: requests of models that are added by API may not go \
         there; add the host to `upstreams.allowed_hosts` of the gateway's configuration, or write the \
         model into its configuration file"
    );
    assert!(refusal("http://10.0.0.1/").contains("or set `upstreams.private_addresses: true`"));
}

/// The addresses that a connection goes to are those that were looked at.
#[tokio::test]
async fn names_are_resolved_and_looked_at_in_one() {
    let checks =
        |private| Some(Checks { host: "any.example.com".into(), private, networks: [].into() });
    let call = async |checks| {
        let mut resolver = Resolver { inner: GaiResolver::new(), checks };
        resolver.call("localhost".parse().unwrap()).await
    };
    assert!(call(None).await.unwrap().all(|found| found.ip().is_loopback()));
    for private in [false, true] {
        let refused = call(checks(private)).await.unwrap_err();
        let forbidden = ForbiddenAddress::among(&*refused).unwrap();
        assert_eq!(forbidden.kind, Kind::Loopback);
        assert!(forbidden.to_string().starts_with("`any.example.com` resolves to `"));
    }
}
