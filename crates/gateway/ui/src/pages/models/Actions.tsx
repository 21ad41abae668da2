/** What can be done with one deployment, and undone. */
import { ActionIcon, Button, Group, Menu, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconDots, IconMessage2Code, IconPlayerPause, IconPlayerPlay, IconTrash } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { messageOf } from "../../api/error";
import { remove, setBlocked, type Deployment } from "./deployments";

/** How long a deletion can be undone, in milliseconds. */
const GRACE = 8_000;

export function Actions({ deployment, onLeaving }: { deployment: Deployment; onLeaving: (id: string, gone: boolean) => void }) {
  const { id, group, enabled, source } = deployment;
  const navigate = useNavigate();
  const fixed = source === "config";
  return (
    // The row opens on clicks and Enter; what happens in its menu is not meant for it.
    <div onClick={(event) => { event.stopPropagation(); }} onKeyDown={(event) => { if (event.key === "Enter") event.stopPropagation(); }}>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target><ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${group}`}><IconDots size={18} /></ActionIcon></Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconMessage2Code size={16} aria-hidden />} disabled={!enabled} onClick={() => { void navigate({ to: "/playground", search: { group } }); }}>Open in playground</Menu.Item>
          <Menu.Item leftSection={enabled ? <IconPlayerPause size={16} aria-hidden /> : <IconPlayerPlay size={16} aria-hidden />} disabled={fixed} onClick={() => { void toggle(deployment); }}>{enabled ? "Disable" : "Enable"}</Menu.Item>
          <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} disabled={fixed} onClick={() => { void leave(deployment, (gone) => { onLeaving(id, gone); }); }}>Delete</Menu.Item>
          {fixed && <Menu.Label maw={220}>It stands in the configuration file, and is changed there.</Menu.Label>}
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

/** Takes a deployment out at once, and deletes it when nobody has undone that: after some time, or when the page is
 * closed, which would leave it disabled. */
async function leave({ id, group, enabled }: Deployment, onLeaving: (gone: boolean) => void): Promise<void> {
  await trying(`${group} was not deleted`, async () => {
    await setBlocked(id, true);
    onLeaving(true);
    const end = () => { clearTimeout(timer); removeEventListener("pagehide", finish); notifications.hide(shown); };
    const undo = () => { end(); void trying(`${group} stays disabled`, () => setBlocked(id, !enabled)).then(() => { onLeaving(false); }); };
    const finish = () => { end(); void trying(`${group} was not deleted, but is disabled`, () => remove(id)).then((good) => { if (!good) onLeaving(false); }); };
    const timer = setTimeout(finish, GRACE);
    addEventListener("pagehide", finish);
    const shown = notifications.show({
      // The timer hides it, also where the pointer rests on it: it must not promise what is over.
      autoClose: false, withCloseButton: false,
      message: <Group justify="space-between" wrap="nowrap"><Text size="sm" truncate>{group} is taken out, and deleted in a moment.</Text><Button variant="subtle" size="compact-sm" onClick={undo}>Undo</Button></Group>,
    });
  });
}

async function trying(title: string, act: () => Promise<void>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    notifications.show({ color: "red", title, message: messageOf(error) });
    return false;
  }
}
