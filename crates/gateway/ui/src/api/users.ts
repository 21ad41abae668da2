/** Users that keys can belong to. */
import { queryOptions } from "@tanstack/react-query";
import { api } from "./client";
import { unwrap } from "./error";

const MOST = 1000;

export const usersQuery = queryOptions({
  queryKey: ["users"],
  queryFn: async ({ signal }) => {
    const params = { query: { page_size: MOST, sort_by: "user_id" } } as const;
    return (await unwrap(api.GET("/user/list", { params, signal }))).users;
  },
});
