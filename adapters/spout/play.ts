import { setTimeout as sleep } from 'node:timers/promises';
import type { DiscoverContext, SinkContext, SourceContext } from '../../src/contract/adapter.ts';
import { nowUs } from '../../src/contract/clock.ts';
import { failure } from '../../src/contract/error.ts';
import { sameSize, type Size } from '../../src/contract/frame.ts';
import type { JsonObject } from '../../src/contract/json.ts';
import type { TextureShare } from './texture-share.ts';

/** Spout tells nobody that something was drawn: whoever receives looks. */
const LOOK_EVERY_MS = 4;
const LIST_EVERY_MS = 1_000;
const SEARCH_US = 1_000_000;

/** Plays what a sender draws. Rejects with `E_SOURCE_ABSENT` where it is not there, `E_SOURCE_LOST` once it is gone. */
export async function receive(share: TextureShare, context: SourceContext): Promise<void> {
  const { signal } = context;
  const name = nameOf(context.config);
  const receiver = share.openReceiver(name);
  const giveUpUs = nowUs() + SEARCH_US;
  let shown: Size | null = null;
  try {
    while (!signal.aborted) {
      const look = receiver.look();
      if (look.kind === 'picture') {
        const frame = await context.output(look.size);
        frame.data.set(look.pixels);
        frame.publish();
        if (!sameSize(shown, look.size)) context.describe({ sender: look.sender, ...look.size });
        shown = look.size;
      } else if (look.kind === 'absent') {
        if (shown !== null)
          throw failure('E_SOURCE_LOST', `The Spout sender${quoted(name)} is gone`, { name });
        if (nowUs() > giveUpUs) throw absent(name, share);
      }
      await sleep(LOOK_EVERY_MS, undefined, { signal });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    receiver.close();
  }
}

/** Shares each new frame. Rejects with `E_SINK_LOST` where the machine does not take it. */
export async function transmit(share: TextureShare, context: SinkContext): Promise<void> {
  const name = nameOf(context.config) || 'Reverie';
  const sender = share.openSender(name);
  let described: Size | null = null;
  context.want(null);
  try {
    await context.present(({ frame, repeat }) => {
      // What is shared stays until it is replaced.
      if (repeat) return;
      const { width, height } = frame;
      if (!sender.send(frame.data, { width, height }))
        throw failure('E_SINK_LOST', `Spout does not take a picture of ${width}×${height} as "${name}"`);
      if (!sameSize(described, frame)) context.describe({ name, width, height });
      described = { width, height };
    });
  } finally {
    sender.close();
  }
}

/** Spout does not tell of new senders either; a list of names is read once a second. */
export async function list(share: TextureShare, context: DiscoverContext): Promise<void> {
  let told: string | null = null;
  while (!context.signal.aborted) {
    const endpoints = share
      .senders()
      .map(({ name, size }) => ({ url: `spout:${name}`, name, size, rateHz: null }));
    const text = JSON.stringify(endpoints);
    if (text !== told) context.found(endpoints);
    told = text;
    await sleep(LIST_EVERY_MS, undefined, { signal: context.signal }).catch(() => undefined);
  }
}

function nameOf({ name }: JsonObject): string {
  return typeof name === 'string' ? name.trim() : '';
}

function quoted(name: string): string {
  return name === '' ? '' : ` "${name}"`;
}

function absent(name: string, share: TextureShare): Error {
  const seen = share.senders().map((sender) => sender.name);
  const others = seen.length === 0 ? 'nothing is shared' : `there are: ${seen.slice(0, 8).join(', ')}`;
  return failure('E_SOURCE_ABSENT', `There is no Spout sender${quoted(name)}; ${others}`, { name });
}
