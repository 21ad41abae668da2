//! The help texts, and what is said about wrong arguments.

use insta::assert_snapshot;

use crate::run::fareway;

#[test]
fn the_overview() {
    assert_snapshot!(fareway("--help").run(), @r"
    --- out
    Ask Azure Model Router, and see which model answered and what it cost

    Usage: fareway <COMMAND>

    Commands:
      chat      Ask a router, and see which model answered and what it cost
      price     Look up what a model costs, or list the models that have a price
      cost      Cost requests, one JSON object a line: served model, SKU, day and token counts
      keys      Give out keys for a gateway, change them, and see what they spent
      models    Add deployments to a gateway, test them, and see which there are
      spend     See what a gateway's requests cost
      requests  Look through a gateway's books: who asked, which model served, what it cost
      explain   Explain a request's cost, line by line, so that it can be checked by hand
      reprice   Price requests again by today's price table; shows what would change, unless --apply
      help      Print this message or the help of the given subcommand(s)

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
      [MODEL]  The model, as an answer names it; with --list, a part of the name

    Options:
          --list            List the models; so does leaving out the model
          --tier <TIER>     Service tier: `default`, `priority`, `flex` or `batch` [default: default]
          --date <DAY>      The day of the request, UTC, such as 2026-11-22; today when absent
          --overlay <FILE>  A price file with prices of your own, which win over the published ones
          --json            Print JSON
      -h, --help            Print help

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
    Each gives a line of JSON with its "id" and the cost, in dollars, or an "error":
    "unknown_model", "no_price", "no_fee", "invalid_usage" or "invalid_input". Why is told on
    standard error. A line that is "invalid_input" makes the exit code 1 in the end.

    Usage: fareway cost [OPTIONS] [FILE]

    Arguments:
      [FILE]
              Where the lines are; standard input when absent or `-`

    Options:
          --overlay <FILE>
              A price file with prices of your own, which win over the published ones

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
fn keys() {
    assert_snapshot!(fareway("keys --help").run(), @r"
    --- out
    Give out keys for a gateway, change them, and see what they spent

    Usage: fareway keys <COMMAND>

    Commands:
      list        List the keys, newest first
      create      Make a key; it is printed this once, and kept only as a hash
      show        Show a key: its terms, and what it spent
      update      Change a key: what is not named stays as it is
      block       Refuse a key's requests until it is unblocked
      unblock     Let a blocked key ask again
      regenerate  Put a new key in the place of one, which is then no more; it is printed this once
      delete      Delete keys for good; what they spent stays in the books
      help        Print this message or the help of the given subcommand(s)

    Options:
      -h, --help  Print help

    --- exit 0
    ");
}

#[test]
fn keys_create() {
    assert_snapshot!(fareway("keys create --help").run(), @r"
    --- out
    Make a key; it is printed this once, and kept only as a hash

    The key alone goes to standard output, so that `KEY=$(fareway keys create)` holds it.

    Usage: fareway keys create [OPTIONS]

    Options:
          --alias <ALIAS>
              A name for people, which no other key has

          --models <GROUP,…>
              The model groups that it may ask for; all when none is named

          --budget <DOLLARS>
              What it may spend, in dollars

          --duration <TIME>
              After how long the budget begins anew, such as 24h, 30d or 1mo; never when absent

          --strict
              Never pass the budget: what a request could cost is set aside before it is sent; this is
              how budgets are unless said otherwise

          --soft
              Refuse requests only once the budget is spent, so that the last ones may pass it

          --rpm <N>
              Requests per minute

          --tpm <N>
              Tokens per minute

          --parallel <N>
              Requests at the same time

          --team <ID>
              The team whose terms hold as well

          --user <ID>
              The user whose terms hold as well

          --expires <TIME>
              How long it is valid from now on, such as 12h or 90d; for ever when absent

          --metadata <JSON>
              A JSON object that is kept with each of its requests

          --json
              Print JSON as the gateway sent it, the key in it

      -h, --help
              Print help (see a summary with '-h')

    The gateway:
          --gateway <URL>
              The gateway's address (default: FAREWAY_GATEWAY, or else http://127.0.0.1:4000); its key
              is in FAREWAY_API_KEY, unless said otherwise

          --key-env <NAME>
              The environment variable that holds the key

          --key-file <FILE>
              A file that holds the key and nothing else

    --- exit 0
    ");
}

#[test]
fn keys_update() {
    assert_snapshot!(fareway("keys update --help").run(), @r"
    --- out
    Change a key: what is not named stays as it is

    Usage: fareway keys update [OPTIONS] <KEY>

    Arguments:
      <KEY>  The key's alias, its id or the beginning of it, or the key itself; `-` reads it from
             standard input

    Options:
          --alias <ALIAS>     A name for people, which no other key has
          --models <GROUP,…>  The model groups that it may ask for; all when none is named
          --budget <DOLLARS>  What it may spend, in dollars
          --duration <TIME>   After how long the budget begins anew, such as 24h, 30d or 1mo; never when
                              absent
          --strict            Never pass the budget: what a request could cost is set aside before it is
                              sent; this is how budgets are unless said otherwise
          --soft              Refuse requests only once the budget is spent, so that the last ones may
                              pass it
          --rpm <N>           Requests per minute
          --tpm <N>           Tokens per minute
          --parallel <N>      Requests at the same time
          --team <ID>         The team whose terms hold as well
          --user <ID>         The user whose terms hold as well
          --expires <TIME>    How long it is valid from now on, such as 12h or 90d; for ever when absent
          --metadata <JSON>   A JSON object that is kept with each of its requests
          --clear <TERM,…>    Take these terms off the key [possible values: alias, models, budget,
                              duration, rpm, tpm, parallel, team, user, expires, metadata]
          --json              Print JSON as the gateway sent it
      -h, --help              Print help

    The gateway:
          --gateway <URL>    The gateway's address (default: FAREWAY_GATEWAY, or else
                             http://127.0.0.1:4000); its key is in FAREWAY_API_KEY, unless said
                             otherwise
          --key-env <NAME>   The environment variable that holds the key
          --key-file <FILE>  A file that holds the key and nothing else

    --- exit 0
    ");
}

#[test]
fn models() {
    assert_snapshot!(fareway("models --help").run(), @r"
    --- out
    Add deployments to a gateway, test them, and see which there are

    Usage: fareway models <COMMAND>

    Commands:
      list    List the deployments of every model group
      add     Add a deployment to a model group; requests use it from now on
      test    Send a small request to a deployment, which Azure charges for
      remove  Remove a deployment that was added here or by the API
      help    Print this message or the help of the given subcommand(s)

    Options:
      -h, --help  Print help

    --- exit 0
    ");
}

#[test]
fn models_add() {
    assert_snapshot!(fareway("models add --help").run(), @r"
    --- out
    Add a deployment to a model group; requests use it from now on

    Without --api-key-env Azure's key is read from standard input:

      fareway models add azure-model-router --deployment azure_ai/model-router \
        --api-base https://RESOURCE.services.ai.azure.com/openai/v1/ < key.txt

    Usage: fareway models add [OPTIONS] <GROUP>

    Arguments:
      <GROUP>
              The model group: the name that clients ask for

    Options:
          --deployment <NAME>
              The deployment on Azure, as `azure_ai/<deployment>`

          --api-base <URL>
              Its endpoint, such as https://RESOURCE.services.ai.azure.com/openai/v1/

          --api-key-env <NAME>
              The environment variable that holds Azure's key; without it standard input is read

          --api-version <VERSION>
              The version of Azure's API, where the endpoint needs one

          --router <true|false>
              Whether a router chooses the model there, so that Azure charges the routing fee; by
              default its name tells

          --json
              Print JSON as the gateway sent it

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

    The gateway:
          --gateway <URL>
              The gateway's address (default: FAREWAY_GATEWAY, or else http://127.0.0.1:4000); its key
              is in FAREWAY_API_KEY, unless said otherwise

          --key-env <NAME>
              The environment variable that holds the key

          --key-file <FILE>
              A file that holds the key and nothing else

    --- exit 0
    ");
}

#[test]
fn models_test() {
    assert_snapshot!(fareway("models test --help").run(), @r"
    --- out
    Send a small request to a deployment, which Azure charges for

    Of a deployment that is not added yet, --deployment and --api-base say what it is; its key is read
    as for `fareway models add`. The exit code is 1 when a deployment does not answer.

    Usage: fareway models test [OPTIONS] [NAME]

    Arguments:
      [NAME]
              The deployment's id, or a model group, of which all are tested

    Options:
          --deployment <NAME>
              The deployment on Azure, as `azure_ai/<deployment>`

          --api-base <URL>
              Its endpoint, such as https://RESOURCE.services.ai.azure.com/openai/v1/

          --api-key-env <NAME>
              The environment variable that holds Azure's key; without it standard input is read

          --api-version <VERSION>
              The version of Azure's API, where the endpoint needs one

          --router <true|false>
              Whether a router chooses the model there, so that Azure charges the routing fee; by
              default its name tells

          --json
              Print JSON as the gateway sent it, a line for each deployment

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

    The gateway:
          --gateway <URL>
              The gateway's address (default: FAREWAY_GATEWAY, or else http://127.0.0.1:4000); its key
              is in FAREWAY_API_KEY, unless said otherwise

          --key-env <NAME>
              The environment variable that holds the key

          --key-file <FILE>
              A file that holds the key and nothing else

    --- exit 0
    ");
}

#[test]
fn spend_report() {
    assert_snapshot!(fareway("spend report --help").run(), @r"
    --- out
    Sum up what was spent: by served model, key, team, tag, day …

    `cost` sums up the requests whose price is known whole, `known` adds what is known of the others.
    All amounts are US dollars, and exact.

    Usage: fareway spend report [OPTIONS]

    Options:
          --by <FIELD,…>
              What to sum by: `served` (the default), `asked`, `deployment`, `key`, `team`, `user`,
              `tag`, `day`, `outcome` or `cost_status`; several are separated by commas

          --json
              Print JSON as the gateway sent it

          --csv
              Print CSV, its first line the names of the fields

      -h, --help
              Print help (see a summary with '-h')

    Which requests:
          --from <DATE>
              Since then: a day (UTC), or a time such as 2026-11-22T10:00:00Z

          --to <DATE>
              Before then

          --key <KEY>
              Of this key: its alias, its id, or the key itself

          --team <ID>
              Of this team

          --user <ID>
              Of this user of the gateway

          --end-user <ID>
              For this end user

          --session <ID>
              In this session

          --tag <TAG>
              With this tag

          --asked <GROUP>
              That asked for this model group

          --served <MODEL>
              That this model answered

          --deployment <DEPLOYMENT>
              That this deployment answered

          --outcome <OUTCOME>
              That ended so: `open`, `completed`, `refused`, `failed`, `client_gone` or `interrupted`

          --status <STATUS>
              Whose cost is so: `exact`, `inferred`, `estimated`, `partial`, `unpriced`, `open` or
              `interrupted`

    The gateway:
          --gateway <URL>
              The gateway's address (default: FAREWAY_GATEWAY, or else http://127.0.0.1:4000); its key
              is in FAREWAY_API_KEY, unless said otherwise

          --key-env <NAME>
              The environment variable that holds the key

          --key-file <FILE>
              A file that holds the key and nothing else

    --- exit 0
    ");
}

#[test]
fn requests_list() {
    assert_snapshot!(fareway("requests list --help").run(), @r"
    --- out
    List requests, newest first

    Costs are in US dollars. A key sees its own requests, the master key and keys of admins see all.

    Usage: fareway requests list [OPTIONS]

    Options:
          --limit <N>
              How many requests at most (default: 50); with --all, how many are fetched at a time

          --before <ID>
              Only those older than this request

          --all
              All requests, page after page

          --json
              Print JSON as the gateway sent it

          --csv
              Print CSV, its first line the names of the fields

      -h, --help
              Print help (see a summary with '-h')

    Which requests:
          --from <DATE>
              Since then: a day (UTC), or a time such as 2026-11-22T10:00:00Z

          --to <DATE>
              Before then

          --key <KEY>
              Of this key: its alias, its id, or the key itself

          --team <ID>
              Of this team

          --user <ID>
              Of this user of the gateway

          --end-user <ID>
              For this end user

          --session <ID>
              In this session

          --tag <TAG>
              With this tag

          --asked <GROUP>
              That asked for this model group

          --served <MODEL>
              That this model answered

          --deployment <DEPLOYMENT>
              That this deployment answered

          --outcome <OUTCOME>
              That ended so: `open`, `completed`, `refused`, `failed`, `client_gone` or `interrupted`

          --status <STATUS>
              Whose cost is so: `exact`, `inferred`, `estimated`, `partial`, `unpriced`, `open` or
              `interrupted`

    The gateway:
          --gateway <URL>
              The gateway's address (default: FAREWAY_GATEWAY, or else http://127.0.0.1:4000); its key
              is in FAREWAY_API_KEY, unless said otherwise

          --key-env <NAME>
              The environment variable that holds the key

          --key-file <FILE>
              A file that holds the key and nothing else

    --- exit 0
    ");
}

#[test]
fn requests_show() {
    assert_snapshot!(fareway("requests show --help").run(), @r"
    --- out
    Show a request: its receipt, who made it, and how its cost comes about

    Usage: fareway requests show [OPTIONS] <ID>

    Arguments:
      <ID>  The request's id: the answer's header `x-fareway-request-id`

    Options:
          --json  Print JSON as the gateway sent it
      -h, --help  Print help

    The gateway:
          --gateway <URL>    The gateway's address (default: FAREWAY_GATEWAY, or else
                             http://127.0.0.1:4000); its key is in FAREWAY_API_KEY, unless said
                             otherwise
          --key-env <NAME>   The environment variable that holds the key
          --key-file <FILE>  A file that holds the key and nothing else

    --- exit 0
    ");
}

#[test]
fn explain() {
    assert_snapshot!(fareway("explain --help").run(), @r"
    --- out
    Explain a request's cost, line by line, so that it can be checked by hand

    Usage: fareway explain [OPTIONS] <ID>

    Arguments:
      <ID>  The request's id: the answer's header `x-fareway-request-id`

    Options:
      -h, --help  Print help

    The gateway:
          --gateway <URL>    The gateway's address (default: FAREWAY_GATEWAY, or else
                             http://127.0.0.1:4000); its key is in FAREWAY_API_KEY, unless said
                             otherwise
          --key-env <NAME>   The environment variable that holds the key
          --key-file <FILE>  A file that holds the key and nothing else

    --- exit 0
    ");
}

#[test]
fn reprice() {
    assert_snapshot!(fareway("reprice --help").run(), @r"
    --- out
    Price requests again by today's price table; shows what would change, unless --apply

    Each request is priced by the prices of its own day. What it cost before, and by which prices, stays
    in the books beside the new cost.

    Usage: fareway reprice [OPTIONS]

    Options:
          --apply
              Write the new costs into the books

          --from <DATE>
              Requests since then: a day (UTC), or a time such as 2026-11-22T10:00:00Z

          --to <DATE>
              Requests before then

          --status <STATUS,…>
              Requests whose cost is so, such as `estimated`; by default `unpriced,partial`

          --served <MODEL>
              Requests that this model answered

          --ids <ID,…>
              These requests, whatever their status unless --status says more

          --json
              Print JSON as the gateway sent it

          --csv
              Print CSV, its first line the names of the fields

      -h, --help
              Print help (see a summary with '-h')

    The gateway:
          --gateway <URL>
              The gateway's address (default: FAREWAY_GATEWAY, or else http://127.0.0.1:4000); its key
              is in FAREWAY_API_KEY, unless said otherwise

          --key-env <NAME>
              The environment variable that holds the key

          --key-file <FILE>
              A file that holds the key and nothing else

    --- exit 0
    ");
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
