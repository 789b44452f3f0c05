import type { FromRunner } from '../contract/protocol.ts';

/** Sends to the daemon. Messages to a daemon that is gone are dropped: the process is about to end with it. */
export type Write = (line: FromRunner | readonly FromRunner[]) => void;
export type Send = (message: FromRunner) => void;

export const sendToDaemon: Write = (message) => {
  if (process.connected === true) process.send?.(message, undefined, {}, ignore);
};

function ignore(): void {}
