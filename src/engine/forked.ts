import { createHook, executionAsyncId } from 'node:async_hooks';
import { fork, type ChildProcess, type ForkOptions } from 'node:child_process';

/** Hears that what a child wrote into its channel is no line of JSON. What it writes after that is read again. */
export type OnJunk = (error: Error) => void;

/** By the async id of every pipe to a child that lives. */
const ofPipe = new Map<number, OnJunk>();

/**
 * `fork`, safe from what the child writes into its channel. Node reads a channel by itself and throws what is no JSON out of its
 * own reader, past every handler but the last: one stray byte of one child would end the daemon. That last one knows which pipe
 * was being read by the async id of it, and the child's owner is told in place of all. https://nodejs.org/api/async_hooks.html
 */
export function forkHeard(
  entry: string,
  args: readonly string[],
  options: ForkOptions,
  onJunk: OnJunk,
): ChildProcess {
  if (!process.listeners('uncaughtException').includes(judge)) process.on('uncaughtException', judge);
  const pipes: number[] = [];
  // Only while the child is made: a hook that stays costs every promise of the daemon.
  const hook = createHook({
    init(id, type) {
      if (type === 'PIPEWRAP') pipes.push(id);
    },
  }).enable();
  try {
    const child = fork(entry, args, options);
    for (const id of pipes) ofPipe.set(id, onJunk);
    const forget = (): void => {
      for (const id of pipes) ofPipe.delete(id);
    };
    return child.once('close', forget).once('error', forget);
  } finally {
    hook.disable();
  }
}

function judge(error: Error): void {
  const onJunk = ofPipe.get(executionAsyncId());
  if (onJunk !== undefined) onJunk(error);
  // A fault of our own ends the process as it would without us, unless somebody else listens: then it is theirs.
  else if (process.listenerCount('uncaughtException') === 1) throw error;
}
