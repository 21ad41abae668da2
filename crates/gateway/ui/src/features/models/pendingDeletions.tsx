/** Deployments that are taken out and can be had back for a while: that outlives the page, as their deletion does. */
import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useSyncExternalStore } from "react";
import { later } from "../../lib/delayedAction";
import { remove, setBlocked, type Deployment } from "../../api/deployments";
import { trying } from "./notifyOnError";

/** How long a deletion can be undone, in milliseconds. */
const GRACE = 8_000;

let leaving: ReadonlySet<string> = new Set();
const watchers = new Set<() => void>();
const watch = (watcher: () => void) => {
  watchers.add(watcher);
  return () => {
    watchers.delete(watcher);
  };
};

/** Those which no page shows, as they are as good as gone. */
export const useLeaving = (): ReadonlySet<string> => useSyncExternalStore(watch, () => leaving);

function mark(id: string, gone: boolean): void {
  leaving = new Set(gone ? [...leaving, id] : [...leaving].filter((one) => one !== id));
  for (const watcher of watchers) watcher();
}

/** Takes a deployment out at once, and deletes it when nobody has undone that. */
export function leave({ id, group, enabled }: Deployment): void {
  if (leaving.has(id)) return;
  mark(id, true);
  const shown = `leaving-${id}`;
  const end = async (title: string, act: () => Promise<void>) => {
    notifications.hide(shown);
    await trying(title, act);
    mark(id, false);
  };
  // It waits from now on, and not from when it is disabled: the tab may be closed before that.
  const deletion = later(GRACE, () =>
    end(`${group} was not deleted, but is disabled`, () => remove(id)),
  );
  const disabled = setBlocked(id, true).catch((error: unknown) => {
    if (deletion.callOff())
      void end(`${group} was not deleted`, () => {
        throw error;
      });
  });
  const undo = () => {
    if (deletion.callOff())
      void disabled.then(() => end(`${group} stays disabled`, () => setBlocked(id, !enabled)));
  };
  notifications.show({
    id: shown,
    // It goes when the deletion does, and must not promise what is over.
    autoClose: false,
    withCloseButton: false,
    // Nobody is hurried who is about to undo it.
    onPointerEnter: () => {
      deletion.hold("pointer");
    },
    onPointerLeave: () => {
      deletion.letGo("pointer");
    },
    onFocus: () => {
      deletion.hold("focus");
    },
    onBlur: () => {
      deletion.letGo("focus");
    },
    message: (
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm" truncate>
          {group} is taken out, and deleted in a moment.
        </Text>
        <Button variant="subtle" size="compact-sm" onClick={undo}>
          Undo
        </Button>
      </Group>
    ),
  });
}
