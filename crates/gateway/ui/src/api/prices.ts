/** Prices in force and routing fees. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api } from "./client";
import { unwrap } from "./error";

/** All prices and fees. They change only when the gateway or its price table does. */
export const allPricesQuery = queryOptions({
  queryKey: ["prices", "all"],
  staleTime: Infinity,
  queryFn: ({ signal }) => unwrap(api.GET("/fareway/v1/prices", { signal })),
});

/** Prices that match the search text. */
export const pricesQuery = (search: string) =>
  queryOptions({
    queryKey: ["prices", "search", search],
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    queryFn: ({ signal }) => {
      const params = { query: search === "" ? {} : { search } };
      return unwrap(api.GET("/fareway/v1/prices", { params, signal }));
    },
  });
