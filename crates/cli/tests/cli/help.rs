//! The help texts, and the messages about wrong arguments.

use insta::assert_snapshot;

use crate::run::fareway;

#[test]
fn the_overview() {
    assert_snapshot!(fareway("--help").run(), @r"
    --- out
    Ask Azure Model Router, and see which model answered and what it cost

    Usage: fareway <COMMAND>

    Commands:
      chat       Ask a router, and see which model answered and what it cost
      price      Look up what a model costs, or list the models that have a price
      cost       Cost requests, one JSON object a line: served model, SKU, day and token counts
      keys       Create keys for a gateway, change them, and see what they spent
      models     Add deployments to a gateway, test them, and see which there are
      spend      See what a gateway's requests cost
      requests   List and show a gateway's requests: caller, model served, cost
      explain    Explain a request's cost, line by line, so that it can be checked by hand
      reprice    Price requests again by today's price table; shows what would change, unless --apply
      instances  List the gateways that share a database, and free the leases of a lost one
      audit      List changes of keys, teams, users, models and prices on a gateway, and sign-ins
      refusals   Count the requests that a gateway itself has refused, by key and reason
      help       Print this message or the help of the given subcommand(s)

    Options:
      -h, --help     Print help
      -V, --version  Print version

    Exit codes: 0 done, 1 failed, 2 wrong usage or missing settings, 130 interrupted.

    --- exit 0
    ");
}

#[test]
fn chat() {
    assert_snapshot!(fareway("chat --help").run(), @r"
    --- out
    Ask a router, and see which model answered and what it cost

    The answer goes to standard output, everything else to standard error: with `> file` or a pipe you
    get the answer alone. Asks Azure, with the key in AZURE_MODEL_ROUTER_API_KEY or AZURE_AI_API_KEY;
    or, with --gateway, a Fareway gateway, with the key in FAREWAY_API_KEY.

    Usage: fareway chat [OPTIONS] <PROMPT>

    Arguments:
      <PROMPT>
              What to ask; `-` reads it from standard input

    Options:
          --stream
              Show the answer as it is written

          --model <MODEL>
              Azure: `azure_ai/<deployment>` (default: azure_ai/azure-model-router); a gateway: a model
              group of its configuration (default: azure-model-router)

          --system <TEXT>
              Set the assistant's task

          --max-completion-tokens <N>
              The most tokens to answer with, reasoning included

          --gateway <URL>
              Ask this gateway, such as http://127.0.0.1:4000

          --endpoint <URL>
              Ask Azure at this endpoint; without it the one in AZURE_MODEL_ROUTER_ENDPOINT or
              AZURE_AI_API_BASE

          --key-env <NAME>
              The environment variable that holds the key

          --key-file <FILE>
              A file that holds the key and nothing else

          --json
              Print one JSON object: `answer`, `finish_reason` and `receipt`

      -h, --help
              Print help (see a summary with '-h')

    How the deployment is sold:
          --deployment-type <TYPE>
              `global_standard` (the default), `data_zone_standard`, `regional_standard`, `global_batch`
              or `data_zone_batch`

          --zone <ZONE>
              Data zone: `us`, `eu`, `apac` or `us_gov`

          --region <REGION>
              Azure region, such as `swedencentral`

    --- exit 0
    ");
}

#[test]
fn price() {
    assert_snapshot!(fareway("price --help").run(), @r"
    --- out
    Look up what a model costs, or list the models that have a price

    Usage: fareway price [OPTIONS] [MODEL]

    Arguments:
      [MODEL]  The model, as an answer names it; with --list or --changed-since, a part of the name

    Options:
          --list                  List the models; so does leaving out the model
          --changed-since <DATE>  List the prices that began, ended or were corrected on this day, UTC,
                                  or later, with old and new figures
          --tier <TIER>           Service tier: `default`, `priority`, `flex` or `batch` [default:
                                  default]
          --date <DAY>            The day of the request, UTC, such as 2026-11-22; today when absent
          --overlay <FILE>        A price file with prices of your own, which win over the published
                                  ones
          --table <FILE>          A file with the published prices, in place of those that are built in
          --json                  Print JSON
      -h, --help                  Print help

    How the deployment is sold:
          --deployment-type <TYPE>  `global_standard` (the default), `data_zone_standard`,
                                    `regional_standard`, `global_batch` or `data_zone_batch`
          --zone <ZONE>             Data zone: `us`, `eu`, `apac` or `us_gov`
          --region <REGION>         Azure region, such as `swedencentral`

    --- exit 0
    ");
}

#[test]
fn cost() {
    assert_snapshot!(fareway("cost --help").run(), @r#"
    --- out
    Cost requests, one JSON object a line: served model, SKU, day and token counts

    Each line is an object such as

    {"id": 1, "model": "gpt-5-nano", "date": "2026-11-22", "router_fee": true,
     "usage": {"prompt_tokens": 19, "completion_tokens": 5}}

    with "deployment_type", "zone", "region" and "service_tier" where they are not the usual ones.
    Each gives a line of JSON with its "id", the cost, in dollars, and its "status" (with
    "upper_bound" and "price_review_due" where there are such), or an "error":
    "unknown_model", "no_price", "no_fee", "invalid_usage" or "invalid_input". The reason is written to
    standard error. A line that is "invalid_input" makes the exit code 1 in the end.

    Usage: fareway cost [OPTIONS] [FILE]

    Arguments:
      [FILE]
              Where the lines are; standard input when absent or `-`

    Options:
          --overlay <FILE>
              A price file with prices of your own, which win over the published ones

          --table <FILE>
              A file with the published prices, in place of those that are built in

          --explain
              Explain each cost line by line, for people

          --json
              Print JSON; it is what is printed anyway

      -h, --help
              Print help (see a summary with '-h')

    --- exit 0
    "#);
}

#[test]
fn a_gateway_and_a_sku_do_not_go_together() {
    assert_snapshot!(fareway("chat --gateway http://127.0.0.1:1 --zone eu hi").run(), @r"
    --- err
    error: the argument '--gateway <URL>' cannot be used with '--zone <ZONE>'

    Usage: fareway chat --gateway <URL> <PROMPT>

    For more information, try '--help'.

    --- exit 2
    ");
}
