/**
 * Virtual keys: lists, changes, and the signed-in key itself. Money is read as exact decimal text.
 */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { parseExact, type WithExactMoney } from "../lib/exactJson";
import { api, type Schemas } from "./client";
import { unwrap } from "./error";

export type Key = WithExactMoney<Schemas["Key"]>;
type KeyPage = Omit<Schemas["KeyList"], "keys"> & { keys: Key[] };
type KeyInfo = Omit<Schemas["KeyInfo"], "info"> & { info: Key };

/** Prefix of all queries about keys. */
export const KEYS = ["keys"] as const;

const PAGE_SIZE = 100;
/** Keys offered at once where one is chosen; a search finds the others. */
const CHOICES = 50;
/** `parseExact` needs the response as it was sent. */
const asText = { parseAs: "text" } as const;
const searching = (search: string) => (search === "" ? {} : { search });

/** Keys whose name contains the search text, page by page. */
export const keysQuery = (search: string) =>
  infiniteQueryOptions({
    queryKey: [...KEYS, search],
    initialPageParam: 1,
    queryFn: async ({ pageParam, signal }) => {
      const page = { page: pageParam, size: PAGE_SIZE, return_full_object: true };
      const params = { query: { ...page, ...searching(search) } };
      return parseExact<KeyPage>(await unwrap(api.GET("/key/list", { ...asText, params, signal })));
    },
    getNextPageParam: (last, _, page) => (page < last.total_pages ? page + 1 : null),
  });

/** The first keys whose name contains the search text, for a field that chooses one. */
export const keyChoicesQuery = (search: string) =>
  queryOptions({
    queryKey: [...KEYS, "choices", search],
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const query = { return_full_object: true, size: CHOICES, ...searching(search) };
      const { keys, total_count } = await unwrap(
        api.GET("/key/list", { params: { query }, signal }),
      );
      return { keys: keys.filter((key) => typeof key !== "string"), total: total_count };
    },
  });

/** The key that is signed in. */
export const ownKeyQuery = queryOptions({
  queryKey: [...KEYS, "own"],
  queryFn: async ({ signal }) =>
    parseExact<KeyInfo>(await unwrap(api.GET("/key/info", { ...asText, signal }))).info,
});

type Changes = Record<string, unknown>;

export const createKey = (terms: Changes) =>
  unwrap(api.POST("/key/generate", { body: terms as Schemas["KeyTerms"] }));

export const updateKey = ({ token }: Key, changes: Changes) =>
  unwrap(api.POST("/key/update", { body: { ...changes, key: token } }));

/** Blocks a key, or unblocks a blocked one. */
export const toggleKeyBlock = ({ token, blocked }: Key) => {
  const named = { body: { key: token } };
  return unwrap(blocked ? api.POST("/key/unblock", named) : api.POST("/key/block", named));
};

export const deleteKey = ({ token }: Key) =>
  unwrap(api.POST("/key/delete", { body: { keys: [token] } as Schemas["KeysNamed"] }));
