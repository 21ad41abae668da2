/** Does something, and tells of it where it fails. */
import { notifications } from "@mantine/notifications";
import { messageOf } from "../../api/error";

/** Whether it was done. */
export async function notifyOnError(title: string, act: () => Promise<void>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    notifications.show({ color: "red", title, message: messageOf(error) });
    return false;
  }
}
