/** Runs an action and shows a notification if it fails. */
import { notifications } from "@mantine/notifications";
import { messageOf } from "../../api/error";

/** Returns whether the action succeeded. */
export async function notifyOnError(title: string, act: () => Promise<void>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    notifications.show({ color: "red", title, message: messageOf(error) });
    return false;
  }
}
