/**
 * A list that is loaded page by page. Pages near the visible rows are kept; others are dropped and
 * loaded again.
 */

export interface PageRead<T> {
  rows: readonly T[];
  next: string | null;
}
type Read<T> = (before: string | null) => Promise<PageRead<T>>;

interface Page<T> {
  before: string | null;
  start: number;
  size: number;
  next: string | null;
  rows: readonly T[] | null;
}

export interface Listing<T> {
  /** All known rows; those that are not kept at the moment are undefined. */
  rows: readonly (T | undefined)[];
  /** Whether there are more rows than are known. */
  more: boolean;
  /** Loading paused after many empty pages, until the user continues. */
  paused: boolean;
  reading: boolean;
  error: unknown;
  /** The cursor of the next page. */
  next: string | null;
}

/** How many rows beyond the visible ones are loaded ahead, and how many are kept. */
const AHEAD = 200;
const HELD = 2_000;
/** How many empty pages are loaded before pausing. */
const PATIENCE = 20;

export class PagedList<T> {
  #pages: Page<T>[] = [];
  #sight: readonly [number, number] = [0, 0];
  #busy = false;
  #fruitless = 0;
  #error: unknown = null;
  #told = new Set<() => void>();
  #listing: Listing<T>;

  constructor(private readonly read: Read<T>) {
    this.#listing = this.#make();
  }

  readonly subscribe = (told: () => void) => {
    this.#told.add(told);
    void this.#go();
    return () => {
      this.#told.delete(told);
    };
  };
  readonly listing = () => this.#listing;

  /** Sets the visible rows. */
  readonly show = (first: number, last: number) => {
    this.#sight = [first, last];
    void this.#go();
  };

  /** Continues after an error or a pause. */
  readonly resume = () => {
    this.#error = null;
    this.#fruitless = 0;
    void this.#go();
  };

  /** Restarts from the newest page; the current rows stay until it is loaded. */
  readonly refresh = async () => {
    if (this.#busy) return;
    await this.#step(async () => {
      const read = await this.read(null);
      this.#pages = [];
      this.#sight = [0, 0];
      this.#add(null, read);
    });
    void this.#go();
  };

  async #go(): Promise<void> {
    while (!this.#busy && this.#error === null) {
      const work = this.#work();
      if (work === null) return;
      await this.#step(work);
    }
  }

  /** The next page to load, if any. */
  #work(): (() => Promise<void>) | null {
    const from = this.#sight[0] - AHEAD;
    const to = this.#sight[1] + AHEAD;
    const lost = this.#pages.find(
      (page) =>
        page.rows === null && page.size > 0 && page.start <= to && page.start + page.size > from,
    );
    if (lost)
      return async () => {
        lost.rows = (await this.read(lost.before)).rows.slice(0, lost.size);
      };
    const last = this.#pages.at(-1);
    if (last === undefined)
      return async () => {
        this.#add(null, await this.read(null));
      };
    if (last.next === null || to < last.start + last.size || this.#fruitless >= PATIENCE)
      return null;
    const { next } = last;
    return async () => {
      this.#add(next, await this.read(next));
    };
  }

  async #step(work: () => Promise<void>): Promise<void> {
    this.#busy = true;
    this.#tell();
    try {
      await work();
      this.#error = null;
    } catch (error) {
      this.#error = error;
    }
    this.#busy = false;
    this.#forget();
    this.#tell();
  }

  #add(before: string | null, { rows, next }: PageRead<T>) {
    const last = this.#pages.at(-1);
    this.#fruitless = rows.length === 0 ? this.#fruitless + 1 : 0;
    // An empty page only moves the cursor.
    if (rows.length === 0 && last !== undefined) last.next = next;
    else
      this.#pages.push({
        before,
        start: last === undefined ? 0 : last.start + last.size,
        size: rows.length,
        next,
        rows,
      });
  }

  #forget() {
    for (const page of this.#pages) {
      if (page.start + page.size < this.#sight[0] - HELD || page.start > this.#sight[1] + HELD)
        page.rows = null;
    }
  }

  #tell() {
    this.#listing = this.#make();
    for (const told of this.#told) told();
  }

  #make(): Listing<T> {
    const last = this.#pages.at(-1);
    return {
      rows: this.#pages.flatMap(
        (page): readonly (T | undefined)[] =>
          page.rows ?? new Array<undefined>(page.size).fill(undefined),
      ),
      more: last === undefined || last.next !== null,
      paused: this.#fruitless >= PATIENCE && last?.next !== null,
      reading: this.#busy,
      error: this.#error,
      next: last?.next ?? null,
    };
  }
}
