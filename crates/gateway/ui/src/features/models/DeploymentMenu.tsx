/** What can be done with one deployment, and undone. */
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
import { setBlocked, type Deployment } from "../../api/deployments";
import { leave } from "./pendingDeletions";
import { trying } from "./notifyOnError";

export function Actions({ deployment }: { deployment: Deployment }) {
  const { group, enabled, source } = deployment;
  const navigate = useNavigate();
  const fixed = source === "config";
  return (
    // The row opens on clicks and Enter; what happens in its menu is not meant for it.
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
              leave(deployment);
            }}
          >
            Delete
          </Menu.Item>
          {fixed && (
            <Menu.Label maw={220}>
              It stands in the configuration file, and is changed there.
            </Menu.Label>
          )}
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}

async function toggle({ id, group, enabled }: Deployment): Promise<void> {
  const done = enabled ? "disabled" : "enabled";
  await trying(`${group} was not ${done}`, async () => {
    await setBlocked(id, enabled);
    notifications.show({ message: `${group} is ${done}.` });
  });
}
