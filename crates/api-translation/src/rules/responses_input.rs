//! The lists for the items of a Responses request's input.

use super::{Api::Responses, Place, carried, dropped, refused};

const ITEM_: &str = "openai: responses/response_input_item_param.py";
const CALL_: &str = "openai: responses/response_function_tool_call_param.py";
const CUSTOM_: &str = "openai: responses/response_custom_tool_call_param.py";
const CUSTOM_ITEM: &str = "openai: responses/response_custom_tool_call_item.py";
const CUSTOM_OUT: &str = "openai: responses/response_custom_tool_call_output_param.py";
const EASY: &str = "openai: responses/easy_input_message_param.py";
const OUT_MESSAGE: &str = "openai: responses/response_output_message_param.py";
const TEXT_: &str = "openai: responses/response_input_text_param.py";
const OUT_TEXT_: &str = "openai: responses/response_output_text_param.py";
const REFUSAL_: &str = "openai: responses/response_output_refusal_param.py";
const IMAGE_: &str = "openai: responses/response_input_image_param.py";
const FILE_: &str = "openai: responses/response_input_file_param.py";

const PAST: &str = "describes an earlier answer, and says nothing to the model";
const REASONING: &str = "a chat has no place for earlier reasoning; the model reasons again";
const HOSTED: &str = "is of a hosted tool, which chat completions do not have";
const STORED: &str = "needs what was stored or encrypted by Responses, and this deployment only has \
                      chat completions; send the whole conversation, with `store: false`";
const BREAKPOINT: &str = "where a cached prompt ends; the answer is the same";
const PROGRAM: &str = "is made by a program of the API's, which a chat does not have";
const ASYNC: &str = "runs beside the answer, which a chat's tools do not";

pub(crate) static ITEM: Place = Place::new(
    Responses,
    "input[]",
    &[
        carried("type", "a message of its role; `developer` becomes `system`", EASY).is("message"),
        carried("type", "`tool_calls` of an `assistant` message", CALL_).is("function_call"),
        carried("type", "a `tool` message after the call", ITEM_).is("function_call_output"),
        carried("type", "`tool_calls` of an `assistant` message", CUSTOM_).is("custom_tool_call"),
        carried("type", "a `tool` message after the call", CUSTOM_OUT)
            .is("custom_tool_call_output"),
        carried("type", "`tools`", ITEM_).is("additional_tools"),
        dropped("type", REASONING, ITEM_).is("reasoning"),
        refused("type", STORED, ITEM_).is("item_reference"),
        refused("type", STORED, ITEM_).is("compaction"),
        refused("type", STORED, ITEM_).is("compaction_trigger"),
        refused("type", "changes the settings within a conversation, which a chat does not", ITEM_)
            .is("configuration_update"),
        refused("type", HOSTED, ITEM_).is("file_search_call"),
        refused("type", HOSTED, ITEM_).is("computer_call"),
        refused("type", HOSTED, ITEM_).is("computer_call_output"),
        refused("type", HOSTED, ITEM_).is("web_search_call"),
        refused("type", HOSTED, ITEM_).is("tool_search_call"),
        refused("type", HOSTED, ITEM_).is("tool_search_output"),
        refused("type", HOSTED, ITEM_).is("image_generation_call"),
        refused("type", HOSTED, ITEM_).is("code_interpreter_call"),
        refused("type", HOSTED, ITEM_).is("local_shell_call"),
        refused("type", HOSTED, ITEM_).is("local_shell_call_output"),
        refused("type", HOSTED, ITEM_).is("shell_call"),
        refused("type", HOSTED, ITEM_).is("shell_call_output"),
        refused("type", HOSTED, ITEM_).is("apply_patch_call"),
        refused("type", HOSTED, ITEM_).is("apply_patch_call_output"),
        refused("type", HOSTED, ITEM_).is("mcp_list_tools"),
        refused("type", HOSTED, ITEM_).is("mcp_approval_request"),
        refused("type", HOSTED, ITEM_).is("mcp_approval_response"),
        refused("type", HOSTED, ITEM_).is("mcp_call"),
        refused("type", PROGRAM, ITEM_).is("program"),
        refused("type", PROGRAM, ITEM_).is("program_output"),
    ],
);

pub(crate) static MESSAGE: Place = Place::new(
    Responses,
    "input[message]",
    &[
        carried("type", "a message", EASY),
        carried("role", "`role`; `developer` becomes `system`, which every model knows", EASY),
        carried("content", "`content`", EASY),
        dropped("id", PAST, OUT_MESSAGE),
        dropped("status", PAST, OUT_MESSAGE),
        dropped("phase", PAST, OUT_MESSAGE),
    ],
);

pub(crate) static PART: Place = Place::new(
    Responses,
    "input[message].content[]",
    &[
        carried("type", "a text part", TEXT_).is("input_text"),
        carried("type", "a text part of an earlier answer", OUT_TEXT_).is("output_text"),
        carried("type", "a `refusal` part of an earlier answer", REFUSAL_).is("refusal"),
        carried("type", "an `image_url` part", IMAGE_).is("input_image"),
        carried("type", "a `file` part", FILE_).is("input_file"),
    ],
);

pub(crate) static TEXT: Place = Place::new(
    Responses,
    "content[input_text]",
    &[
        carried("type", "a text part", TEXT_),
        carried("text", "`text`, byte for byte", TEXT_),
        dropped("prompt_cache_breakpoint", BREAKPOINT, TEXT_),
    ],
);

pub(crate) static OUT_TEXT: Place = Place::new(
    Responses,
    "content[output_text]",
    &[
        carried("type", "a text part", OUT_TEXT_),
        carried("text", "`text`, byte for byte", OUT_TEXT_),
        carried("annotations", "there are none", OUT_TEXT_).json("[]"),
        dropped("annotations", PAST, OUT_TEXT_),
        carried("logprobs", "there are none", OUT_TEXT_).json("[]"),
        dropped("logprobs", PAST, OUT_TEXT_),
    ],
);

pub(crate) static REFUSAL: Place = Place::new(
    Responses,
    "content[refusal]",
    &[
        carried("type", "a `refusal` part", REFUSAL_),
        carried("refusal", "`refusal`, byte for byte", REFUSAL_),
    ],
);

pub(crate) static IMAGE: Place = Place::new(
    Responses,
    "content[input_image]",
    &[
        carried("type", "an `image_url` part", IMAGE_),
        carried("image_url", "`image_url.url`: an address or a `data:` URL", IMAGE_),
        carried("detail", "`image_url.detail`", IMAGE_),
        refused("file_id", "is an uploaded image, which a chat cannot use; send the image", IMAGE_),
        dropped("prompt_cache_breakpoint", BREAKPOINT, IMAGE_),
    ],
);

pub(crate) static FILE: Place = Place::new(
    Responses,
    "content[input_file]",
    &[
        carried("type", "a `file` part", FILE_),
        carried("file_data", "`file.file_data`", FILE_),
        carried("filename", "`file.filename`", FILE_),
        carried("file_id", "`file.file_id`", FILE_),
        refused("file_url", "is an address, which a chat cannot fetch; send the file", FILE_),
        carried("detail", "what a chat does", FILE_).is("auto"),
        refused("detail", "is one that a chat's files do not have", FILE_),
        dropped("prompt_cache_breakpoint", BREAKPOINT, FILE_),
    ],
);

pub(crate) static CALL: Place = Place::new(
    Responses,
    "input[function_call]",
    &[
        carried("type", "a call", CALL_),
        carried("call_id", "`tool_calls[].id`", CALL_),
        carried("name", "`function.name`", CALL_),
        carried("namespace", "the beginning of `function.name`", CALL_),
        carried("arguments", "`function.arguments`, byte for byte", CALL_),
        dropped("id", PAST, CALL_),
        dropped("status", PAST, CALL_),
        carried("async", "what a chat does", CALL_).json("false"),
        refused("async", ASYNC, CALL_),
        carried("caller", "see `caller` below", CALL_),
    ],
);

pub(crate) static OUTPUT: Place = Place::new(
    Responses,
    "input[function_call_output]",
    &[
        carried("type", "a `tool` message", ITEM_),
        carried("call_id", "`tool_call_id`", ITEM_),
        carried("output", "`content`; images and files follow in a `user` message", ITEM_),
        dropped("id", PAST, ITEM_),
        dropped("status", PAST, ITEM_),
        dropped("name", "the call has it", ITEM_),
        dropped("namespace", "the call has it", ITEM_),
        carried("caller", "see `caller` below", ITEM_),
    ],
);

pub(crate) static CUSTOM_CALL: Place = Place::new(
    Responses,
    "input[custom_tool_call]",
    &[
        carried("type", "a call", CUSTOM_),
        carried("call_id", "`tool_calls[].id`", CUSTOM_),
        carried("name", "`custom.name`", CUSTOM_),
        carried("namespace", "the beginning of `custom.name`", CUSTOM_),
        carried("input", "`custom.input`, byte for byte", CUSTOM_),
        dropped("id", PAST, CUSTOM_),
        dropped("status", PAST, CUSTOM_ITEM),
        carried("async", "what a chat does", CUSTOM_).json("false"),
        refused("async", ASYNC, CUSTOM_),
        carried("caller", "see `caller` below", CUSTOM_),
    ],
);

pub(crate) static CALLER: Place = Place::new(
    Responses,
    "caller",
    &[
        carried("type", "what a chat does", CALL_).is("direct"),
        refused("type", PROGRAM, CALL_).is("program"),
    ],
);

pub(crate) static ADDITIONAL: Place = Place::new(
    Responses,
    "input[additional_tools]",
    &[
        carried("type", "`tools`", ITEM_),
        carried("role", "tools have no role in a chat", ITEM_),
        carried("tools", "`tools`", ITEM_),
        dropped("id", PAST, ITEM_),
    ],
);

pub(super) static PLACES: &[&Place] = &[
    &ITEM,
    &MESSAGE,
    &PART,
    &TEXT,
    &OUT_TEXT,
    &REFUSAL,
    &IMAGE,
    &FILE,
    &CALL,
    &OUTPUT,
    &CUSTOM_CALL,
    &CALLER,
    &ADDITIONAL,
];
