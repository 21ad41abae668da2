/** A delayed action runs once, or not at all if cancelled. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { runAllNow, runLater } from "./delayedAction";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("is done once: after a while, or at once where the session ends", async () => {
  const [first, second] = [vi.fn(() => Promise.resolve()), vi.fn(() => Promise.resolve())];
  const one = runLater(8_000, first);
  await vi.advanceTimersByTimeAsync(8_000);
  expect([first.mock.calls.length, one.cancel()]).toEqual([1, false]);
  runLater(8_000, second);
  await runAllNow();
  await vi.advanceTimersByTimeAsync(20_000);
  expect([first.mock.calls.length, second.mock.calls.length]).toEqual([1, 1]);
});

it("is never done once it is called off, also where it was held", async () => {
  const act = vi.fn(() => Promise.resolve());
  const one = runLater(8_000, act);
  one.hold("pointer");
  expect([one.cancel(), one.cancel()]).toEqual([true, false]);
  one.release("pointer");
  await vi.advanceTimersByTimeAsync(20_000);
  await runAllNow();
  expect(act).not.toHaveBeenCalled();
});

it("waits as long as pointer or focus rests on it", async () => {
  const act = vi.fn(() => Promise.resolve());
  const one = runLater(8_000, act);
  one.hold("pointer");
  one.hold("focus");
  one.release("pointer");
  await vi.advanceTimersByTimeAsync(20_000);
  expect(act).not.toHaveBeenCalled();
  one.release("focus");
  await vi.advanceTimersByTimeAsync(7_999);
  expect(act).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(act).toHaveBeenCalledOnce();
});
