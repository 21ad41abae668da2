/** What the page asks the gateway about deployments, and how it changes them. */
import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { api, type Schemas } from "./client";
import { unwrap } from "./error";
import { queries } from "./cache";
import { parseUsd, type Picodollars } from "../lib/money";

export type Deployment = Schemas["DeploymentNow"];
export type Terms = Schemas["ModelTerms"];
export type Change = Schemas["ModelChange"];
export type Test = Schemas["ConnectionTest"];
const DEPLOYMENTS = ["deployments"] as const;
const reload = () => queries.invalidateQueries({ queryKey: DEPLOYMENTS });

export const useDeployments = () =>
  useQuery({
    queryKey: DEPLOYMENTS,
    queryFn: ({ signal }) => unwrap(api.GET("/fareway/v1/deployments", { signal })),
    refetchInterval: 30_000,
  });

/** What is known of what it cost lately; null where nothing was asked, or nothing of it has a price. */
export const costOf = ({ requests, cost_usd }: Deployment["last_day"]): Picodollars | null =>
  requests === 0 || cost_usd === null ? null : parseUsd(cost_usd);

/** How a deployment is written down, its secrets left out. It is asked anew whenever it is opened: somebody else may
 * have changed it, and what is edited must not take that back. */
export const useWritten = (id: string | undefined) =>
  useQuery({
    queryKey: [...DEPLOYMENTS, "written", id],
    enabled: id !== undefined,
    gcTime: 0,
    queryFn: async ({ signal }) => {
      const { data } = await unwrap(api.GET("/model/info", { signal }));
      return data.find((one) => one.model_info.id === id) ?? null;
    },
  });

/** Models and routing fees of the price table; they change only with a new gateway or overlay. */
export const usePrices = () =>
  useQuery({
    queryKey: ["prices", "all"],
    staleTime: Infinity,
    queryFn: ({ signal }) => unwrap(api.GET("/fareway/v1/prices", { signal })),
  });

/** How an endpoint would be called; told while it is typed. */
export const useEndpoint = (typed: Schemas["EndpointText"]) =>
  useQuery({
    queryKey: ["endpoint", typed],
    staleTime: Infinity,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => unwrap(api.POST("/ui/api/endpoint", { body: typed, signal })),
  });

export const useTest = () =>
  useMutation({
    mutationFn: (change: Change) => unwrap(api.POST("/health/test_connection", { body: change })),
    // The test is a request like any other, and counted.
    onSettled: reload,
  });

/** Adds a deployment, or changes the one whose id is given. */
export const useSave = () =>
  useMutation({
    mutationFn: (wanted: { id: undefined; terms: Terms } | { id: string; terms: Change }) =>
      wanted.id === undefined
        ? unwrap(api.POST("/model/new", { body: wanted.terms }))
        : unwrap(api.POST("/model/update", { body: { ...wanted.terms, model_id: wanted.id } })),
    onSuccess: reload,
  });

/** Narrows a router's pool again that an answer from outside its `router_models` has widened. */
export const useNarrow = () =>
  useMutation({
    mutationFn: (id: string) =>
      unwrap(api.POST("/fareway/v1/deployments/{id}/narrow", { params: { path: { id } } })),
    // Somebody else may have narrowed it already.
    onSettled: reload,
  });

/** It is sent also where the page is closed meanwhile. */
export async function setBlocked(id: string, blocked: boolean): Promise<void> {
  await unwrap(api.POST("/model/update", { body: { model_id: id, blocked }, keepalive: true }));
  await reload();
}

/** The same holds of this. */
export async function remove(id: string): Promise<void> {
  await unwrap(api.POST("/model/delete", { body: { id }, keepalive: true }));
  // A page that is opened before it has loaded anew must not show it again.
  queries.setQueryData<Schemas["DeploymentsNow"]>(
    DEPLOYMENTS,
    (before) =>
      before && { ...before, deployments: before.deployments.filter((one) => one.id !== id) },
  );
  await reload();
}
