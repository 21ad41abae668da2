/** Labels of the rules by which requests are charged. */
import type { Schemas } from "../../api/client";

export type ChargeRule = Schemas["ChargeRule"];

export const CHARGE_RULES: Readonly<Record<ChargeRule, string>> = {
  nothing_sent: "nothing was sent",
  refused_unread: "refused before the prompt was read",
  prompt_only: "the prompt, at the highest rates",
  prompt_and_elapsed_output:
    "the prompt and the most output possible by then, at the highest rates",
  cost: "the actual cost",
  upper_bound: "the cost including hidden reasoning",
  estimated: "the estimated cost",
  known_tokens_at_worst_rates: "the known tokens, at the highest rates",
  reservation: "the full reservation: model and usage are unknown",
  known_part: "the known part of the cost",
  interrupted: "the full reservation: the gateway stopped first",
};
