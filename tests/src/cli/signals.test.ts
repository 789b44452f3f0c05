import { EventEmitter } from 'node:events';
import { expect, test, vi } from 'vitest';
import { endOnSignal } from '../../../src/cli/signals.ts';
import { RecordingTerminal } from './recording-terminal.ts';

/** A process whose end is only noted, and a clock that the test moves. */
class Scene extends EventEmitter {
  readonly exits: number[] = [];
  readonly terminal = new RecordingTerminal();
  nowMs = 0;
  readonly ending;

  constructor(patienceMs: number) {
    super();
    this.ending = endOnSignal(this, this.terminal, () => this.nowMs, patienceMs);
  }

  exit(code: number): void {
    this.exits.push(code);
  }
}

const never = (): Promise<void> => new Promise(() => undefined);

test('a signal closes in good order and ends with 0', async () => {
  const scene = new Scene(60_000);
  const close = vi.fn(() => Promise.resolve());
  scene.ending.closes(close);
  scene.emit('SIGTERM');
  await vi.waitFor(() => expect(scene.exits).toEqual([0]));
  expect(close).toHaveBeenCalledOnce();
});

test('a signal that comes while starting closes as soon as it plays', async () => {
  const scene = new Scene(60_000);
  scene.emit('SIGINT');
  expect(scene.exits).toEqual([]);
  scene.ending.closes(() => Promise.resolve());
  await vi.waitFor(() => expect(scene.exits).toEqual([0]));
});

test('a second signal ends at once', () => {
  const scene = new Scene(60_000);
  scene.ending.closes(never);
  scene.emit('SIGINT');
  scene.nowMs = 1000;
  scene.emit('SIGINT');
  expect(scene.exits).toEqual([1]);
});

test('the death of the shell that Ctrl-C ended too is not a second signal', () => {
  const scene = new Scene(60_000);
  scene.ending.closes(never);
  scene.emit('SIGINT');
  scene.nowMs = 1000;
  scene.emit('SIGTERM');
  expect(scene.exits).toEqual([]);
});

test('the echo of one Ctrl-C by npm is not a second signal', () => {
  const scene = new Scene(60_000);
  scene.ending.closes(never);
  scene.emit('SIGINT');
  scene.nowMs = 5;
  scene.emit('SIGINT');
  expect(scene.exits).toEqual([]);
});

test('closing that takes too long is made short', async () => {
  const scene = new Scene(20);
  scene.ending.closes(never);
  scene.emit('SIGTERM');
  await vi.waitFor(() => expect(scene.exits).toEqual([1]));
  expect(scene.terminal.complaints.join()).toContain('too long');
});

test('closing that fails says why and ends with 1', async () => {
  const scene = new Scene(60_000);
  scene.ending.closes(() => Promise.reject(new Error('the disk is gone')));
  scene.emit('SIGTERM');
  await vi.waitFor(() => expect(scene.exits).toEqual([1]));
  expect(scene.terminal.complaints.join()).toContain('the disk is gone');
});
