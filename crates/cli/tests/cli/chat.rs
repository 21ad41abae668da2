//! `fareway chat` against the emulated Azure, and without a server to answer it.

use std::{io::Read, net::TcpListener};

use azure_emulator::{Emulator, Scenario};
use insta::assert_snapshot;
use serde_json::Value;

use crate::run::{Ran, Run, fareway};

const KEY: &str = "a-secret-key-of-azure";
const SERVED: &str = "gpt-5-nano-2025-08-07";

/// An emulated Azure in which one model answers.
struct Azure {
    emulator: Emulator,
    _runtime: tokio::runtime::Runtime,
}

impl Azure {
    fn start() -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let emulator = Emulator::builder().key(KEY).scenarios([Scenario::served(SERVED)]);
        let emulator = runtime.block_on(emulator.start()).unwrap();
        Self { emulator, _runtime: runtime }
    }

    fn chat(&self, arguments: &str) -> Run {
        fareway(&format!("chat {arguments}"))
            .env("AZURE_MODEL_ROUTER_ENDPOINT", &self.emulator.openai_v1())
            .env("AZURE_MODEL_ROUTER_API_KEY", KEY)
    }

    /// What a user sees, the emulator's port left out.
    fn ask(&self, arguments: &str) -> String {
        self.shown(&self.chat(arguments).run())
    }

    fn shown(&self, ran: &Ran) -> String {
        let text = ran.to_string();
        assert!(!text.contains(KEY), "a secret is shown: {text}");
        text.replace(&self.emulator.url(), "http://azure")
    }
}

#[test]
fn an_answer_and_its_cost() {
    assert_snapshot!(Azure::start().ask("Hello!"), @r#"
    --- out
    You asked about "Hello!". The short answer is that it depends on what you want to optimise, and on how often. You can try this yourself: change one thing, keep the others fixed, and compare. 🙂

    --- err
    served by gpt-5-nano-2025-08-07 · 8 in (0 cached) + 368 out · $0.00014872 (fee $0.00000112) · exact

    --- exit 0
    "#);
}

#[test]
fn a_stream_gives_the_same() {
    let azure = Azure::start();
    let (whole, streamed) = (azure.chat("Hello!").run(), azure.chat("--stream Hello!").run());
    assert_eq!((&whole.out, &whole.err), (&streamed.out, &streamed.err));
    let seen: Vec<Value> = azure
        .emulator
        .requests()
        .iter()
        .map(|request| serde_json::from_slice(&request.body).unwrap())
        .collect();
    assert_eq!((&seen[0]["stream"], &seen[1]["stream"]), (&Value::Null, &Value::Bool(true)));
}

#[test]
fn arguments_reach_azure() {
    let azure = Azure::start();
    let ran = azure
        .chat("--model azure_ai/gpt-5-nano --system 'Be brief' --max-completion-tokens 50 -")
        .with_input("From standard input");
    assert_eq!(ran.code, 0, "{ran}");
    // A model that was asked for by name costs no routing fee.
    assert!(!ran.err.contains("fee"), "{ran}");
    let body: Value = serde_json::from_slice(&azure.emulator.requests()[0].body).unwrap();
    assert_eq!(
        body,
        serde_json::json!({
            "model": "gpt-5-nano", "max_completion_tokens": 50,
            "messages": [
                {"role": "system", "content": "Be brief"},
                {"role": "user", "content": "From standard input"},
            ],
        })
    );
}

#[test]
fn json_holds_answer_and_receipt() {
    let azure = Azure::start();
    for arguments in ["--json Hello!", "--json --stream Hello!"] {
        let ran = azure.chat(arguments).run();
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        let output: Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(output["answer"], azure.chat("Hello!").run().out.trim_end());
        assert_eq!(output["finish_reason"], "stop");
        let receipt = &output["receipt"];
        assert_eq!(
            (&receipt["served"], &receipt["cost"]["status"]),
            (&SERVED.into(), &"exact".into())
        );
    }
}

#[test]
fn the_sku_decides_the_price() {
    let ran =
        Azure::start().chat("--json --deployment-type data_zone_standard --zone eu Hello!").run();
    let output: Value = serde_json::from_str(&ran.out).unwrap();
    let price = output["receipt"]["cost"]["price"]["id"].as_str().unwrap();
    assert!(price.starts_with("gpt-5-nano/data_zone_standard"), "{price}");
}

#[test]
fn a_cost_that_is_not_exact_says_so() {
    let azure = Azure::start();
    assert_snapshot!(azure.ask("'[[scenario:unknown-model=gpt-7-nova]] Hello!'"), @r#"
    --- out
    You asked about "Hello!". The short answer is that it depends on what you want to optimise, and on how often. You can try this yourself: change one thing, keep the others fixed, and compare. 🙂

    --- err
    served by gpt-7-nova · 16 in (0 cached) + 368 out · not priced: the model `gpt-7-nova` is not in the price table (known: fee $0.00000224) · partial

    --- exit 0
    "#);
    assert_snapshot!(azure.ask("--stream '[[scenario:no-usage]] Hello!'"), @r#"
    --- out
    You asked about "Hello!". The short answer is that it depends on what you want to optimise, and on how often. You can try this yourself: change one thing, keep the others fixed, and compare. 🙂

    --- err
    served by gpt-5-nano-2025-08-07 · 15 in (0 cached) + 44 out · $0.00002045 (fee $0.0000021) · estimated (tokens counted here)

    --- exit 0
    "#);
    assert_snapshot!(azure.ask("'[[scenario:contradiction]] Hello!'"), @r#"
    --- out
    You asked about "Hello!". The short answer is that it depends on what you want to optimise, and on how often. You can try this yourself: change one thing, keep the others fixed, and compare. 🙂

    --- err
    served by gpt-5-nano-2025-08-07 · 16 in (0 cached) + 44 out · $0.00002064 (fee $0.00000224) · estimated (tokens counted here)

    --- exit 0
    "#);
    assert_snapshot!(azure.ask("'[[scenario:content-filter-answer]] Hello!'"), @r#"
    --- out
    You asked about "Hello!". The short answer is that it depends on what you want to optimise, and on how

    --- err
    warning: Azure's content filter cut the answer
    served by gpt-5-nano-2025-08-07 · 15 in (0 cached) + 344 out · $0.00014045 (fee $0.0000021) · exact

    --- exit 0
    "#);
}

#[test]
fn refusals_say_what_to_do() {
    let azure = Azure::start();
    assert_snapshot!(azure.shown(&azure.chat("Hi").env("AZURE_MODEL_ROUTER_API_KEY", "wrong").run()), @r"
    --- err
    error: Azure refused the request: 401: Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.
      Check that the key in the variable `AZURE_MODEL_ROUTER_API_KEY` is a key of this endpoint's resource.

    --- exit 1
    ");
    assert_snapshot!(azure.ask("--model azure_ai/nowhere Hi"), @r"
    --- err
    error: Azure refused the request: 404 `DeploymentNotFound`: The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.
      Check the endpoint, and that --model azure_ai/NAME names a deployment of its resource, as Azure's portal shows it.

    --- exit 1
    ");
    assert_snapshot!(azure.ask("'[[scenario:rate-limited=7]] Hi'"), @r"
    --- err
    error: Azure refused the request: 429: Your requests to gpt-5-nano for azure-model-router in Sweden Central have exceeded the token rate limit for your current AIServices S0 pricing tier. This request was for ChatCompletions_Create under Azure OpenAI API version v1. Please retry after 7 seconds.
      Try again in 7 s.

    --- exit 1
    ");
    assert_snapshot!(azure.ask("'[[scenario:content-filter-prompt]] Hi'"), @r"
    --- err
    served by an unknown model · 16 in (0 cached) + 0 out · not priced: the answer does not say which model served it (known: fee $0.00000224) · partial
    error: Azure refused the request: 400 `content_filter`: The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and retry. To learn more about our content filtering policies please read our documentation: https://go.microsoft.com/fwlink/?linkid=2198766
      Word the prompt differently.

    --- exit 1
    ");
    assert_snapshot!(azure.ask("'[[scenario:unavailable-html]] Hi'"), @r"
    --- err
    error: Azure refused the request: 503: <html> <head><title>503 Service Temporarily Unavailable</title></head> <body> <center><h1>503 Service Temporarily Unavailable</h1></center> </body> </html>
      Try again later.

    --- exit 1
    ");
    let json: Value =
        serde_json::from_str(&azure.chat("--json '[[scenario:server-error]] Hi'").run().out)
            .unwrap();
    assert_eq!(
        (&json["answer"], &json["receipt"]["outcome"]["status"]),
        (&Value::Null, &500.into())
    );
}

#[test]
fn a_broken_answer_is_shown_as_far_as_it_goes() {
    let azure = Azure::start();
    assert_snapshot!(azure.ask("--stream '[[scenario:cut=5]] Hi'"), @r"
    --- out
    You asked about

    --- err
    served by gpt-5-nano-2025-08-07 · 15 in (0 cached) + 3 out · $0.00000405 (fee $0.0000021) · estimated (tokens counted here)
    error: the answer could not be completed: the connection to the upstream broke; the answer is incomplete (`upstream_interrupted`)

    --- exit 1
    ");
    assert_snapshot!(azure.ask("--stream '[[scenario:stream-error-late]] Hi'"), @r#"
    --- out
    You asked about "Hi". First, write down what you alrea

    --- err
    served by gpt-5-nano-2025-08-07 · 16 in (0 cached) + 14 out · $0.00000864 (fee $0.00000224) · estimated (tokens counted here)
    error: the answer could not be completed: The server had an error while processing your request. Sorry about that! (`server_error`)

    --- exit 1
    "#);
    assert_snapshot!(azure.ask("'[[scenario:cut]] Hi'"), @r"
    --- err
    served by gpt-5-nano-2025-08-07 · 13 in (0 cached) + 0 out · $0.00000247 (fee $0.00000182) · estimated (tokens counted here)
    error: the connection to the upstream broke: error reading a body from connection: end of file before message length reached

    --- exit 1
    ");
    assert_snapshot!(azure.ask("'[[scenario:garbage]] Hi'"), @r"
    --- err
    served by gpt-5-nano-2025-08-07 · 14 in (0 cached) + 0 out · $0.00000266 (fee $0.00000196) · estimated (tokens counted here)
    error: the upstream answered with `<<not json>>` instead of a chat completion

    --- exit 1
    ");
}

/// Ctrl-C in the middle of a stream: the answer so far, and what it cost by then.
#[cfg(unix)]
#[test]
fn an_interrupted_stream_is_costed() {
    let azure = Azure::start();
    let mut child =
        azure.chat("--stream '[[scenario:slow-chunks=100]] Hi'").command().spawn().unwrap();
    // Once there is some of the answer, it has begun.
    let mut first = [0];
    child.stdout.as_mut().unwrap().read_exact(&mut first).unwrap();
    let killed =
        std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(killed.unwrap().success());
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!(ran.code, 130, "{ran}");
    assert!(ran.err.starts_with(&format!("served by {SERVED} · ")), "{ran}");
    assert!(ran.err.trim_end().ends_with("· estimated (tokens counted here)"), "{ran}");
}

#[test]
fn missing_settings_say_what_to_set() {
    assert_snapshot!(fareway("chat Hi").run(), @r"
    --- err
    error: no key for Azure is set
      Put it into the variable AZURE_MODEL_ROUTER_API_KEY, or give --key-env or --key-file; or ask a gateway with --gateway URL.

    --- exit 2
    ");
    let no_endpoint = fareway("chat Hi").env("AZURE_AI_API_KEY", KEY).run();
    assert_snapshot!(no_endpoint, @r"
    --- err
    error: no endpoint of Azure is set
      Put it into the variable AZURE_MODEL_ROUTER_ENDPOINT, or give --endpoint, such as https://RESOURCE.services.ai.azure.com/openai/v1/; or ask a gateway with --gateway URL.

    --- exit 2
    ");
    assert_snapshot!(fareway("chat Hi --key-env sk-by-mistake").run(), @r"
    --- err
    error: the variable that --key-env names is not set

    --- exit 2
    ");
    assert_snapshot!(fareway("chat Hi --key-file nowhere").run(), @r"
    --- err
    error: cannot read `nowhere`: No such file or directory (os error 2)

    --- exit 2
    ");
    let azure = Azure::start();
    assert_snapshot!(azure.ask("''"), @r"
    --- err
    error: the prompt is empty

    --- exit 2
    ");
    assert_snapshot!(azure.ask("Hi --model openai/gpt-5"), @r"
    --- err
    error: expected a model such as `azure_ai/<deployment>` or `azure/<deployment>`, found `openai/gpt-5`: only Azure is served

    --- exit 2
    ");
    assert_snapshot!(azure.ask("Hi --endpoint https://ai.azure.com/"), @r"
    --- err
    error: `ai.azure.com` is a web portal, not an endpoint; write the resource's endpoint, such as `https://RESOURCE.services.ai.azure.com/openai/v1/`
      `api_base` is the value of --endpoint or AZURE_MODEL_ROUTER_ENDPOINT.

    --- exit 2
    ");
    assert_snapshot!(azure.ask("Hi --deployment-type data_zone_standard"), @r"
    --- err
    error: a data zone deployment needs a zone: add `zone: us`, `eu`, `apac` or `us_gov`
      Set it with --deployment-type, --zone and --region.

    --- exit 2
    ");
    assert_eq!(azure.emulator.count(), 0);
}

#[test]
fn a_key_may_be_in_a_file() {
    let azure = Azure::start();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), format!("{KEY}\n")).unwrap();
    let arguments = format!("chat Hi --key-file {}", file.path().display());
    let ran = fareway(&arguments).env("AZURE_AI_API_BASE", &azure.emulator.url()).run();
    assert_eq!(ran.code, 0, "{ran}");
}

#[test]
fn nobody_there() {
    // A port that was free a moment ago, and that nobody listens on.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let without = |ran: Ran| ran.to_string().replace(&port.to_string(), "PORT");
    let gateway = fareway(&format!("chat Hi --gateway http://127.0.0.1:{port}")).run();
    assert_snapshot!(without(gateway), @r"
    --- err
    error: cannot connect to http://127.0.0.1:PORT: Connection refused (os error 111)
      Is the gateway running? `fareway-gateway --config config.yaml` starts it.

    --- exit 1
    ");
    let azure = fareway(&format!("chat Hi --endpoint http://127.0.0.1:{port}"))
        .env("AZURE_AI_API_KEY", KEY)
        .run();
    assert_snapshot!(without(azure), @r"
    --- err
    error: cannot connect to http://127.0.0.1:PORT: Connection refused (os error 111)
      Check the endpoint's name and the network.

    --- exit 1
    ");
}

#[test]
fn not_a_gateway() {
    let azure = Azure::start();
    let arguments = format!("chat Hi --gateway {}", azure.emulator.url());
    let ran = fareway(&arguments).env("FAREWAY_API_KEY", KEY).run();
    assert_snapshot!(azure.shown(&ran), @r"
    --- err
    error: the gateway refused the request: 404: Resource not found
      Is there a Fareway gateway at http://azure?

    --- exit 1
    ");
    assert_snapshot!(fareway("chat Hi --gateway 127.0.0.1:4000").run(), @r"
    --- err
    error: the gateway's address is not a URL of HTTP
      Write it like this: http://127.0.0.1:4000

    --- exit 2
    ");
}
