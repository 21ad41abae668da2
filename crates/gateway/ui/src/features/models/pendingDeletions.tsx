/** Deployments that are taken out and can be had back for a while: that outlives the page, as their deletion does. */
import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useSyncExternalStore } from "react";
import { runLater } from "../../lib/delayedAction";
import type { Deployment } from "../../api/deployments";
import { deleteModel, setModelBlocked } from "../../api/models";
import { notifyOnError } from "./notifyOnError";

/** How long a deletion can be undone, in milliseconds. */
const GRACE = 8_000;

let pending: ReadonlySet<string> = new Set();
const watchers = new Set<() => void>();
const watch = (watcher: () => void) => {
  watchers.add(watcher);
  return () => {
    watchers.delete(watcher);
  };
};

/** Those which no page shows, as they are as good as gone. */
export const usePendingDeletions = (): ReadonlySet<string> =>
  useSyncExternalStore(watch, () => pending);

function mark(id: string, gone: boolean): void {
  pending = new Set(gone ? [...pending, id] : [...pending].filter((one) => one !== id));
  for (const watcher of watchers) watcher();
}

/** Takes a deployment out at once, and deletes it when nobody has undone that. */
export function deleteWithUndo({ id, group, enabled }: Deployment): void {
  if (pending.has(id)) return;
  mark(id, true);
  const shown = `pending-${id}`;
  const end = async (title: string, act: () => Promise<void>) => {
    notifications.hide(shown);
    await notifyOnError(title, act);
    mark(id, false);
  };
  // It waits from now on, and not from when it is disabled: the tab may be closed before that.
  const deletion = runLater(GRACE, () =>
    end(`${group} was not deleted, but is disabled`, () => deleteModel(id)),
  );
  const disabled = setModelBlocked(id, true).catch((error: unknown) => {
    if (deletion.cancel())
      void end(`${group} was not deleted`, () => {
        throw error;
      });
  });
  const undo = () => {
    if (deletion.cancel())
      void disabled.then(() => end(`${group} stays disabled`, () => setModelBlocked(id, !enabled)));
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
      deletion.release("pointer");
    },
    onFocus: () => {
      deletion.hold("focus");
    },
    onBlur: () => {
      deletion.release("focus");
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
