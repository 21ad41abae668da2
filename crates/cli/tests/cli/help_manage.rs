//! The help texts of the commands that manage keys and models.

use insta::assert_snapshot;

use crate::run::fareway;

#[test]
fn keys() {
    assert_snapshot!(fareway("keys --help").run(), @r"
    --- out
    Create keys for a gateway, change them, and see what they spent

    Usage: fareway keys <COMMAND>

    Commands:
      list        List the keys, newest first
      create      Create a key; it is printed once, and only its hash is kept
      show        Show a key: its terms, and what it spent
      update      Change a key; terms that are not named stay unchanged
      block       Refuse a key's requests until it is unblocked
      unblock     Accept a blocked key again
      regenerate  Replace a key with a new one, printed only once; the old key stops working
      delete      Delete keys for good; their spending stays recorded
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
    Create a key; it is printed once, and only its hash is kept

    The key alone goes to standard output, so that `KEY=$(fareway keys create)` holds it.

    Usage: fareway keys create [OPTIONS]

    Options:
          --alias <ALIAS>
              A name for people, which no other key has

          --models <GROUP,…>
              The model groups that it may use; all by default

          --budget <DOLLARS>
              Its budget, in dollars

          --duration <TIME>
              The length of budget windows, such as 24h, 30d or 1mo; the budget never resets when absent

          --window <TIME=DOLLARS>
              A further budget window beside it, such as 1d=10 for $10 a day; several hold at once

          --strict
              Never exceed the budget: the most that a request can cost is reserved before it is sent;
              this is the default

          --soft
              Refuse requests only once the budget is spent, so that the last ones may exceed it

          --rpm <N>
              Requests per minute

          --tpm <N>
              Tokens per minute

          --parallel <N>
              Requests at the same time

          --team <ID>
              Its team, whose terms apply too

          --user <ID>
              Its user, whose terms apply too

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
              is in FAREWAY_API_KEY by default

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
    Change a key; terms that are not named stay unchanged

    Usage: fareway keys update [OPTIONS] <KEY>

    Arguments:
      <KEY>  The key's alias, its id or the beginning of it, or the key itself; `-` reads it from
             standard input

    Options:
          --alias <ALIAS>          A name for people, which no other key has
          --models <GROUP,…>       The model groups that it may use; all by default
          --budget <DOLLARS>       Its budget, in dollars
          --duration <TIME>        The length of budget windows, such as 24h, 30d or 1mo; the budget
                                   never resets when absent
          --window <TIME=DOLLARS>  A further budget window beside it, such as 1d=10 for $10 a day;
                                   several hold at once
          --strict                 Never exceed the budget: the most that a request can cost is reserved
                                   before it is sent; this is the default
          --soft                   Refuse requests only once the budget is spent, so that the last ones
                                   may exceed it
          --rpm <N>                Requests per minute
          --tpm <N>                Tokens per minute
          --parallel <N>           Requests at the same time
          --team <ID>              Its team, whose terms apply too
          --user <ID>              Its user, whose terms apply too
          --expires <TIME>         How long it is valid from now on, such as 12h or 90d; for ever when
                                   absent
          --metadata <JSON>        A JSON object that is kept with each of its requests
          --clear <TERM,…>         Unset these terms of the key [possible values: alias, models, budget,
                                   duration, windows, rpm, tpm, parallel, team, user, expires, metadata]
          --json                   Print JSON as the gateway sent it
      -h, --help                   Print help

    The gateway:
          --gateway <URL>    The gateway's address (default: FAREWAY_GATEWAY, or else
                             http://127.0.0.1:4000); its key is in FAREWAY_API_KEY by default
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
      narrow  Narrow a router's pool after an answer from outside its router_models widened it
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
              Its endpoint, such as `https://RESOURCE.services.ai.azure.com/openai/v1/`

          --api-key-env <NAME>
              The environment variable that holds Azure's key; without it standard input is read

          --api-version <VERSION>
              The version of Azure's API, where the endpoint needs one

          --router <true|false>
              Whether a router chooses the model there, so that Azure charges the routing fee; by
              default its name decides

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
              is in FAREWAY_API_KEY by default

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

    --deployment and --api-base describe a deployment that is not added yet; its key is read as for
    `fareway models add`. The exit code is 1 when a deployment does not answer.

    Usage: fareway models test [OPTIONS] [NAME]

    Arguments:
      [NAME]
              The deployment's id, or a model group, of which all are tested

    Options:
          --deployment <NAME>
              The deployment on Azure, as `azure_ai/<deployment>`

          --api-base <URL>
              Its endpoint, such as `https://RESOURCE.services.ai.azure.com/openai/v1/`

          --api-key-env <NAME>
              The environment variable that holds Azure's key; without it standard input is read

          --api-version <VERSION>
              The version of Azure's API, where the endpoint needs one

          --router <true|false>
              Whether a router chooses the model there, so that Azure charges the routing fee; by
              default its name decides

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
              is in FAREWAY_API_KEY by default

          --key-env <NAME>
              The environment variable that holds the key

          --key-file <FILE>
              A file that holds the key and nothing else

    --- exit 0
    ");
}
