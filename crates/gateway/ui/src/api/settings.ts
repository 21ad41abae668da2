/** The gateway's settings and prices, as its API tells them. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api } from "./client";
import { unwrap } from "./error";

/** Read again every so often: spool and store change while one looks. */
export const useSettings = () =>
  useQuery({
    queryKey: ["settings"],
    refetchInterval: 5_000,
    queryFn: ({ signal }) => unwrap(api.GET("/fareway/v1/settings", { signal })),
  });

export const usePrices = (search: string) =>
  useQuery({
    queryKey: ["prices", search],
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/fareway/v1/prices", {
          params: { query: search === "" ? {} : { search } },
          signal,
        }),
      ),
  });

/** "data_zone_standard", "eu" as words: "Data zone standard, EU". */
export function where(
  type: string | null,
  zone: string | null,
  regions: readonly string[] = [],
): string {
  const words = (type ?? "any deployment").replaceAll("_", " ");
  return [
    words[0]?.toUpperCase() + words.slice(1),
    zone?.toUpperCase().replace("_", " "),
    ...regions,
  ]
    .filter((one) => one !== undefined && one !== "")
    .join(", ");
}
