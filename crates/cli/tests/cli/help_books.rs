//! The help texts of the commands that read a gateway's ledger.

use insta::assert_snapshot;

use crate::run::fareway;

#[test]
fn spend_report() {
    assert_snapshot!(fareway("spend report --help").run(), @r"
    --- out
    Sum up what was spent: by served model, key, team, tag, day …

    `cost` is the total of requests with a complete price; `known` adds the known part of the others.
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
              That ended as `open`, `completed`, `refused`, `failed`, `client_gone` or `interrupted`

          --status <STATUS>
              Of this status: `exact`, `inferred`, `estimated`, `partial`, `unpriced`, `open` or
              `interrupted`

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
              That ended as `open`, `completed`, `refused`, `failed`, `client_gone` or `interrupted`

          --status <STATUS>
              Of this status: `exact`, `inferred`, `estimated`, `partial`, `unpriced`, `open` or
              `interrupted`

          --held
              For which budgets were charged more than the known cost

          --charged-by <RULE>
              That were charged by this rule, as `charged_by` of a receipt names it

          --client-ip <IP>
              That came from this IP address

          --provider-region <REGION>
              That this region of the provider answered, such as `East US 2`

          --api <API>
              Of this API: `chat`, `responses`, `messages` or `embeddings`

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
fn requests_show() {
    assert_snapshot!(fareway("requests show --help").run(), @r"
    --- out
    Show a request: its receipt, its caller, and where its cost comes from

    Usage: fareway requests show [OPTIONS] <ID>

    Arguments:
      <ID>  The request's id, in the answer's header `x-fareway-request-id`, or the answer's own
            (`chatcmpl-…`)

    Options:
          --json  Print JSON as the gateway sent it
      -h, --help  Print help

    The gateway:
          --gateway <URL>    The gateway's address (default: FAREWAY_GATEWAY, or else
                             http://127.0.0.1:4000); its key is in FAREWAY_API_KEY by default
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
      <ID>  The request's id, in the answer's header `x-fareway-request-id`, or the answer's own
            (`chatcmpl-…`)

    Options:
      -h, --help  Print help

    The gateway:
          --gateway <URL>    The gateway's address (default: FAREWAY_GATEWAY, or else
                             http://127.0.0.1:4000); its key is in FAREWAY_API_KEY by default
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

    Each request is priced by the prices of its own day. Its previous cost and prices stay in the ledger
    beside the new cost.

    Usage: fareway reprice [OPTIONS]

    Options:
          --apply
              Store the new costs

          --from <DATE>
              Requests since then: a day (UTC), or a time such as 2026-11-22T10:00:00Z

          --to <DATE>
              Requests before then

          --status <STATUS,…>
              Requests with this status, such as `estimated`; by default `unpriced,partial`

          --served <MODEL>
              Requests that this model answered

          --stale
              Only requests whose cost, status or review mark would change, of any status; those whose
              price id alone would change are counted

          --ids <ID,…>
              These requests, with any status, unless --status is given

          --json
              Print JSON as the gateway sent it

          --csv
              Print CSV, its first line the names of the fields

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
