import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isStopped } from '../../../src/engine/stopped.ts';
import { within } from '../../integration/reverie.ts';

describe.runIf(process.platform === 'linux')('a process', () => {
  it('is told to be stopped after SIGSTOP, and no longer after SIGCONT', async () => {
    const child = spawn(process.execPath, ['-e', "process.title = 'a) T (b'; setInterval(() => {}, 1000)"]);
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child, 'spawn');
    const pid = child.pid ?? 0;
    const looks = (wanted: boolean) => () => isStopped(pid) === wanted;
    expect(isStopped(pid)).toBe(false);
    child.kill('SIGSTOP');
    await within(2000, 'the stop', () => 'still running', looks(true));
    child.kill('SIGCONT');
    await within(2000, 'its going on', () => 'still stopped', looks(false));
  });

  it('that is gone is not stopped', () => {
    expect(isStopped(2 ** 22 + 1)).toBe(false);
  });
});
