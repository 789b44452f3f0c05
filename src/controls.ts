import { z } from 'zod';
import { Controllers } from './controllers.ts';
import type { NodeStatus } from './contract/engine-api.ts';
import type { Engine } from './engine/engine.ts';
import type { Options } from './options.ts';
import { ObsLink } from './obs-link.ts';
import { OscFeedback } from './osc-feedback.ts';
import type { Show } from './show/show.ts';

/** How long a start waits to hear of OSC. */
const OSC_LIMIT_MS = 5_000;

/** How OSC is after the start. Both null: nothing was heard of it within seconds. */
export interface OscStart {
  /** `host:port` on which it listens. */
  readonly address: string | null;
  /** Why it does not, in words that say what helps. It is tried again all the same. */
  readonly problem: string | null;
}

export interface Controls {
  /** `host:port` on which OSC listens; null where it does not within seconds. */
  oscAddress(): Promise<string | null>;
  /** What OSC says first: that it listens, or why it cannot. */
  oscStart(): Promise<OscStart>;
  /** The same as it is now. */
  oscAddressNow(): string | null;
  readonly obs: ObsLink;
}

/** Control adapters belong to the machine. Here they meet the show: what they bring in, what they refuse, what they must know. */
export function startControls(options: Options, engine: Engine, show: Show): Controls {
  engine.onControl((batch) => show.play(batch));
  engine.startControl('osc', {
    host: options.oscHost,
    port: options.oscPort,
    allow: [...options.oscAllow],
    untimed: [...options.oscUntimed],
    feedback: [...options.oscFeedback],
  });
  engine.startControl('midi', { only: [...options.midi], ignore: [...options.midiIgnore] });
  if (options.artnetHost !== null) {
    engine.startControl('artnet', {
      host: options.artnetHost,
      port: options.artnetPort,
      allow: [...options.artnetAllow],
      merge: options.artnetMerge,
    });
  }
  const obs = new ObsLink({
    url: options.obs,
    password: options.obsPassword,
    part: show.obs,
    engine,
    sinks: () => show.graph().nodes.flatMap((node) => (node.type === 'sink' ? [node] : [])),
  });
  const controllers = new Controllers({
    show,
    tell: (adapter, method, params) => engine.tell(adapter, method, params),
  });
  const feedback = new OscFeedback({
    show,
    nodes: () => engine.status().nodes,
    tell: (method, params) => engine.tell('osc', method, params),
  });
  let oscWasLive = false;
  engine.subscribe((event) => {
    // The show has its new addresses only after the engine has its new graph.
    if (event.type === 'graph') setImmediate(() => feedback.hear(event));
    else feedback.hear(event);
    controllers.hear(event);
    const oscIsLive = event.type === 'status' && event.node.id === 'osc' ? isLive(event.node) : oscWasLive;
    // It reports every second while something comes in; only one that starts has to be told.
    const begins = oscIsLive && !oscWasLive;
    oscWasLive = oscIsLive;
    if (begins || event.type === 'graph') setImmediate(() => tellLiveAddresses(engine, show));
    if (event.type === 'node-event' && event.name === 'rejections')
      noteRefusals(show, event.data['rejections']);
  });
  return {
    oscAddress: () => oscSettled(engine, listeningAt),
    oscStart: async () => (await oscSettled(engine, firstWord)) ?? { address: null, problem: null },
    oscAddressNow: () => listeningAt(engine),
    obs,
  };
}

function isLive({ status }: NodeStatus): boolean {
  return status.state === 'live';
}

/** The runner may thin what it is told is a live value, and only that. */
function tellLiveAddresses(engine: Engine, show: Show): void {
  const addresses = show
    .parameters()
    .flatMap(({ address, key }) => [address, `/${key}`])
    .filter((address) => isLiveValue(show, address));
  engine.request('osc', 'live-addresses', { addresses }).catch(() => undefined);
}

function isLiveValue(show: Show, address: string): boolean {
  const type = show.parameter(address)?.type;
  return type === 'number' || type === 'integer' || type === 'boolean';
}

function listeningAt(engine: Engine): string | null {
  const listening = oscNode(engine)?.info['listening'];
  const first: unknown = Array.isArray(listening) ? listening[0] : listening;
  return typeof first === 'string' ? first : null;
}

function firstWord(engine: Engine): OscStart | null {
  const address = listeningAt(engine);
  if (address !== null) return { address, problem: null };
  const fault = oscNode(engine)?.fault ?? null;
  return fault === null ? null : { address: null, problem: fault.message };
}

function oscNode(engine: Engine): NodeStatus | undefined {
  return engine.status().nodes.find(({ id }) => id === 'osc');
}

/** What `read` finds as soon as it finds something; null where it does not within seconds. */
function oscSettled<Word>(engine: Engine, read: (engine: Engine) => Word | null): Promise<Word | null> {
  return new Promise((resolve) => {
    const look = (): void => {
      const word = read(engine);
      if (word !== null) settle(word);
    };
    const settle = (word: Word | null): void => {
      clearTimeout(limit);
      unsubscribe();
      resolve(word);
    };
    const limit = setTimeout(() => settle(null), OSC_LIMIT_MS);
    const unsubscribe = engine.subscribe((event) => {
      if (event.type === 'status' && event.node.id === 'osc') look();
    });
    look();
  });
}

const refusals = z.array(
  z.object({ sender: z.string(), count: z.number(), code: z.string(), message: z.string() }),
);

/** What a control adapter could not even decode is counted beside what the show itself refused. */
function noteRefusals(show: Show, data: unknown): void {
  for (const refusal of refusals.safeParse(data).data ?? []) show.refused(refusal);
}
