-- Routers that a model outside their `router_models` has answered. The whole pool counts for their worst
-- case, until an operator narrows it again or configures other `router_models`.
CREATE TABLE widened_pools (
    deployment_id TEXT COLLATE "C" NOT NULL,
    router_models TEXT COLLATE "C" NOT NULL,
    served TEXT COLLATE "C" NOT NULL,
    request_id TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (deployment_id, router_models)
);
