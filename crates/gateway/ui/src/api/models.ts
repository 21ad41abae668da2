/**
 * Models: the terms of a deployment, how they are tested, saved and deleted, and the groups clients
 * can request.
 */
import { keepPreviousData, queryOptions, useMutation } from "@tanstack/react-query";
import { queryClient } from "./cache";
import { api, type Schemas } from "./client";
import { DEPLOYMENTS, deploymentsQuery, reloadDeployments } from "./deployments";
import { unwrap } from "./error";

export type ModelTerms = Schemas["ModelTerms"];
export type ModelChange = Schemas["ModelChange"];
export type ConnectionTest = Schemas["ConnectionTest"];

/** The names of all model groups that can be requested. */
export const modelGroupsQuery = queryOptions({
  queryKey: ["groups"],
  queryFn: ({ signal }) => unwrap(api.GET("/v1/models", { signal })),
  select: ({ data }) => data.map(({ id }) => id),
});

/**
 * The stored terms of a deployment without its secrets; null if it no longer exists. They are
 * loaded each time the form opens: somebody else may have changed them, and saving must not revert
 * that.
 */
export const modelQuery = (id: string) =>
  queryOptions({
    queryKey: [...DEPLOYMENTS, "terms", id],
    gcTime: 0,
    queryFn: async ({ signal }) => {
      const { data } = await unwrap(api.GET("/model/info", { signal }));
      return data.find((one) => one.model_info.id === id) ?? null;
    },
  });

/** The URL an endpoint would be called at, or what is wrong with it, while it is typed. */
export const endpointQuery = (typed: Schemas["EndpointText"]) =>
  queryOptions({
    queryKey: ["endpoint", typed],
    staleTime: Infinity,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => unwrap(api.POST("/ui/api/endpoint", { body: typed, signal })),
  });

export const useTestConnection = () =>
  useMutation({
    mutationFn: (change: ModelChange) =>
      unwrap(api.POST("/health/test_connection", { body: change })),
    // The test is a request like any other, and counts as one.
    onSettled: reloadDeployments,
  });

type SavedModel = { id: undefined; terms: ModelTerms } | { id: string; terms: ModelChange };

/** Adds a deployment, or changes the one with the given ID. */
export const useSaveModel = () =>
  useMutation({
    mutationFn: ({ id, terms }: SavedModel) =>
      id === undefined
        ? unwrap(api.POST("/model/new", { body: terms as ModelTerms }))
        : unwrap(api.POST("/model/update", { body: { ...terms, model_id: id } })),
    onSuccess: reloadDeployments,
  });

/** Completes even if the page is closed meanwhile. */
export async function setModelBlocked(id: string, blocked: boolean): Promise<void> {
  await unwrap(api.POST("/model/update", { body: { model_id: id, blocked }, keepalive: true }));
  await reloadDeployments();
}

/** Completes even if the page is closed meanwhile. */
export async function deleteModel(id: string): Promise<void> {
  await unwrap(api.POST("/model/delete", { body: { id }, keepalive: true }));
  // A page that opens before the list is reloaded must not show it again.
  queryClient.setQueryData(deploymentsQuery.queryKey, (before) => {
    const deployments = before?.deployments.filter((one) => one.id !== id);
    return before && deployments && { ...before, deployments };
  });
  await reloadDeployments();
}
