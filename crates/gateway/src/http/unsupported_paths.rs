//! Paths of `LiteLLM` and OpenAI that are not supported: an error names the feature and the
//! alternative. `docs/litellm-api.md` lists the same.

/// Some pages that are not here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unsupported {
    /// The feature, such as `images`.
    pub(crate) what: &'static str,
    /// The alternative.
    pub(crate) instead: &'static str,
    /// The beginnings of their paths, part by part; `*` is any part.
    paths: &'static [&'static str],
}

const CHAT: &str = "send `messages` to `POST /v1/chat/completions`";
const DIRECT: &str = "call the deployment in Azure directly; such requests are not in the ledger";
const TEAMS: &str = "use teams and users, each with a budget, limits and `models`";
const CONFIG: &str = "write it into the gateway's configuration file, and restart the gateway";

/// All of them. The first match wins.
const ALL: [Unsupported; 29] = [
    Unsupported {
        what: "legacy completions",
        instead: CHAT,
        paths: &[
            "/v1/completions",
            "/completions",
            "/openai/v1/completions",
            "/openai/deployments/*/completions",
            "/engines",
        ],
    },
    Unsupported {
        what: "batches of Anthropic's Messages",
        instead: "send each message to `POST /v1/messages`",
        paths: &["/v1/messages/batches", "/messages/batches", "/anthropic/v1/messages/batches"],
    },
    Unsupported {
        what: "the API of Gemini",
        instead: CHAT,
        paths: &["/v1beta", "/gemini", "/vertex_ai"],
    },
    Unsupported {
        what: "images",
        instead: DIRECT,
        paths: &["/v1/images", "/images", "/openai/v1/images", "/openai/deployments/*/images"],
    },
    Unsupported {
        what: "audio",
        instead: DIRECT,
        paths: &[
            "/v1/audio",
            "/audio",
            "/openai/v1/audio",
            "/openai/deployments/*/audio",
            "/v1/realtime",
            "/realtime",
        ],
    },
    Unsupported { what: "videos", instead: DIRECT, paths: &["/v1/videos", "/videos"] },
    Unsupported {
        what: "batches and files",
        instead: DIRECT,
        paths: &[
            "/v1/batches",
            "/batches",
            "/openai/v1/batches",
            "/v1/files",
            "/files",
            "/openai/v1/files",
            "/openai/files",
        ],
    },
    Unsupported {
        what: "fine-tuning",
        instead: DIRECT,
        paths: &["/v1/fine_tuning", "/fine_tuning", "/openai/v1/fine_tuning"],
    },
    Unsupported {
        what: "moderation, reranking, search and OCR",
        instead: DIRECT,
        paths: &[
            "/v1/moderations",
            "/moderations",
            "/v1/rerank",
            "/v2/rerank",
            "/rerank",
            "/v1/search",
            "/search",
            "/v1/ocr",
            "/ocr",
        ],
    },
    Unsupported {
        what: "assistants, threads and vector stores",
        instead: DIRECT,
        paths: &[
            "/v1/assistants",
            "/assistants",
            "/v1/threads",
            "/threads",
            "/v1/vector_stores",
            "/vector_stores",
            "/vector_store",
        ],
    },
    Unsupported {
        what: "SSO",
        instead: "sign in at `/ui` with the master key or with a virtual key",
        paths: &[
            "/sso",
            "/login",
            "/v2/login",
            "/fallback/login",
            "/invitation",
            "/onboarding",
            "/scim",
        ],
    },
    Unsupported {
        what: "end users as records of their own, and erasing an end user's data",
        instead: "requests keep the end user that they name; list them with \
            `/fareway/v1/requests?end_user=`, and set `retention` so that old entries are deleted",
        paths: &["/customer", "/end_user", "/v1/customer"],
    },
    Unsupported {
        what: "guardrails and policies",
        instead: "answers are filtered by the content filters of the deployment in Azure; set them there",
        paths: &["/guardrails", "/v2/guardrails", "/apply_guardrail", "/policies", "/policy"],
    },
    Unsupported {
        what: "organizations and projects",
        instead: TEAMS,
        paths: &["/organization", "/project"],
    },
    Unsupported {
        what: "budgets as records of their own",
        instead: "set `max_budget` and `budget_duration` on the key, team or user itself",
        paths: &["/budget"],
    },
    Unsupported {
        what: "model access groups",
        instead: TEAMS,
        paths: &["/access_group", "/v1/access_group", "/model_group/make_public"],
    },
    Unsupported {
        what: "stored credentials",
        instead: "set an `api_key` for each model, or give the gateway an identity in Azure",
        paths: &["/credentials"],
    },
    Unsupported {
        what: "tags as records of their own",
        instead: "name tags in a request; `/global/spend/tags` shows the cost of each",
        paths: &["/tag"],
    },
    Unsupported {
        what: "tool servers and agents",
        instead: DIRECT,
        paths: &["/mcp", "/v1/mcp", "/v1/agents", "/agents", "/a2a", "/v1/skills"],
    },
    Unsupported { what: "stored prompts", instead: CHAT, paths: &["/prompts", "/utils"] },
    Unsupported {
        what: "changes of the configuration by API",
        instead: CONFIG,
        paths: &[
            "/config",
            "/get/config",
            "/router",
            "/fallback",
            "/cache",
            "/callbacks",
            "/update",
            "/model/settings",
        ],
    },
    Unsupported {
        what: "health checks that call a model",
        instead: "use `GET /health/readiness` for the gateway, and `POST /health/test_connection` for a model",
        paths: &["/health", "/test", "/active/callbacks"],
    },
    Unsupported {
        what: "keys of service accounts, and changes of many keys at once",
        instead: "use `POST /key/generate` and `POST /key/update`, with a `team_id` and no `user_id`",
        paths: &["/key/service-account", "/key/bulk_update", "/key/health", "/key/aliases"],
    },
    Unsupported {
        what: "resetting the spend of a key or team",
        instead: "raise `max_budget`, or set a `budget_duration`: past spend stays in the ledger",
        paths: &["/key/*/reset_spend", "/global/spend/reset", "/team/*/member"],
    },
    Unsupported {
        what: "changes of many users or members at once, and permissions of members",
        instead: "use `POST /user/update`, `POST /team/update` and `POST /team/member_add`",
        paths: &[
            "/user/bulk_update",
            "/team/bulk_member_add",
            "/team/permissions_list",
            "/team/permissions_update",
            "/team/permissions_bulk_update",
            "/team/model",
            "/team/*/callback",
            "/team/callback",
        ],
    },
    Unsupported {
        what: "lists for `LiteLLM`'s own UI",
        instead: "use `GET /user/list`, `GET /v2/team/list` and `GET /key/list`",
        paths: &[
            "/user/filter",
            "/user/available_roles",
            "/team/filter",
            "/team/metadata_schema",
            "/user/get_users",
        ],
    },
    Unsupported {
        what: "the audit log under this path",
        instead: "use `GET /fareway/v1/audit`",
        paths: &["/audit"],
    },
    Unsupported {
        what: "this report",
        instead: "use `GET /fareway/v1/reports/spend`, which groups by any dimension",
        paths: &[
            "/global/spend",
            "/global/activity",
            "/global/all_end_users",
            "/global/predict",
            "/spend",
            "/model/metrics",
            "/model/streaming_metrics",
            "/organization/daily",
            "/tag/daily",
            "/user/daily",
            "/provider/budgets",
        ],
    },
    Unsupported {
        what: "pass-through requests",
        instead: DIRECT,
        paths: &[
            "/azure",
            "/azure_ai",
            "/openai_passthrough",
            "/bedrock",
            "/cohere",
            "/langfuse",
            "/assemblyai",
        ],
    },
];

/// The unsupported feature that a path belongs to, if it is known.
pub(crate) fn at(path: &str) -> Option<&'static Unsupported> {
    ALL.iter().find(|one| one.paths.iter().any(|beginning| begins(path, beginning)))
}

/// Whether a path begins with these parts.
fn begins(path: &str, beginning: &str) -> bool {
    // Whole parts are compared: `/engines` must not match `/engines-of-mine`.
    let mut parts = path.trim_end_matches('/').split('/');
    beginning.split('/').all(|part| {
        parts.next().is_some_and(|found| part == found || (part == "*" && !found.is_empty()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, expect: Option<&str>) {
        assert_eq!(at(path).map(|one| one.what), expect, "{path}");
    }

    #[test]
    fn paths_are_known_part_by_part() {
        check("/v1/completions", Some("legacy completions"));
        check("/v1/completions/", Some("legacy completions"));
        check("/openai/deployments/gpt/completions", Some("legacy completions"));
        check("/v1/images/generations", Some("images"));
        check("/openai/deployments/dall-e/images/generations", Some("images"));
        check("/key/sk-x/reset_spend", Some("resetting the spend of a key or team"));
        check("/global/spend/reset", Some("resetting the spend of a key or team"));
        check("/global/spend/provider", Some("this report"));
        for none in
            ["/v1/completion", "/v1", "/", "", "/imagesque", "/nothing/here", "/openai/deployments"]
        {
            check(none, None);
        }
    }

    #[test]
    fn nothing_is_listed_twice() {
        let all: Vec<_> = ALL.iter().flat_map(|one| one.paths).collect();
        let mut once = all.clone();
        once.sort();
        once.dedup();
        assert_eq!(all.len(), once.len());
    }
}
