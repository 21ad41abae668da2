/**
 * Typed HTTP client of the gateway's API, generated from its OpenAPI document. The session cookie
 * is sent along.
 */
import createClient from "openapi-fetch";
import { sessionIsOver } from "./cache";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];

/** The query parameters of a GET endpoint. */
export type QueryOf<Path extends keyof paths> = paths[Path] extends {
  get: { parameters: { query?: infer Query } };
}
  ? NonNullable<Query>
  : never;

/** Use as `unwrap(api.GET("/key/list", { params, signal }))`. */
export const api = createClient<paths>({ baseUrl: location.origin, credentials: "same-origin" });

const SESSION_PATH = "/ui/api/session";

api.use({
  onResponse({ response, schemaPath }) {
    // Signing in with a wrong key is refused with 401 as well, and ends no session.
    if (response.status === 401 && schemaPath !== SESSION_PATH) sessionIsOver();
  },
});
