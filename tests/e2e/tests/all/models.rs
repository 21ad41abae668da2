//! Models that are added, changed, tested and deleted by API while the gateway runs.

use std::path::Path;

use azure_emulator::Emulator;
use gateway::{Running, Workers, config::Config};
use http::Method;
use insta::assert_json_snapshot;
use serde_json::{Value, json};

use crate::{
    client::{Opened, Reply, http, request},
    house::{AZURE_KEY, CHAT, GROUP, House, KEY, asking, entry, environment, gateway},
    keys::{key, manage},
    prices::{expected, usd},
};

async fn ask(house: &House, group: &str) -> Reply {
    let mut body = asking("Hello!");
    body["model"] = group.into();
    house.chat(&body).await
}

/// Status, code and message of a refusal.
fn told(reply: &Reply) -> String {
    let error = &reply.json()["error"];
    let text = |name: &str| error[name].as_str().unwrap_or("-").to_owned();
    format!("{} {}: {}", reply.status, text("code"), text("message"))
}

async fn refused(house: &House, path: &str, body: &Value) -> String {
    let reply = house.post(path, &[], body.to_string()).await;
    assert_ne!(reply.status, 200, "{path} {body}: {}", reply.text());
    told(&reply)
}

fn params(azure: &Emulator) -> Value {
    json!({"model": "azure_ai/azure-model-router", "api_base": azure.openai_v1(),
        "api_key": AZURE_KEY})
}

fn smart(azure: &Emulator) -> Value {
    json!({"model_name": "smart", "litellm_params": params(azure), "model_info": {"id": "m1"}})
}

/// Ends the gateway and starts one of these workers with the same books and this environment.
async fn restarted(house: House, env: &dyn Fn(&str) -> Option<String>, workers: usize) -> House {
    let House { azure, gateway: old, http, folder } = house;
    old.shutdown().await;
    let entry = entry(GROUP, "azure_ai/azure-model-router", &azure.openai_v1());
    let gateway = started(&entry, folder.path(), env, workers).await;
    House { azure, gateway, http, folder }
}

async fn started(
    entry: &str,
    folder: &Path,
    env: &dyn Fn(&str) -> Option<String>,
    workers: usize,
) -> Running {
    let text =
        format!("model_list:\n{entry}general_settings:\n  master_key: os.environ/MASTER_KEY\n");
    let file = folder.join("config.yaml").display().to_string();
    let config = Config::parse(&text, &file, env).unwrap();
    Running::start(config, ([127, 0, 0, 1], 0).into(), Workers(workers)).await.unwrap()
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for file in std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()) {
        if file.is_dir() {
            all.extend(files(&file));
        } else {
            all.push(std::fs::read(file).unwrap());
        }
    }
    all
}

/// Picodollars of a JSON number, exactly: `1.3e-6` is one of 1,300,000.
fn picos(number: &Value) -> u128 {
    let text = number.to_string();
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let shift = 12 + exponent.parse::<i32>().unwrap() - i32::try_from(part.len()).unwrap();
    let digits: u128 = format!("{whole}{part}").parse().unwrap();
    match u32::try_from(shift) {
        Ok(shift) => digits * 10_u128.pow(shift),
        // A zero that serde has written behind the point.
        Err(_) => digits / 10_u128.pow(shift.unsigned_abs()),
    }
}

async fn patch(house: &House, id: &str, body: &Value) -> Reply {
    let bearer = format!("Bearer {KEY}");
    let path = format!("/model/{id}/update");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let request =
        request(house.gateway.address(), (Method::PATCH, &path), &headers, body.to_string());
    Opened::send(&house.http, request).await.rest().await
}

#[tokio::test]
async fn a_model_that_is_added_answers_at_once_and_outlives_the_gateway() {
    let house = House::in_scenarios("served=gpt-5-nano-2025-08-07").await;
    assert_eq!(ask(&house, "smart").await.status, 404);
    let mut row = manage(&house, "/model/new", smart(&house.azure)).await;
    for volatile in ["created_at", "updated_at", "url"] {
        assert!(row[volatile].is_string(), "{row}");
        row[volatile] = "REDACTED".into();
    }
    row["litellm_params"]["api_base"] = "REDACTED".into();
    assert_json_snapshot!(row, @r#"
    {
      "blocked": false,
      "created_at": "REDACTED",
      "created_by": "master_key",
      "litellm_params": {
        "api_base": "REDACTED",
        "api_key": "********",
        "model": "azure_ai/azure-model-router"
      },
      "model_id": "m1",
      "model_info": {
        "id": "m1"
      },
      "model_name": "smart",
      "updated_at": "REDACTED",
      "updated_by": "master_key",
      "url": "REDACTED",
      "warnings": []
    }
    "#);
    let reply = ask(&house, "smart").await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let total = expected("gpt-5-nano-2025-08-07", &reply.json()["usage"]).total();
    assert_eq!(house.receipt(reply.id()).await["cost"]["total"], usd(total));
    let ids = |list: &Value| -> Vec<String> {
        let data = list["data"].as_array().unwrap();
        data.iter().map(|model| model["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(&house.get("/v1/models").await.json()), [GROUP, "smart"]);
    assert_eq!(house.get("/v1/models/smart").await.json()["id"], "smart");

    let mut house = restarted(house, &environment, 2).await;
    // New connections go to the workers in turn, and each of them sees a change.
    for _ in 0..4 {
        house.http = http();
        assert_eq!(ask(&house, "smart").await.status, 200);
    }
    manage(&house, "/model/update", json!({"model_id": "m1", "model_name": "clever"})).await;
    for _ in 0..4 {
        house.http = http();
        assert_eq!(ask(&house, "smart").await.status, 404);
        assert_eq!(ask(&house, "clever").await.status, 200);
    }
}

/// Two gateways with one store: the other one hears of a change within a second, or a little more
/// on a busy machine.
#[tokio::test]
async fn another_gateway_hears_of_a_change() {
    let house = House::new().await;
    let first = entry(GROUP, "azure_ai/azure-model-router", &house.azure.openai_v1());
    let ledger = "ledger:\n  spool: other.spool\n";
    let other = gateway(&first, ledger, 1, house.folder.path()).await;
    manage(&house, "/model/new", smart(&house.azure)).await;
    let bearer = format!("Bearer {KEY}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let mut body = asking("Hello!");
    body["model"] = "smart".into();
    let mut last = 0;
    for _ in 0..500 {
        let request = request(other.address(), (Method::POST, CHAT), &headers, body.to_string());
        last = Opened::send(&house.http, request).await.rest().await.status;
        if last == 200 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(last, 200);
    other.shutdown().await;
}

#[tokio::test]
async fn a_credential_is_nowhere_to_be_seen() {
    let house = House::new().await;
    let mut all = Vec::new();
    let new = house.post("/model/new", &[], smart(&house.azure).to_string()).await;
    all.push(new);
    let test = json!({"litellm_params": {}, "model_info": {"id": "m1"}});
    all.push(house.post("/health/test_connection", &[], test.to_string()).await);
    let update = json!({"model_id": "m1", "litellm_params": {"api_key": AZURE_KEY}});
    all.push(house.post("/model/update", &[], update.to_string()).await);
    all.push(patch(&house, "m1", &json!({"blocked": false})).await);
    for path in ["/model/info", "/v1/model/info?litellm_model_id=m1", "/v2/model/info?search=SMART"]
    {
        all.push(house.get(path).await);
    }
    for reply in &all {
        assert_eq!(reply.status, 200, "{}", reply.text());
        assert!(!reply.text().contains(AZURE_KEY), "{}", reply.text());
        assert!(reply.text().contains("azure-model-router"), "{}", reply.text());
    }
    assert_eq!(all[0].json()["litellm_params"]["api_key"], "********");
    assert!(all[4].json()["data"][1]["litellm_params"].get("api_key").is_none());
    assert_eq!(ask(&house, "smart").await.status, 200);
    let find = |what: &str| {
        let found = |file: &Vec<u8>| file.windows(what.len()).any(|part| part == what.as_bytes());
        files(house.folder.path()).iter().any(found)
    };
    // The database, its log and the spool: what is sealed is there, and the secret is not.
    assert!(find("fareway:v1:"));
    assert!(!find(AZURE_KEY));
    let House { azure: _azure, gateway, folder, .. } = house;
    gateway.shutdown().await;
    let found =
        |file: &Vec<u8>| file.windows(AZURE_KEY.len()).any(|part| part == AZURE_KEY.as_bytes());
    assert!(!files(folder.path()).iter().any(found));
}

#[tokio::test]
async fn a_model_changes_and_goes_while_requests_run() {
    let house = House::in_scenarios("slow-chunks=20").await;
    manage(&house, "/model/new", smart(&house.azure)).await;
    // A wrong key, and the right one again; all else stays.
    let wrong = json!({"model_id": "m1", "litellm_params": {"api_key": "another-key"}});
    manage(&house, "/model/update", wrong).await;
    let reply = ask(&house, "smart").await;
    assert_eq!(told(&reply).split_once(':').unwrap().0, "401 401", "{}", reply.text());
    let right = json!({"model_info": {"id": "m1", "router": false, "description": "mine"},
        "litellm_params": {"api_key": AZURE_KEY, "api_version": "v1"}});
    let row = manage(&house, "/model/update", right).await;
    assert_eq!(row["litellm_params"]["api_version"], "v1");
    assert_eq!(row["litellm_params"]["model"], "azure_ai/azure-model-router");
    assert_eq!(row["model_info"]["description"], "mine");
    let masked = json!({"litellm_params": {"api_key": "********"}, "model_info": {"router": null},
        "litellm_params_to_remove": ["api_version"]});
    let row = patch(&house, "m1", &masked).await.json();
    assert_eq!(row["litellm_params"].get("api_version"), None, "{row}");
    assert_eq!(row["model_info"].get("router"), None);
    assert_eq!(row["litellm_params"]["api_key"], "********");

    let mut streaming = crate::house::streaming("Hello!");
    streaming["model"] = "smart".into();
    let mut opened = house.open(&streaming).await;
    opened.until("data:").await;
    manage(&house, "/model/update", json!({"model_id": "m1", "blocked": true})).await;
    assert_eq!(
        told(&ask(&house, "smart").await),
        "403 model_blocked: the model `smart` is blocked for now; ask whoever manages the gateway"
    );
    assert_eq!(house.get("/v1/models/smart").await.status, 404);
    let info = house.get("/model/info?litellm_model_id=m1").await.json();
    assert_eq!(info["data"][0]["model_info"]["blocked"], true);
    manage(&house, "/model/update", json!({"model_id": "m1", "blocked": false})).await;
    let gone = manage(&house, "/model/delete", json!({"id": "m1"})).await;
    assert_eq!(gone, json!({"message": "Model: m1 deleted successfully"}));
    assert!(told(&ask(&house, "smart").await).starts_with("404 model_not_found"));
    assert_eq!(
        refused(&house, "/model/delete", &json!({"id": "m1"})).await,
        "404 not_found: there is no model `m1`"
    );
    // What had begun has ended well.
    assert!(opened.rest().await.is_done());
}

/// A strict budget is kept by the prices of the deployment that there is now.
#[tokio::test]
async fn a_budget_follows_a_change_of_price() {
    let house = House::new().await;
    let mut free = smart(&house.azure);
    free["model_info"]["router"] = false.into();
    free["model_info"]["input_cost_per_token"] = 0.into();
    free["model_info"]["output_cost_per_token"] = 0.into();
    manage(&house, "/model/new", free).await;
    let key = key(&house, json!({"max_budget": 0.01})).await;
    let mut body = asking("Hello!");
    body["model"] = "smart".into();
    assert_eq!(crate::keys::ask(&house, &key, &body).await.status, 200);
    let dear = json!({"model_id": "m1", "model_info": {"output_cost_per_token": 0.001}});
    manage(&house, "/model/update", dear).await;
    let reply = crate::keys::ask(&house, &key, &body).await;
    assert!(told(&reply).starts_with("429 budget_exceeded"), "{}", reply.text());
}

/// Whoever may change a model may not have its credential sent to themselves.
#[tokio::test]
async fn a_stored_credential_stays_with_its_host() {
    let house = House::new().await;
    let thief = crate::house::azure().await;
    manage(&house, "/model/new", smart(&house.azure)).await;
    let aside = json!({"model_id": "m1", "litellm_params": {"api_base": thief.openai_v1()}});
    for path in ["/model/update", "/health/test_connection"] {
        assert_eq!(
            refused(&house, path, &aside).await,
            "400 invalid_field: the new `litellm_params` would send the stored `api_key` to another \
             host than the one that it was given for; give `api_key` again"
        );
    }
    assert_eq!(thief.count(), 0);
    let mut whole = aside.clone();
    whole["litellm_params"]["api_key"] = AZURE_KEY.into();
    manage(&house, "/model/update", whole).await;
    assert_eq!(ask(&house, "smart").await.status, 200);
    assert_eq!(thief.count(), 1);
}

#[tokio::test]
async fn models_of_the_file_cannot_be_changed() {
    let house = House::new().await;
    let info = house.get("/model/info").await.json();
    let id = info["data"][0]["model_info"]["id"].as_str().unwrap().to_owned();
    let fixed = format!(
        "409 model_in_config: the model `{id}` stands in the gateway's configuration file and cannot \
         be changed by API; change it there, and restart the gateway"
    );
    assert_eq!(refused(&house, "/model/delete", &json!({"id": id})).await, fixed);
    assert_eq!(refused(&house, "/model/update", &json!({"model_id": id})).await, fixed);
    assert_eq!(told(&patch(&house, &id, &json!({})).await), fixed);
    let mut same = smart(&house.azure);
    same["model_info"]["id"] = id.clone().into();
    assert_eq!(
        refused(&house, "/model/new", &same).await,
        format!("409 conflict: another model has the id `{id}`")
    );
    // It may be joined by others, which fail over to each other.
    let mut joined = smart(&house.azure);
    joined["model_name"] = GROUP.into();
    manage(&house, "/model/new", joined).await;
    let groups = house.get("/model_group/info").await.json();
    assert_eq!(groups["data"][0]["deployments"], 2);
    // And only an admin manages models.
    let key = key(&house, json!({})).await;
    let bearer = format!("Bearer {key}");
    for path in ["/model/info", "/v2/model/info"] {
        assert_eq!(house.get_as(path, &bearer).await.status, 403);
    }
    assert_eq!(house.get_as("/model_group/info", &bearer).await.status, 200);
    for path in ["/model/new", "/model/update", "/model/delete", "/health/test_connection"] {
        let reply = house.post(path, &[("authorization", &bearer)], "{}").await;
        assert_eq!(reply.status, 403, "{path}: {}", reply.text());
    }
}

/// A key that is lost takes nothing down but what was encrypted with it.
#[tokio::test]
async fn a_model_that_cannot_be_decrypted_is_left_out() {
    let house = House::new().await;
    manage(&house, "/model/new", smart(&house.azure)).await;
    let salted = |name: &str| match name {
        "FAREWAY_SALT_KEY" => Some("a-salt-key".to_owned()),
        "MASTER_KEY" => Some("sk-another-master-key".to_owned()),
        name => environment(name),
    };
    let house = restarted(house, &salted, 1).await;
    let as_new = [("authorization", "Bearer sk-another-master-key")];
    let chat = async |group: &str| {
        let mut body = asking("Hello!");
        body["model"] = group.into();
        house.post(CHAT, &as_new, body.to_string()).await
    };
    assert_eq!(chat(GROUP).await.status, 200);
    assert_eq!(
        told(&chat("smart").await),
        "503 model_unusable: the model `smart` cannot be used at the moment; the gateway's log tells why"
    );
    let info = house.get_as("/model/info?litellm_model_id=m1", as_new[0].1).await.json();
    let error = &info["data"][0]["model_info"]["error"];
    assert!(error.as_str().unwrap().contains("FAREWAY_SALT_KEY"), "{info}");
    let again = json!({"model_id": "m1", "litellm_params": {"api_key": AZURE_KEY}}).to_string();
    let mended = house.post("/model/update", &as_new, again).await;
    assert_eq!(mended.status, 200, "{}", mended.text());
    assert_eq!(chat("smart").await.status, 200);
}

#[tokio::test]
async fn without_a_key_to_encrypt_with_no_credential_is_taken() {
    let azure = crate::house::azure().await;
    let folder = tempfile::tempdir().unwrap();
    let entry = entry(GROUP, "azure_ai/azure-model-router", &azure.openai_v1());
    let file = folder.path().join("config.yaml").display().to_string();
    let config = Config::parse(&format!("model_list:\n{entry}"), &file, &environment).unwrap();
    let gateway = Running::start(config, ([127, 0, 0, 1], 0).into(), Workers(1)).await.unwrap();
    let house = House { azure, gateway, http: http(), folder };
    assert_eq!(
        refused(&house, "/model/new", &smart(&house.azure)).await,
        "409 credential_not_protected: the model `m1`: there is neither `FAREWAY_SALT_KEY` nor a \
         master key to encrypt `api_key` with; set the environment variable `FAREWAY_SALT_KEY` to a \
         long random text, and keep it"
    );
    assert_eq!(house.get("/model/info").await.json()["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_wrong_with_a_model_is_said_with_its_place() {
    let house = House::new().await;
    manage(&house, "/model/new", smart(&house.azure)).await;
    let azure = &house.azure;
    let with = |key: &str, value: Value| {
        let mut new = json!({"model_name": "new", "litellm_params": params(azure)});
        new["litellm_params"][key] = value;
        ("/model/new", new)
    };
    let info = |value: Value| {
        (
            "/model/new",
            json!({"model_name": "new", "litellm_params": params(azure), "model_info": value}),
        )
    };
    let wrong = [
        ("/model/new", json!({})),
        ("/model/new", json!([])),
        ("/model/new", json!({"model_name": "new"})),
        ("/model/new", json!({"model_name": "", "litellm_params": params(azure)})),
        ("/model/new", json!({"model_name": "a\nb", "litellm_params": params(azure)})),
        ("/model/new", json!({"model_name": 5, "litellm_params": params(azure)})),
        ("/model/new", json!({"model_name": "new", "litellm_params": "x"})),
        ("/model/new", json!({"model_name": "new", "guardrails": ["x"]})),
        with("model", Value::Null),
        with("model", "openai/gpt-5".into()),
        with("model", "azure_ai/".into()),
        with("api_base", Value::Null),
        with("api_base", "r.openai.azure.com".into()),
        with("api_base", "https://portal.azure.com/x".into()),
        with("api_base", "http://r.openai.azure.com".into()),
        with("api_base", "https://u:p4ss@r.openai.azure.com".into()),
        with("api_base", json!(["x"])),
        with("api_version", "soon".into()),
        with("api_key", Value::Null),
        with("api_key", "".into()),
        with("api_key", "two words".into()),
        with("api_key", "os.environ/HOME".into()),
        with("api_key", "********".into()),
        with("azure_identity", "environment".into()),
        with("azure_identity", "managed_identity".into()),
        with("azure_identity", "workload_identity".into()),
        with("input_cost_per_token", json!(-1)),
        with("input_cost_per_token", json!(1e300)),
        with("input_cost_per_token", "NaN".into()),
        with("input_cost_per_token", json!(0.1)),
        with("allow_http", "maybe".into()),
        info(json!({"id": "m1"})),
        info(json!({"id": "a/b"})),
        info(json!({"id": 5})),
        info(json!({"router": "perhaps"})),
        info(json!({"deployment_type": "ptu"})),
        info(json!({"deployment_type": "data_zone"})),
        info(json!([1])),
        ("/model/update", json!({"model_name": "x"})),
        ("/model/update", json!({"model_id": "nobody"})),
        ("/model/update", json!({"model_id": "m1", "model_info": {"id": "m2"}})),
        ("/model/update", json!({"model_id": "m1", "litellm_params_to_remove": ["api_key"]})),
        ("/model/update", json!({"model_id": "m1", "blocked": "yes"})),
        ("/model/delete", json!({})),
        ("/model/delete", json!({"id": "'; DROP TABLE models; --"})),
        ("/health/test_connection", json!({})),
        ("/health/test_connection", json!({"mode": "embedding", "litellm_params": params(azure)})),
        ("/health/test_connection", json!({"model_info": {"id": "nobody"}})),
        ("/cost/estimate", json!({})),
        ("/cost/estimate", json!({"model": GROUP, "input_tokens": 1})),
        ("/cost/estimate", json!({"model": GROUP, "input_tokens": -1, "output_tokens": 1})),
        ("/cost/estimate", json!({"model": GROUP, "input_tokens": 1.5, "output_tokens": 1})),
        ("/cost/estimate", json!({"model": GROUP, "input_tokens": 1e30, "output_tokens": 1})),
        (
            "/cost/estimate",
            json!({"model": GROUP, "input_tokens": 5, "output_tokens": 1, "cached_tokens": 6}),
        ),
        (
            "/cost/estimate",
            json!({"model": GROUP, "input_tokens": 5, "output_tokens": 1, "zone": "mars"}),
        ),
        (
            "/cost/estimate",
            json!({"model": GROUP, "input_tokens": 5, "output_tokens": 1, "service_tier": "gold"}),
        ),
        (
            "/cost/estimate",
            json!({"model": GROUP, "input_tokens": 5, "output_tokens": 1, "router": false}),
        ),
        ("/cost/estimate", json!({"model": "nobody", "input_tokens": 5, "output_tokens": 1})),
        ("/spend/calculate", json!({})),
        ("/spend/calculate", json!({"messages": []})),
        ("/spend/calculate", json!({"completion_response": 5})),
        ("/spend/calculate", json!({"model": "nobody", "messages": []})),
    ];
    let mut all = Vec::new();
    for (path, body) in wrong {
        let told = refused(&house, path, &body).await;
        assert!(told.starts_with('4'), "{told}");
        all.push(format!("{path} {told}"));
    }
    let pages =
        ["/v2/model/info?page=0", "/v2/model/info?size=x", "/model/info?litellm_model_id=x"];
    for path in pages {
        all.push(format!("{path} {}", told(&house.get(path).await)));
    }
    assert!(all.iter().all(|line| !line.contains("p4ss") && !line.contains("two words")));
    insta::assert_snapshot!(all.join("\n"), @r#"
    /model/new 400 invalid_field: expected the field `model_name`, found none
    /model/new 400 invalid_field: expected a JSON object in the request's body: invalid type: sequence, expected a map at line 1 column 0
    /model/new 400 invalid_model: `litellm_params`: the key `model` is missing
    /model/new 400 invalid_field: expected `model_name` to be a name of at most 256 bytes on one line, found ``
    /model/new 400 invalid_field: expected `model_name` to be a name of at most 256 bytes on one line, found `a�b`
    /model/new 400 invalid_field: expected `model_name` to be a text, found `5`
    /model/new 400 invalid_field: expected `litellm_params` to be an object, found `"x"`
    /model/new 400 invalid_field: the field `guardrails` is not known here and would have no effect; leave it out
    /model/new 400 invalid_model: `litellm_params`: the key `model` is missing
    /model/new 400 invalid_model: `litellm_params.model`: expected a model such as `azure_ai/<deployment>` or `azure/<deployment>`, found `openai/gpt-5`: only Azure is served
    /model/new 400 invalid_model: `litellm_params.model`: expected the deployment's name after the prefix, as in `azure_ai/my-model-router`, found `azure_ai/`
    /model/new 400 invalid_model: `litellm_params`: the key `api_base` is missing
    /model/new 400 invalid_model: `litellm_params.api_base`: `api_base` does not start with `https://`; write `https://r.openai.azure.com/openai/v1/`
    /model/new 400 invalid_model: `litellm_params.api_base`: `portal.azure.com` is a portal for people, not an endpoint; write the resource's endpoint, such as `https://RESOURCE.services.ai.azure.com/openai/v1/`
    /model/new 400 invalid_model: `litellm_params.api_base`: `http://r.openai.azure.com` would carry the key unencrypted; write `https://r.openai.azure.com` (`http://` is for this machine, and elsewhere needs `allow_http: true`)
    /model/new 400 invalid_model: `litellm_params.api_base`: `api_base` has a user name or password in it; leave it out and set `api_key`
    /model/new 400 invalid_model: `litellm_params.api_base`: expected a single value, found `a list`
    /model/new 400 invalid_model: `litellm_params.api_base`: `api_version` is none of Azure's; expected a date such as `2024-10-21`, or `v1`
    /model/new 400 invalid_model: `litellm_params`: there is no credential; give `api_key`, or `tenant_id`, `client_id` and `client_secret`, or `azure_identity: managed_identity`
    /model/new 400 invalid_model: `litellm_params`: the key is empty
    /model/new 400 invalid_model: `litellm_params`: the key has white space, a line break or other characters that a header cannot hold
    /model/new 400 invalid_model: `litellm_params.api_key`: `os.environ/…` would read the gateway's environment, which nobody can by API; give the value itself, or write the model into the configuration file
    /model/new 400 invalid_model: `litellm_params`: there is no credential; give `api_key`, or `tenant_id`, `client_id` and `client_secret`, or `azure_identity: managed_identity`
    /model/new 400 invalid_model: `litellm_params.azure_identity`: `environment` is the gateway's own identity, which models that are added by API can use as `managed_identity` and for Azure's own hosts only; write the model into the configuration file
    /model/new 400 invalid_model: `litellm_params.azure_identity`: `managed_identity` is the gateway's own identity, which models that are added by API can use as `managed_identity` and for Azure's own hosts only; write the model into the configuration file
    /model/new 400 invalid_model: `litellm_params.azure_identity`: `workload_identity` is the gateway's own identity, which models that are added by API can use as `managed_identity` and for Azure's own hosts only; write the model into the configuration file
    /model/new 400 invalid_model: `litellm_params.input_cost_per_token`: expected a price in dollars per token, with at most 12 decimals, found `-1`
    /model/new 400 invalid_model: `litellm_params.input_cost_per_token`: expected a price in dollars per token, with at most 12 decimals, found `1e+300`
    /model/new 400 invalid_model: `litellm_params.input_cost_per_token`: expected a price in dollars per token, with at most 12 decimals, found `NaN`
    /model/new 400 invalid_model: `model_info`: the key `output_cost_per_token` is missing
    /model/new 400 invalid_model: `litellm_params.allow_http`: expected true or false, found `maybe`
    /model/new 409 conflict: another model has the id `m1`
    /model/new 400 invalid_field: expected `model_info.id` to be a text of at most 256 bytes without blanks and `/`, found `a/b`
    /model/new 400 invalid_field: expected `model_info.id` to be a text of at most 256 bytes without blanks and `/`, found `5`
    /model/new 400 invalid_model: `model_info.router`: expected true or false, found `perhaps`
    /model/new 400 invalid_model: `model_info.deployment_type`: expected a deployment_type of `global_standard`, `data_zone_standard`, `regional_standard`, `global_batch` or `data_zone_batch`, found `ptu`
    /model/new 400 invalid_model: `model_info.deployment_type`: a data zone deployment needs a zone: add `zone: us`, `eu`, `apac` or `us_gov`
    /model/new 400 invalid_field: expected `model_info` to be an object, found `[1]`
    /model/update 400 invalid_field: expected `model_info.id` or `model_id`, which says which model, found none
    /model/update 404 not_found: there is no model `nobody`
    /model/update 400 invalid_field: expected `model_info.id` to be the same as `model_id`, found `m2`
    /model/update 400 invalid_model: `litellm_params`: there is no credential; give `api_key`, or `tenant_id`, `client_id` and `client_secret`, or `azure_identity: managed_identity`
    /model/update 400 invalid_field: expected `blocked` to be true or false, found `"yes"`
    /model/delete 400 invalid_field: expected the field `id`, found none
    /model/delete 404 not_found: there is no model `'; DROP TABLE models; --`
    /health/test_connection 400 invalid_model: `litellm_params`: the key `model` is missing
    /health/test_connection 400 invalid_field: expected `mode` to be `chat`, which is all that is served here, found `embedding`
    /health/test_connection 404 not_found: there is no model `nobody`
    /cost/estimate 400 invalid_field: expected the field `model`, found none
    /cost/estimate 400 invalid_field: expected the field `output_tokens`, found none
    /cost/estimate 400 invalid_field: expected `input_tokens` to be a whole number of zero or more, found `-1`
    /cost/estimate 400 invalid_field: expected `input_tokens` to be a whole number of zero or more, found `1.5`
    /cost/estimate 400 invalid_field: expected `input_tokens` to be a whole number of zero or more, found `1e+30`
    /cost/estimate 400 invalid_field: cached (6) and written (0) tokens exceed the prompt's 5
    /cost/estimate 400 invalid_field: expected a zone of `us`, `eu`, `apac` or `us_gov`, found `mars`
    /cost/estimate 400 invalid_field: expected `service_tier` to be `default`, `priority` or `flex`, found `gold`
    /cost/estimate 400 invalid_field: `azure-model-router` is a model group, whose deployments say how they are sold; leave out `deployment_type`, `zone`, `region` and `router`
    /cost/estimate 404 model_not_found: the model `nobody` does not exist here; `GET /v1/models` lists those that do
    /spend/calculate 400 invalid_field: expected `completion_response`, or `model` and `messages`, found neither
    /spend/calculate 400 invalid_field: expected the field `model` beside `messages`, found none
    /spend/calculate 400 invalid_field: expected `completion_response` to be a chat completion, found `5`
    /spend/calculate 404 model_not_found: the model `nobody` does not exist here; `GET /v1/models` lists those that do
    /v2/model/info?page=0 400 invalid_field: expected `page` to be a whole number of 1 or more, found `0`
    /v2/model/info?size=x 400 invalid_field: expected `size` to be a whole number of 1 or more, found `x`
    /model/info?litellm_model_id=x 404 not_found: there is no model `x`
    "#);
    assert_eq!(house.azure.count(), 0);
    // Nothing came of any of it.
    assert_eq!(house.get("/model/info").await.json()["data"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn what_has_no_effect_is_told_and_not_kept() {
    let house = House::new().await;
    let mut new = smart(&house.azure);
    new["litellm_params"]["aws_secret_access_key"] = "s3cret-of-somebody".into();
    new["litellm_params"]["rpm"] = 5.into();
    new["litellm_params"]["api_version"] = "2024-10-21".into();
    new["model_info"]["owner"] = "ann".into();
    new["zone"] = "eu".into();
    new["deployment_type"] = "data_zone".into();
    let row = manage(&house, "/model/new", new).await;
    assert_json_snapshot!(row["warnings"], @r#"
    [
      "`api_version: 2024-10-21` is not used: the URL is of the form `/openai/v1`",
      "`model_info.owner` is not known here and has no effect",
      "`litellm_params.aws_secret_access_key` is not known here and has no effect, and is not kept",
      "`litellm_params.rpm` is not known here and has no effect, and is not kept"
    ]
    "#);
    assert_eq!(row["model_info"]["owner"], "ann");
    assert!(!row.to_string().contains("s3cret-of-somebody"));
    let info = house.get("/model/info?litellm_model_id=m1").await.json();
    let info = &info["data"][0]["model_info"];
    assert_eq!(info["deployment_type"], "data_zone_standard");
    assert_eq!((&info["zone"], &info["owner"]), (&"eu".into(), &"ann".into()));
}

#[tokio::test]
async fn a_model_is_shown_with_the_prices_that_apply() {
    let house = House::new().await;
    let nano = json!({"model_name": "nano", "litellm_params": {"model": "azure_ai/gpt-4.1-nano",
        "api_base": house.azure.openai_v1(), "api_key": AZURE_KEY}, "model_info": {"id": "m2"}});
    manage(&house, "/model/new", nano).await;
    let mut list = house.get("/model/info").await.json();
    for model in list["data"].as_array_mut().unwrap() {
        for pointer in ["/litellm_params/api_base", "/model_info/url", "/model_info/id"] {
            *model.pointer_mut(pointer).unwrap() = "REDACTED".into();
        }
    }
    // Which models are in the pool is another one's business.
    let pool = list["data"][0]["model_info"]["pool_price_range"].take();
    assert!(pool["priced"].as_u64().unwrap() > 10, "{pool}");
    for kind in ["input_cost_per_token", "output_cost_per_token"] {
        assert_ne!(pool[kind]["min"], pool[kind]["max"]);
        assert_ne!(pool[kind]["min_served"], pool[kind]["max_served"]);
    }
    assert_json_snapshot!(list, @r#"
    {
      "data": [
        {
          "litellm_params": {
            "api_base": "REDACTED",
            "model": "azure_ai/azure-model-router"
          },
          "model_info": {
            "blocked": false,
            "cache_creation_input_token_cost": null,
            "cache_read_input_token_cost": null,
            "db_model": false,
            "deployment_type": "global_standard",
            "error": null,
            "id": "REDACTED",
            "input_cost_per_token": null,
            "key": null,
            "litellm_provider": "azure_ai",
            "max_input_tokens": null,
            "max_output_tokens": null,
            "mode": "chat",
            "output_cost_per_token": null,
            "pool_price_range": null,
            "region": null,
            "router": true,
            "routing_fee_per_token": 0.00000014,
            "url": "REDACTED",
            "zone": null
          },
          "model_name": "azure-model-router"
        },
        {
          "litellm_params": {
            "api_base": "REDACTED",
            "model": "azure_ai/gpt-4.1-nano"
          },
          "model_info": {
            "blocked": false,
            "cache_creation_input_token_cost": null,
            "cache_read_input_token_cost": 0.000000025,
            "db_model": true,
            "deployment_type": "global_standard",
            "error": null,
            "id": "REDACTED",
            "input_cost_per_token": 0.0000001,
            "key": "gpt-4.1-nano",
            "litellm_provider": "azure_ai",
            "max_input_tokens": 1047576,
            "max_output_tokens": 32768,
            "mode": "chat",
            "output_cost_per_token": 0.0000004,
            "pool_price_range": null,
            "region": null,
            "router": false,
            "routing_fee_per_token": null,
            "url": "REDACTED",
            "zone": null
          },
          "model_name": "nano"
        }
      ]
    }
    "#);
    let groups = house.get("/model_group/info?model_group=nano").await.json();
    assert_json_snapshot!(groups, @r#"
    {
      "data": [
        {
          "deployments": 1,
          "input_cost_per_token": 0.0000001,
          "max_input_tokens": 1047576,
          "max_output_tokens": 32768,
          "mode": "chat",
          "model_group": "nano",
          "output_cost_per_token": 0.0000004,
          "pool_price_range": null,
          "providers": [
            "azure_ai"
          ],
          "router": false,
          "routing_fee_per_token": null
        }
      ]
    }
    "#);
    let page = house.get("/v2/model/info?page=2&size=1").await.json();
    assert_eq!(page["data"][0]["model_name"], "nano");
    assert_eq!((&page["total_count"], &page["total_pages"]), (&2.into(), &2.into()));
}

#[tokio::test]
async fn a_connection_is_tested_by_a_request_that_is_in_the_books() {
    let house = House::in_scenarios("served=gpt-5-nano-2025-08-07").await;
    let test = json!({"mode": "chat", "litellm_params": params(&house.azure)});
    let tested = manage(&house, "/health/test_connection", test).await;
    assert_eq!(tested["status"], "success", "{tested}");
    let result = &tested["result"];
    assert_eq!(result["served"], "gpt-5-nano-2025-08-07");
    let total = expected("gpt-5-nano-2025-08-07", &result["usage"]).total();
    assert_eq!(result["cost"]["total"], usd(total));
    assert_eq!(result["cost"]["status"], "exact");
    assert!(!tested.to_string().contains(AZURE_KEY));
    let curl = result["curl"].as_str().unwrap().replace(&house.azure.url(), "AZURE");
    insta::assert_snapshot!(curl, @r#"
    curl -X POST 'AZURE/openai/v1/chat/completions' \
      -H 'content-type: application/json' \
      -H "api-key: $AZURE_API_KEY" \
      -d '{"max_completion_tokens":16,"messages":[{"content":"test","role":"user"}],"model":"azure-model-router"}'
    "#);
    let entry = house.receipt(result["request_id"].as_str().unwrap()).await;
    assert_eq!(entry["who"]["tags"], json!(["fareway:test-connection"]));
    assert_eq!(entry["cost"]["total"], usd(total));
    assert_eq!(entry["asked"], "azure_ai/azure-model-router");
    assert_eq!(house.azure.count(), 1);

    // A model that is there already, by its id; also one that is blocked.
    let mut blocked = smart(&house.azure);
    blocked["blocked"] = true.into();
    manage(&house, "/model/new", blocked).await;
    let info = house.get("/model/info").await.json();
    let fixed = info["data"][0]["model_info"]["id"].clone();
    for id in [json!("m1"), fixed] {
        let by_id = json!({"litellm_params": {}, "model_info": {"id": id}});
        let tested = manage(&house, "/health/test_connection", by_id).await;
        assert_eq!(tested["status"], "success", "{tested}");
    }
    assert_eq!(house.azure.count(), 3);
    // An admin's key pays like any other.
    let admin = key(&house, json!({"admin": true, "max_budget": 0.000000000001})).await;
    let bearer = format!("Bearer {admin}");
    let by_id = json!({"model_info": {"id": "m1"}}).to_string();
    let reply = house.post("/health/test_connection", &[("authorization", &bearer)], by_id).await;
    assert!(told(&reply).starts_with("429 budget_exceeded"), "{}", reply.text());
}

#[tokio::test]
async fn a_test_that_fails_says_what_to_do() {
    let house = House::new().await;
    let azure = &house.azure;
    let url = azure.url();
    let deployments =
        format!("{url}/openai/deployments/nobody/chat/completions?api-version=2024-10-21");
    let nowhere = crate::house::azure().await;
    let closed = nowhere.openai_v1();
    nowhere.shutdown().await;
    let cases = [
        ("wrong key", "normal", "api_key", "another-key"),
        ("no such deployment", "normal", "model", "azure_ai/model_router/nobody"),
        ("no such deployment in the URL", "normal", "api_base", &deployments),
        ("nobody listens", "normal", "api_base", &closed),
        ("quota", "rate-limited=7", "api_version", "v1"),
        ("role", "permission-denied", "api_version", "v1"),
        ("trouble", "unavailable-html", "api_version", "v1"),
        ("garbage", "garbage", "api_version", "v1"),
        ("hung up", "no-answer", "api_version", "v1"),
    ];
    let mut all = Vec::new();
    for (name, scenario, key, value) in cases {
        house.set(scenario);
        let mut test = json!({"litellm_params": params(azure)});
        test["litellm_params"][key] = value.into();
        let tested = manage(&house, "/health/test_connection", test).await;
        assert_eq!(tested["status"], "error", "{name}: {tested}");
        let result = &tested["result"];
        assert!(
            !tested.to_string().contains(AZURE_KEY) && !tested.to_string().contains("another-key")
        );
        let entry = house.receipt(result["request_id"].as_str().unwrap()).await;
        assert_ne!(entry["outcome"]["kind"], "completed");
        let text = |name: &str| result[name].as_str().unwrap_or("-").to_owned();
        all.push(format!(
            "{name}: {} {}: {} => {}",
            result["http_status"],
            text("error_code"),
            text("error")
                .replace(&url, "AZURE")
                .replace(closed.trim_end_matches("/openai/v1/"), "CLOSED"),
            text("advice")
        ));
    }
    insta::assert_snapshot!(all.join("\n"), @r"
    wrong key: 401 401: Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource. => check that the key is one of the resource that `api_base` names, and that neither was renewed since
    no such deployment: 404 DeploymentNotFound: The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again. => there is no deployment `nobody` at this endpoint: check the name behind `azure_ai/`, or in the URL; one that was just made takes some minutes to work
    no such deployment in the URL: 404 DeploymentNotFound: The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again. => there is no deployment `nobody` at this endpoint: check the name behind `azure_ai/`, or in the URL; one that was just made takes some minutes to work
    nobody listens: null upstream_unreachable: could not connect to CLOSED: client error (Connect): tcp connect error: Connection refused (os error 111) => check the host in `api_base`, and whether this machine may reach it: DNS, firewall, private endpoint
    quota: 429 429: Your requests to gpt-5-nano for azure-model-router in Sweden Central have exceeded the token rate limit for your current AIServices S0 pricing tier. This request was for ChatCompletions_Create under Azure OpenAI API version v1. Please retry after 7 seconds. => the connection works, but the deployment's quota is used up for now; try again later, or raise its quota
    role: 401 PermissionDenied: The principal `<guid>` lacks the required data action `Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action` to perform `POST /openai/deployments/{deployment-id}/chat/completions` operation. => give the identity the role `Cognitive Services User` (or `Azure AI User`) on the resource; it takes some minutes to work
    trouble: 503 -: <html> <head><title>503 Service Temporarily Unavailable</title></head> <body> <center><h1>503 Service Temporarily Unavailable</h1></center> </body> </html> => Azure has trouble of its own; try again
    garbage: null upstream_bad_answer: it answered with something that is not JSON => what answers there is no chat completions API; check `api_base`
    hung up: null upstream_interrupted: the connection to the upstream broke: client error (SendRequest): connection closed before message completed => try again
    ");
}

#[tokio::test]
async fn an_estimate_is_a_fee_and_a_range_where_a_router_picks() {
    let house = House::new().await;
    let asked = json!({"model": GROUP, "input_tokens": 1000, "output_tokens": 100,
        "num_requests_per_day": 10});
    let mut estimate = manage(&house, "/cost/estimate", asked).await;
    let range = estimate["range"].take();
    let [cheapest, dearest] = [&range["cheapest"], &range["dearest"]];
    assert_ne!(cheapest["served"], dearest["served"]);
    let cost = |side: &Value, name: &str| picos(&side[name]);
    assert!(cost(cheapest, "cost_per_request") < cost(dearest, "cost_per_request"));
    for side in [cheapest, dearest] {
        let parts =
            ["input_cost_per_request", "output_cost_per_request", "routing_fee_per_request"];
        let sum: u128 = parts.iter().map(|name| cost(side, name)).sum();
        assert_eq!(cost(side, "cost_per_request"), sum, "{side}");
        assert_eq!(cost(side, "daily_cost"), 10 * sum);
        // $0.14 per million prompt tokens, whoever answers.
        assert_eq!(cost(side, "routing_fee_per_request"), 140_000_000);
    }
    assert_json_snapshot!(estimate, @r#"
    {
      "cost_per_request": null,
      "daily_cost": null,
      "daily_input_cost": null,
      "daily_margin_cost": null,
      "daily_output_cost": null,
      "input_cost_per_request": null,
      "input_cost_per_token": null,
      "input_tokens": 1000,
      "margin_cost_per_request": null,
      "model": "azure-model-router",
      "monthly_cost": null,
      "monthly_input_cost": null,
      "monthly_margin_cost": null,
      "monthly_output_cost": null,
      "num_requests_per_day": 10,
      "num_requests_per_month": null,
      "output_cost_per_request": null,
      "output_cost_per_token": null,
      "output_tokens": 100,
      "provider": "azure_ai",
      "range": null,
      "router": true,
      "routing_fee_per_request": 0.00014,
      "routing_fee_per_token": 0.00000014,
      "status": "range",
      "unpriced": null
    }
    "#);
    // A model of the table: $0.10, $0.025 and $0.40 per million.
    let nano = json!({"model": "gpt-4.1-nano", "input_tokens": 1000, "output_tokens": 100,
        "cached_tokens": 400, "num_requests_per_month": 3});
    let estimate = manage(&house, "/cost/estimate", nano).await;
    assert_json_snapshot!(estimate, @r#"
    {
      "cost_per_request": 0.00011,
      "daily_cost": null,
      "daily_input_cost": null,
      "daily_margin_cost": null,
      "daily_output_cost": null,
      "input_cost_per_request": 0.00007,
      "input_cost_per_token": 0.0000001,
      "input_tokens": 1000,
      "margin_cost_per_request": 0,
      "model": "gpt-4.1-nano",
      "monthly_cost": 0.00033,
      "monthly_input_cost": 0.00021,
      "monthly_margin_cost": 0,
      "monthly_output_cost": 0.00012,
      "num_requests_per_day": null,
      "num_requests_per_month": 3,
      "output_cost_per_request": 0.00004,
      "output_cost_per_token": 0.0000004,
      "output_tokens": 100,
      "provider": "azure_ai",
      "range": null,
      "router": false,
      "routing_fee_per_request": null,
      "routing_fee_per_token": null,
      "status": "exact",
      "unpriced": null
    }
    "#);
    // In a region where nobody has a price for it.
    let unpriced = json!({"model": "gpt-4.1-nano", "input_tokens": 1, "output_tokens": 1,
        "deployment_type": "regional", "region": "nowhere"});
    let estimate = manage(&house, "/cost/estimate", unpriced).await;
    assert_eq!(
        (&estimate["status"], &estimate["cost_per_request"]),
        (&"unpriced".into(), &Value::Null)
    );
    assert!(estimate["unpriced"].is_string());
}

#[tokio::test]
async fn an_answer_is_priced_by_the_model_that_served_it() {
    let house = House::in_scenarios("served=gpt-5-mini-2025-08-07").await;
    let reply = house.chat(&asking("Hello!")).await;
    let answer = reply.json();
    let whole = expected("gpt-5-mini-2025-08-07", &answer["usage"]);
    // The cost as it stands in the text: a test that made a float of it would prove nothing.
    let calculate = async |body: Value| {
        let reply = house.post("/spend/calculate", &[], body.to_string()).await;
        let (_, cost) = reply.text().split_once("\"cost\":").unwrap();
        let cost = cost.split_once(',').unwrap().0.to_owned();
        (cost, reply.json())
    };
    // Asked of the router, the fee is due; of nobody in particular, it is not known to be.
    let (cost, of_group) = calculate(json!({"model": GROUP, "completion_response": answer})).await;
    assert_eq!(cost, usd(whole.total()));
    assert_eq!((&of_group["status"], &of_group["served"]), (&"exact".into(), &answer["model"]));
    let (alone, _) = calculate(json!({"completion_response": answer})).await;
    assert_eq!(alone, usd(whole.total() - whole.routing_fee));
    let named = json!({"model": "azure/model-router", "completion_response": answer});
    assert_eq!(calculate(named).await.0, cost);
    // What nobody has a price for costs null and not nothing.
    let mut unknown = answer.clone();
    unknown["model"] = "gpt-99".into();
    let (_, unknown) = calculate(json!({"model": GROUP, "completion_response": unknown})).await;
    assert_eq!((&unknown["cost"], &unknown["status"]), (&Value::Null, &"partial".into()));
    let mut nothing = answer;
    nothing["usage"] = Value::Null;
    let (_, nothing) = calculate(json!({"completion_response": nothing})).await;
    assert_eq!((&nothing["cost"], &nothing["status"]), (&Value::Null, &"unpriced".into()));
    assert_eq!(nothing["reason"], "the answer has no usage");

    let messages = json!([{"role": "user", "content": "Hello, how are you?"}]);
    let (_, read) = calculate(json!({"model": GROUP, "messages": messages})).await;
    assert_eq!((&read["cost"], &read["estimate"]["status"]), (&Value::Null, &"range".into()));
    let (cost, read) = calculate(json!({"model": "gpt-4.1-nano", "messages": messages})).await;
    assert_eq!(read["status"], "estimated", "{read}");
    let tokens = u128::from(read["estimate"]["input_tokens"].as_u64().unwrap());
    assert!(tokens > 5);
    assert_eq!(cost, usd(tokens * 100_000));
}
