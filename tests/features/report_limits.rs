//! Many reports of one key at a time: some wait, some are refused, and nobody else waits for them.

use futures_util::future::join_all;
use harness::{
    gateway::{Setup, asking},
    keys::key,
};
use serde_json::json;

#[tokio::test]
async fn more_reports_than_wait_are_refused() {
    let setup = Setup::new().await;
    assert_eq!(setup.chat(&asking("hi")).await.status, 200);
    let plain = format!("Bearer {}", key(&setup, json!({})).await);
    let pages = [
        "/fareway/v1/reports/spend?by=served,day&from=2026-01-01",
        "/fareway/v1/reports/p95",
        "/user/daily/activity?start_date=2026-01-01&end_date=2026-12-31",
        "/spend/logs/v2?start_date=2026-01-01&end_date=2026-12-31",
        "/fareway/v1/requests.csv",
    ];
    for page in pages {
        let alone = setup.get_as(page, &plain).await;
        assert_eq!(alone.status, 200, "{page}: {}", alone.text());
        let replies = join_all((0..60).map(|_| setup.get_as(page, &plain))).await;
        for reply in &replies {
            match reply.status {
                200 => {}
                429 => {
                    let code = &reply.json()["error"]["code"];
                    assert_eq!(code, "too_many_reports", "{}", reply.text());
                    assert!(reply.header("retry-after").is_some());
                }
                _ => panic!("{page}: {} {}", reply.status, reply.text()),
            }
        }
        // One is running and twelve wait, whatever else happens.
        let done = replies.iter().filter(|reply| reply.status == 200).count();
        assert!(done >= 13, "{page}: {done}");
    }
    let list = setup.get_as("/fareway/v1/requests", &plain).await;
    assert_eq!(list.status, 200);
}
