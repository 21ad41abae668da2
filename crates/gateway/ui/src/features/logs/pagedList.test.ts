/** A long list keeps nearby pages, loads each page once, and pauses when it finds nothing. */
import { expect, it } from "vitest";
import { PagedList } from "./pagedList";

const SIZE = 200;
function list(count: number) {
  const asked: (string | null)[] = [];
  const pages = new PagedList<number>((before) => {
    asked.push(before);
    const start = Number(before ?? 0);
    const rows = Array.from({ length: Math.min(SIZE, count - start) }, (_, place) => start + place);
    return Promise.resolve({ rows, next: start + SIZE < count ? String(start + SIZE) : null });
  });
  return { pages, asked };
}
const settled = () => new Promise((done) => setTimeout(done));

it("reads no further than what is in sight and a little ahead", async () => {
  const { pages, asked } = list(1_000_000);
  pages.subscribe(() => undefined);
  pages.show(0, 20);
  await settled();
  expect(asked).toEqual([null, "200"]);
  expect(pages.listing()).toMatchObject({ more: true, reading: false });
});

it("forgets what is far and reads it again when it comes into sight", async () => {
  const { pages, asked } = list(10_000);
  pages.subscribe(() => undefined);
  for (let first = 0; first < 9_980; first += 100) {
    pages.show(first, first + 20);
    await settled();
  }
  expect(asked.length).toBe(50);
  const { rows, more } = pages.listing();
  expect([rows.length, more, rows[0], rows[9_999]]).toEqual([10_000, false, undefined, 9_999]);
  expect(rows.filter((row) => row !== undefined).length).toBeLessThan(5_000);
  pages.show(0, 20);
  await settled();
  expect(pages.listing().rows[0]).toBe(0);
  expect(pages.listing().rows[9_999]).toBeUndefined();
});

it("stops where page after page is empty, until told to go on", async () => {
  let asked = 0;
  const pages = new PagedList<number>(() => {
    asked += 1;
    return Promise.resolve({ rows: [], next: String(asked) });
  });
  pages.subscribe(() => undefined);
  await settled();
  expect([asked, pages.listing().paused]).toEqual([20, true]);
  pages.resume();
  await settled();
  expect(asked).toBe(40);
});

it("tells an error once and goes on when asked to", async () => {
  let broken = true;
  const pages = new PagedList<number>(() =>
    broken ? Promise.reject(new Error("away")) : Promise.resolve({ rows: [1], next: null }),
  );
  pages.subscribe(() => undefined);
  await settled();
  expect(pages.listing().error).toEqual(new Error("away"));
  broken = false;
  pages.resume();
  await settled();
  expect(pages.listing()).toMatchObject({ rows: [1], error: null, more: false });
});
