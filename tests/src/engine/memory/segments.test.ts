import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Ledger, processStart } from '../../../../src/engine/memory/ledger.ts';
import { fileMemory } from '../../../../src/engine/memory/file-memory.ts';
import { sweepOrphans } from '../../../../src/engine/memory/orphans.ts';
import { posixMemory } from '../../../../src/engine/memory/posix-memory.ts';
import { SegmentStore } from '../../../../src/engine/memory/segment-store.ts';
import { mapSegment } from '../../../../src/runner/mapping.ts';

const ignored = (): void => undefined;
let folder = '';
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'reverie-memory-'))));
afterEach(() => rmSync(folder, { recursive: true }));

describe.each(['shared', 'file'] as const)('%s frame memory', (choice) => {
  it('is the same for whoever maps it, and gone when removed', async () => {
    const store = new SegmentStore(folder, choice, ignored);
    const segment = await store.create(100_000);
    const view = new Uint8Array(mapSegment(segment.ref));
    expect(view.length).toBe(100_000);
    view[77_777] = 5;
    expect(new Uint8Array(mapSegment(segment.ref))[77_777]).toBe(5);
    expect(store.status.bytes).toBe(100_000);
    segment.remove();
    segment.remove();
    expect(store.status.bytes).toBe(0);
    expect(() => mapSegment({ ...segment.ref, name: `${segment.ref.name}-other` })).toThrow();
    store.close();
  });

  it('that is shorter than was promised is a coded error where it is mapped, and no death', async () => {
    const store = new SegmentStore(folder, choice, ignored);
    // A name that this process has not mapped yet.
    (await store.create(1)).remove();
    const segment = await store.create(100_000);
    expect(() => mapSegment({ ...segment.ref, bytes: 200_000 })).toThrow(
      expect.objectContaining({ code: 'E_MEMORY_MAP', message: expect.stringContaining('has 100000 bytes') }),
    );
    segment.remove();
    store.close();
  });

  it('that does not fit is a coded error and leaves nothing behind', async () => {
    const store = new SegmentStore(folder, choice, ignored);
    await expect(store.create(2 ** 45)).rejects.toMatchObject({ code: 'E_MEMORY_FULL' });
    expect(store.status.bytes).toBe(0);
    store.close();
  });
});

describe('the ledger', () => {
  it('gives up what a daemon that is gone left, once', () => {
    const gone = new Ledger(folder, 999_999_999, 'x1');
    gone.note('/left-a');
    gone.note('/left-b');
    const removed: string[] = [];
    const mine = new Ledger(folder, process.pid, processStart(process.pid) ?? '');
    expect(mine.sweep((name) => removed.push(name) > 0, processStart)).toBe(2);
    expect(mine.sweep((name) => removed.push(name) > 0, processStart)).toBe(0);
    expect(removed).toEqual(['/left-a', '/left-b']);
  });

  it('never touches what a living neighbour has', () => {
    const neighbour = new Ledger(folder, process.pid, processStart(process.pid) ?? '');
    neighbour.note('/in-use');
    const other = new Ledger(folder, process.pid, 'another-start');
    expect(other.sweep(() => true, processStart)).toBe(0);
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it('knows a reused pid from the daemon that had it', () => {
    const former = new Ledger(folder, process.pid, '1');
    former.note('/of-the-former');
    expect(former.sweep(() => true, processStart)).toBe(1);
  });

  it('leaves files alone that are none of its own', () => {
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    new Ledger(folder, process.pid, 'a').sweep(() => true, processStart);
    expect(existsSync(join(folder, 'notes.txt'))).toBe(true);
  });
});

describe('files of frames that a ledger names', () => {
  it('stay where their daemon holds them, though its process cannot be seen from here', async () => {
    const files = fileMemory(join(folder, 'frames'));
    const segment = await files.create('/reverie-999999999-x3-0', 4096);
    expect(files.removeLeftover('/reverie-999999999-x3-0')).toBe(false);
    expect(existsSync(segment.ref.name)).toBe(true);
    segment.remove();
    expect(existsSync(segment.ref.name)).toBe(false);
  });
});

const onLinux = process.platform === 'linux';
const why = onLinux ? '' : ' (skipped: only Linux lists shared memory)';

describe.runIf(onLinux)(`shared memory whose ledger is gone with its home${why}`, () => {
  const shared = posixMemory();
  const pathOf = (name: string): string => join('/dev/shm', name);
  const left: string[] = [];
  const leave = (name: string): string => {
    writeFileSync(pathOf(name), 'pixels');
    left.push(name);
    return name;
  };
  const sweep = (): number => sweepOrphans(shared, processStart);
  afterEach(() => left.splice(0).forEach((name) => rmSync(pathOf(name), { force: true })));

  it('is removed at the next start of any daemon', () => {
    const name = leave('reverie-999999999-77-0');
    const store = new SegmentStore(folder, 'shared', ignored);
    expect(store.swept).toBeGreaterThanOrEqual(1);
    store.close();
    expect(existsSync(pathOf(name))).toBe(false);
  });

  it('stays where its daemon lives, and goes where its pid was given to another process', () => {
    const living = leave(`reverie-${process.pid}-${processStart(process.pid)}-99`);
    const former = leave(`reverie-${process.pid}-1-99`);
    sweep();
    expect([existsSync(pathOf(living)), existsSync(pathOf(former))]).toEqual([true, false]);
  });

  it('stays where its daemon holds it, though its process cannot be seen from here', async () => {
    const name = '/reverie-999999999-78-0';
    const segment = await shared.create(name, 4096);
    sweep();
    expect(shared.names()).toContain(name);
    segment.remove();
    expect(shared.names()).not.toContain(name);
  });

  it('is told from what others keep there', () => {
    const other = leave('reverie-notes-of-somebody');
    sweep();
    expect(existsSync(pathOf(other))).toBe(true);
  });
});
