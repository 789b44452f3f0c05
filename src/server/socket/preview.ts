import type { Wire } from './outbox.ts';
import type { SocketTally } from './tally.ts';

/** Pictures that may be on their way to a viewer that confirms each one. */
const PACED_IN_FLIGHT = 2;

/**
 * Sends pictures to one viewer, the newest only: while the last has not left, the waiting one is replaced, and each one
 * replaced is counted. A `paced` viewer also answers every picture with a message; without it, pictures that the system's own
 * socket buffers hold (megabytes, on loopback) can be seconds old when a slow viewer gets to them.
 */
export function showPictures(wire: Wire, paced: boolean, tally: SocketTally): (jpeg: Uint8Array) => void {
  let waiting: Uint8Array | null = null;
  let writing = false;
  let unconfirmed = 0;

  const sendNext = (): void => {
    const free = !writing && wire.bufferedAmount === 0 && (!paced || unconfirmed < PACED_IN_FLIGHT);
    if (waiting === null || !free || wire.readyState !== wire.OPEN) return;
    const jpeg = waiting;
    waiting = null;
    writing = true;
    unconfirmed += 1;
    wire.send(jpeg, { binary: true }, () => {
      writing = false;
      sendNext();
    });
  };
  wire.on('message', () => {
    unconfirmed = Math.max(0, unconfirmed - 1);
    sendNext();
  });

  return (jpeg) => {
    if (waiting !== null) tally.previewSkips += 1;
    waiting = jpeg;
    sendNext();
  };
}
