/** Deployments as they are now: configuration, health, and the requests of the last day. */
import { queryOptions, useMutation } from "@tanstack/react-query";
import { queryClient } from "./cache";
import { api, type Schemas } from "./client";
import { unwrap } from "./error";

export type Deployment = Schemas["DeploymentNow"];

/** Prefix of all queries about deployments. */
export const DEPLOYMENTS = ["deployments"] as const;

export const deploymentsQuery = queryOptions({
  queryKey: DEPLOYMENTS,
  queryFn: ({ signal }) => unwrap(api.GET("/fareway/v1/deployments", { signal })),
  refetchInterval: 30_000,
});

export const reloadDeployments = () => queryClient.invalidateQueries({ queryKey: DEPLOYMENTS });

/** Narrows a router's pool that was widened by a response from outside its `router_models`. */
export const useNarrowPool = () =>
  useMutation({
    mutationFn: (id: string) =>
      unwrap(api.POST("/fareway/v1/deployments/{id}/narrow", { params: { path: { id } } })),
    // Also after a failure: somebody else may have narrowed it already.
    onSettled: reloadDeployments,
  });
