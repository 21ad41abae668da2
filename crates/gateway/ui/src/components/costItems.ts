/** Labels of the lines that make up a cost. */
import type { Schemas } from "../api/client";

export const COST_ITEMS: Readonly<Record<Schemas["CostItem"], string>> = {
  uncached_input: "Input",
  cached_input: "Cached input",
  cache_write: "Cache write",
  cache_write_1h: "Cache write (1 hour)",
  output: "Output",
  hidden_reasoning: "Hidden reasoning",
  routing_fee: "Routing fee",
};
