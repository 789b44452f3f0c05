import { once } from 'node:events';
import type { ControlContext, Probe, SinkContext, SourceContext } from '../../src/contract/adapter.ts';
import { probeAv } from '../../src/codec/av.ts';
import { failure } from '../../src/contract/error.ts';
import { errorCatalogue } from '../../src/contract/error-catalogue.ts';
import type { JsonObject } from '../../src/contract/json.ts';
import { Desk } from './desk.ts';
import { feedOf, projectorOf, tidy } from './house.ts';
import { loadLibrary } from './library.ts';

/** Needs the library for peers, and FFmpeg for their pictures. */
export async function probe(): Promise<Probe> {
  try {
    const version = (await loadLibrary()).getLibraryVersion();
    const codec = await probeAv();
    return codec.available ? { available: true, version: `libdatachannel ${version}` } : codec;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { available: false, reason, remedy: errorCatalogue.E_SESSION_UNAVAILABLE.remedy };
  }
}

export const source = { run: runSource };
export const sink = { run: runSink };
export const control = { run: runDesk };

/** Waits for a peer to feed it; the pictures come by way of the desk. */
async function runSource(context: SourceContext): Promise<void> {
  mustNotBe('whep', context.config);
  const feed = feedOf(context.node);
  feed.open(context);
  if (!context.signal.aborted) await once(context.signal, 'abort');
  feed.close(context);
  tidy();
}

async function runSink(context: SinkContext): Promise<void> {
  mustNotBe('whip', context.config);
  const { bitrate } = context.config;
  const sink = {
    rateHz: context.rateHz,
    bitrateBps: typeof bitrate === 'number' ? bitrate * 1e6 : null,
    log: (line: string) => context.log(line),
    describe: (info: JsonObject) => context.describe(info),
  };
  const projector = projectorOf(context.node);
  projector.open(sink);
  context.want(null);
  await context.present((presentation) => projector.show(presentation));
  await projector.close(sink);
  tidy();
}

/** `whip:` is published to and feeds a source, `whep:` is watched and shows a sink. */
function mustNotBe(scheme: 'whip' | 'whep', { name }: JsonObject): void {
  if (typeof name !== 'string' || !name.startsWith(`${scheme}:`)) return;
  const [is, needs] = scheme === 'whip' ? ['a source', 'a sink'] : ['a sink', 'a source'];
  throw failure('E_GRAPH_CONFIG', `"${name}" is for ${is}, and this is ${needs}`);
}

async function runDesk(context: ControlContext): Promise<void> {
  const desk = new Desk(context, await loadLibrary());
  context.live();
  context.event('ready', {});
  if (!context.signal.aborted) await once(context.signal, 'abort');
  desk.close();
}
