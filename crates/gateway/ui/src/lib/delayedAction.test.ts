/** What can be called off is done once, or not at all. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { allNow, later } from "./delayedAction";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("is done once: after a while, or at once where the session ends", async () => {
  const [first, second] = [vi.fn(() => Promise.resolve()), vi.fn(() => Promise.resolve())];
  const one = later(8_000, first);
  await vi.advanceTimersByTimeAsync(8_000);
  expect([first.mock.calls.length, one.callOff()]).toEqual([1, false]);
  later(8_000, second);
  await allNow();
  await vi.advanceTimersByTimeAsync(20_000);
  expect([first.mock.calls.length, second.mock.calls.length]).toEqual([1, 1]);
});

it("is never done once it is called off, also where it was held", async () => {
  const act = vi.fn(() => Promise.resolve());
  const one = later(8_000, act);
  one.hold("pointer");
  expect([one.callOff(), one.callOff()]).toEqual([true, false]);
  one.letGo("pointer");
  await vi.advanceTimersByTimeAsync(20_000);
  await allNow();
  expect(act).not.toHaveBeenCalled();
});

it("waits as long as pointer or focus rests on it", async () => {
  const act = vi.fn(() => Promise.resolve());
  const one = later(8_000, act);
  one.hold("pointer");
  one.hold("focus");
  one.letGo("pointer");
  await vi.advanceTimersByTimeAsync(20_000);
  expect(act).not.toHaveBeenCalled();
  one.letGo("focus");
  await vi.advanceTimersByTimeAsync(7_999);
  expect(act).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(act).toHaveBeenCalledOnce();
});
