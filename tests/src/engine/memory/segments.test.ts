import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Ledger, processStart } from '../../../../src/engine/memory/ledger.ts';
import { SegmentStore } from '../../../../src/engine/memory/segment-store.ts';
import { mapSegment } from '../../../../src/runner/mapping.ts';

let folder = '';
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'reverie-memory-'))));
afterEach(() => rmSync(folder, { recursive: true }));

describe.each(['shared', 'file'] as const)('%s frame memory', (choice) => {
  it('is the same for whoever maps it, and gone when removed', async () => {
    const store = new SegmentStore(folder, choice);
    const segment = await store.create(100_000);
    const view = new Uint8Array(mapSegment(segment.ref));
    expect(view.length).toBe(100_000);
    view[77_777] = 5;
    expect(new Uint8Array(mapSegment(segment.ref))[77_777]).toBe(5);
    expect(store.bytes).toBe(100_000);
    segment.remove();
    segment.remove();
    expect(store.bytes).toBe(0);
    expect(() => mapSegment({ ...segment.ref, name: `${segment.ref.name}-other` })).toThrow();
    store.close();
  });

  it('that does not fit is a coded error and leaves nothing behind', async () => {
    const store = new SegmentStore(folder, choice);
    await expect(store.create(2 ** 45)).rejects.toMatchObject({ code: 'E_MEMORY_FULL' });
    expect(store.bytes).toBe(0);
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
