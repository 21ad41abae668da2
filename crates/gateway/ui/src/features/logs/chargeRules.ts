/** Why a request was charged as it was, in a few words. */
import type { Schemas } from "../../api/client";

export type ChargeRule = Schemas["ChargeRule"];

export const CHARGE_RULES: Readonly<Record<ChargeRule, string>> = {
  nothing_sent: "nothing was sent",
  refused_unread: "refused before the prompt was read",
  prompt_only: "the prompt, at the highest rates",
  prompt_and_elapsed_output:
    "the prompt and the output that can have been generated, at the highest rates",
  cost: "its cost",
  upper_bound: "its cost if hidden reasoning is billed",
  estimated: "its estimated cost",
  known_tokens_at_worst_rates: "its tokens, at the highest rates",
  reservation: "all that was reserved: its model and usage are not known",
  known_part: "the known part of its cost",
  interrupted: "all that was reserved: the gateway ended first",
};
