/** Menu of actions on a key or team: view its requests, edit, block, delete. */
import { ActionIcon, Button, Group, Menu, Modal, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import {
  IconBan,
  IconCircleCheck,
  IconDots,
  IconEdit,
  IconListDetails,
  IconTrash,
} from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { messageOf } from "../../api/error";
import { useKeyOrTeamChange } from "../../api/teams";

interface Props {
  name: string;
  /** The consequence of deleting it. */
  consequence: string;
  blocked: boolean;
  logs: Record<string, string>;
  edit: () => void;
  block: () => Promise<unknown>;
  remove: () => Promise<unknown>;
}

export function RowMenu({ name, consequence, blocked, logs, edit, block, remove }: Props) {
  const [asking, { open, close }] = useDisclosure(false);
  const navigate = useNavigate();
  const change = useKeyOrTeamChange((what: () => Promise<unknown>) => what());
  const act = (what: () => Promise<unknown>, said: string) => {
    change.mutate(what, {
      onSuccess: () => {
        close();
        notifications.show({ color: "teal", message: `${name} ${said}.` });
      },
      onError: (error) => {
        notifications.show({ color: "red", title: "The change failed", message: messageOf(error) });
      },
    });
  };
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
      <Menu position="bottom-end" shadow="md" withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${name}`}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconListDetails size={16} />}
            onClick={() => {
              void navigate({ to: "/logs", search: logs });
            }}
          >
            View requests
          </Menu.Item>
          <Menu.Item leftSection={<IconEdit size={16} />} onClick={edit}>
            Edit…
          </Menu.Item>
          <Menu.Item
            leftSection={blocked ? <IconCircleCheck size={16} /> : <IconBan size={16} />}
            onClick={() => {
              act(block, blocked ? "was unblocked" : "was blocked");
            }}
          >
            {blocked ? "Unblock" : "Block"}
          </Menu.Item>
          <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={open}>
            Delete…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal
        opened={asking}
        onClose={close}
        title={`Delete ${name}?`}
        closeButtonProps={{ "aria-label": "Close" }}
        transitionProps={{ duration: 120 }}
      >
        <Stack gap="md">
          <Text size="sm">
            {consequence} Its past requests stay in the ledger. This cannot be undone.
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={close} data-autofocus>
              Cancel{" "}
            </Button>
            <Button
              color="red"
              loading={change.isPending}
              onClick={() => {
                act(remove, "was deleted");
              }}
            >
              Delete
            </Button>
          </Group>
        </Stack>
      </Modal>
    </div>
  );
}
