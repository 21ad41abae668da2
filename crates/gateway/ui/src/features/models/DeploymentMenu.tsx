/** Menu of actions on a deployment. */
import { ActionIcon, Menu } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import {
  IconDots,
  IconMessage2Code,
  IconPlayerPause,
  IconPlayerPlay,
  IconTrash,
} from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import type { Deployment } from "../../api/deployments";
import { setModelBlocked } from "../../api/models";
import { notifyOnError } from "./notifyOnError";
import { deleteWithUndo } from "./pendingDeletions";

export function DeploymentMenu({ deployment }: { deployment: Deployment }) {
  const { group, enabled, source } = deployment;
  const navigate = useNavigate();
  const fixed = source === "config";
  return (
    // Clicks and Enter open the row; those in its menu must not.
    <div
      onClick={(event) => {
        event.stopPropagation();
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter") event.stopPropagation();
      }}
    >
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${group}`}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconMessage2Code size={16} aria-hidden />}
            disabled={!enabled}
            onClick={() => {
              void navigate({ to: "/playground", search: { group } });
            }}
          >
            Open in playground
          </Menu.Item>
          <Menu.Item
            leftSection={
              enabled ? (
                <IconPlayerPause size={16} aria-hidden />
              ) : (
                <IconPlayerPlay size={16} aria-hidden />
              )
            }
            disabled={fixed}
            onClick={() => {
              void toggle(deployment);
            }}
          >
            {enabled ? "Disable" : "Enable"}
          </Menu.Item>
          <Menu.Item
            color="red"
            leftSection={<IconTrash size={16} aria-hidden />}
            disabled={fixed}
            onClick={() => {
              deleteWithUndo(deployment);
            }}
          >
            Delete
          </Menu.Item>
          {fixed && (
            <Menu.Label maw={220}>Defined in the configuration file. Change it there.</Menu.Label>
          )}
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}

async function toggle({ id, group, enabled }: Deployment): Promise<void> {
  const done = enabled ? "disabled" : "enabled";
  await notifyOnError(`${group} was not ${done}`, async () => {
    await setModelBlocked(id, enabled);
    notifications.show({ message: `${group} was ${done}.` });
  });
}
