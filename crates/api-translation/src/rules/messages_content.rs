//! The lists for the messages of a Messages request and their blocks.

use super::{Api::Messages, Place, carried, dropped, refused};

const MESSAGE_: &str = "anthropic: message_param.py";
const BLOCK_: &str = "anthropic: content_block_param.py";
const BETA_BLOCK: &str = "anthropic: beta/beta_content_block_param.py";
const TEXT_: &str = "anthropic: text_block_param.py";
const IMAGE_: &str = "anthropic: image_block_param.py";
const DOCUMENT_: &str = "anthropic: document_block_param.py";
const SEARCH_: &str = "anthropic: search_result_block_param.py";
const USE_: &str = "anthropic: tool_use_block_param.py";
const RESULT_: &str = "anthropic: tool_result_block_param.py";

const CACHE: &str = "where a cached prompt ends; the answer is the same";
const THINKING: &str = "a chat has no place for earlier thinking; the model thinks again";
const HOSTED: &str = "is of a tool of Claude's own, which chat completions do not have";
const STORED: &str = "is stored at Anthropic's, which a chat cannot use; send the content itself";
const CITED: &str = "asks for citations, which a chat's answers do not have";
const CALLER_: &str = "is made by a program of the API's, which a chat does not have";

pub(crate) static SYSTEM: Place =
    Place::new(Messages, "system[]", &[carried("type", "a text part", TEXT_).is("text")]);

pub(crate) static MESSAGE: Place = Place::new(
    Messages,
    "messages[]",
    &[
        carried("role", "`role`: `user`, `assistant` or `system`", MESSAGE_),
        carried("content", "`content`, `tool_calls` and `tool` messages", MESSAGE_),
    ],
);

pub(crate) static BLOCK: Place = Place::new(
    Messages,
    "content[]",
    &[
        carried("type", "a text part", BLOCK_).is("text"),
        carried("type", "an `image_url` part", BLOCK_).is("image"),
        carried("type", "a `file` part, or text", BLOCK_).is("document"),
        carried("type", "a text part", BLOCK_).is("search_result"),
        carried("type", "`tool_calls` of the `assistant` message", BLOCK_).is("tool_use"),
        carried("type", "a `tool` message after the call", BLOCK_).is("tool_result"),
        dropped("type", THINKING, BLOCK_).is("thinking"),
        dropped("type", THINKING, BLOCK_).is("redacted_thinking"),
        refused("type", HOSTED, BLOCK_).is("server_tool_use"),
        refused("type", HOSTED, BLOCK_).is("web_search_tool_result"),
        refused("type", HOSTED, BLOCK_).is("web_fetch_tool_result"),
        refused("type", HOSTED, BLOCK_).is("code_execution_tool_result"),
        refused("type", HOSTED, BLOCK_).is("bash_code_execution_tool_result"),
        refused("type", HOSTED, BLOCK_).is("text_editor_code_execution_tool_result"),
        refused("type", HOSTED, BLOCK_).is("tool_search_tool_result"),
        refused("type", STORED, BLOCK_).is("container_upload"),
        refused("type", HOSTED, BETA_BLOCK).is("advisor_tool_result"),
        refused("type", HOSTED, BETA_BLOCK).is("mcp_tool_use"),
        refused("type", HOSTED, BETA_BLOCK).is("mcp_tool_result"),
        refused("type", HOSTED, BETA_BLOCK).is("mcp_tool_listing"),
        refused("type", HOSTED, BETA_BLOCK).is("tool_addition"),
        refused("type", HOSTED, BETA_BLOCK).is("tool_removal"),
        refused("type", STORED, BETA_BLOCK).is("compaction"),
        refused("type", HOSTED, BETA_BLOCK).is("fallback"),
    ],
);

/// The blocks within a tool's result.
pub(crate) static RESULT_BLOCK: Place = Place::new(
    Messages,
    "content[tool_result].content[]",
    &[
        carried("type", "a text part of the `tool` message", RESULT_).is("text"),
        carried("type", "an `image_url` part of a `user` message after it", RESULT_).is("image"),
        carried("type", "a `file` part of a `user` message after it, or text", RESULT_)
            .is("document"),
        carried("type", "a text part of the `tool` message", RESULT_).is("search_result"),
        refused("type", HOSTED, RESULT_).is("tool_reference"),
        refused("type", HOSTED, RESULT_).is("browser_state"),
    ],
);

pub(crate) static TEXT: Place = Place::new(
    Messages,
    "content[text]",
    &[
        carried("type", "a text part", TEXT_),
        carried("text", "`text`, byte for byte", TEXT_),
        dropped("cache_control", CACHE, TEXT_),
        carried("citations", "there are none", TEXT_).json("[]"),
        dropped("citations", "describes an earlier answer, and says nothing to the model", TEXT_),
    ],
);

pub(crate) static IMAGE: Place = Place::new(
    Messages,
    "content[image]",
    &[
        carried("type", "an `image_url` part", IMAGE_),
        carried("source", "`image_url.url`", IMAGE_),
        dropped("cache_control", CACHE, IMAGE_),
        refused("transformations", "changes the image, which a chat does not", IMAGE_),
    ],
);

pub(crate) static IMAGE_SOURCE: Place = Place::new(
    Messages,
    "content[image].source",
    &[
        carried("type", "a `data:` URL", IMAGE_).is("base64"),
        carried("type", "the address", IMAGE_).is("url"),
        refused("type", STORED, "anthropic: beta/beta_file_image_source_param.py").is("file"),
        carried("media_type", "the `data:` URL's type", IMAGE_),
        carried("data", "the `data:` URL's data", IMAGE_),
        carried("url", "`image_url.url`", IMAGE_),
    ],
);

pub(crate) static DOCUMENT: Place = Place::new(
    Messages,
    "content[document]",
    &[
        carried("type", "a `file` part, or text", DOCUMENT_),
        carried("source", "`file.file_data`, or text parts", DOCUMENT_),
        carried("title", "`file.filename`, or a text part before the text", DOCUMENT_),
        carried("context", "a text part before the document", DOCUMENT_),
        carried("citations", "see `citations` below", DOCUMENT_),
        dropped("cache_control", CACHE, DOCUMENT_),
    ],
);

pub(crate) static DOCUMENT_SOURCE: Place = Place::new(
    Messages,
    "content[document].source",
    &[
        carried("type", "a `file` part with a `data:` URL", DOCUMENT_).is("base64"),
        carried("type", "a text part", DOCUMENT_).is("text"),
        carried("type", "its text and images", DOCUMENT_).is("content"),
        refused("type", "is an address, which a chat cannot fetch; send the document", DOCUMENT_)
            .is("url"),
        refused("type", STORED, DOCUMENT_).is("file"),
        carried("media_type", "the `data:` URL's type", DOCUMENT_),
        carried("data", "the data, or the text byte for byte", DOCUMENT_),
        carried("content", "parts", DOCUMENT_),
    ],
);

pub(crate) static SOURCE_BLOCK: Place = Place::new(
    Messages,
    "content[document].source.content[]",
    &[
        carried("type", "a text part", DOCUMENT_).is("text"),
        carried("type", "an `image_url` part", DOCUMENT_).is("image"),
    ],
);

pub(crate) static SEARCH_RESULT: Place = Place::new(
    Messages,
    "content[search_result]",
    &[
        carried("type", "a text part", SEARCH_),
        carried("source", "a text part before the content", SEARCH_),
        carried("title", "a text part before the content", SEARCH_),
        carried("content", "text parts", SEARCH_),
        carried("citations", "see `citations` below", SEARCH_),
        dropped("cache_control", CACHE, SEARCH_),
    ],
);

pub(crate) static CITATIONS: Place = Place::new(
    Messages,
    "citations",
    &[
        carried("enabled", "what a chat does", DOCUMENT_).json("false"),
        refused("enabled", CITED, DOCUMENT_),
    ],
);

pub(crate) static TOOL_USE: Place = Place::new(
    Messages,
    "content[tool_use]",
    &[
        carried("type", "a call", USE_),
        carried("id", "`tool_calls[].id`", USE_),
        carried("name", "`function.name`", USE_),
        carried("input", "`function.arguments`: its JSON text, byte for byte", USE_),
        dropped("cache_control", CACHE, USE_),
        carried("caller", "see `caller` below", USE_),
        refused("toolset_name", HOSTED, USE_),
    ],
);

pub(crate) static CALLER: Place = Place::new(
    Messages,
    "caller",
    &[
        carried("type", "what a chat does", USE_).is("direct"),
        refused("type", CALLER_, USE_).is("code_execution_20250825"),
        refused("type", CALLER_, USE_).is("code_execution_20260120"),
    ],
);

pub(crate) static TOOL_RESULT: Place = Place::new(
    Messages,
    "content[tool_result]",
    &[
        carried("type", "a `tool` message", RESULT_),
        carried("tool_use_id", "`tool_call_id`", RESULT_),
        carried("content", "`content`; images and files follow in a `user` message", RESULT_),
        carried("is_error", "a text part `[error]` before the content", RESULT_),
        dropped("cache_control", CACHE, RESULT_),
        refused("toolset_name", HOSTED, RESULT_),
    ],
);

pub(super) static PLACES: &[&Place] = &[
    &SYSTEM,
    &MESSAGE,
    &BLOCK,
    &RESULT_BLOCK,
    &TEXT,
    &IMAGE,
    &IMAGE_SOURCE,
    &DOCUMENT,
    &DOCUMENT_SOURCE,
    &SOURCE_BLOCK,
    &SEARCH_RESULT,
    &CITATIONS,
    &TOOL_USE,
    &CALLER,
    &TOOL_RESULT,
];
