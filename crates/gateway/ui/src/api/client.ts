/** The gateway's API, typed by its OpenAPI document. The session cookie goes along by itself. */
import createClient from "openapi-fetch";
import type { components, paths } from "./schema";
import { sessionIsOver } from "./cache";

export type Schemas = components["schemas"];

/** Use as `unwrap(api.GET("/key/list", { params, signal }))`. */
export const api = createClient<paths>({ baseUrl: location.origin, credentials: "same-origin" });

api.use({
  onResponse({ response }) {
    if (response.status === 401) sessionIsOver();
  },
});
