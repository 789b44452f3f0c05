import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { stageNode, type Reverie } from '../../tests/integration/reverie.ts';
import { JSON_KB, jsonAndUdp, UDP_PER_SECOND, type LoadFigures } from './json-and-udp.ts';

/** What DESIGN §9 puts beside the frames. */
export type Load = 'none' | 'json+udp' | 'two busy loops';

/** A load that came to less than this share of what it should be was another load. */
const ENOUGH = 0.95;

const manyValues = fileURLToPath(new URL('../fixtures/many-values/index.js', import.meta.url));

/** A stage that is linked to nothing and so only waits: its 150 faders make the list of parameters long and take the datagrams. */
export const idleFaders = {
  nodes: [stageNode('many', 'many-values')],
  flags: ['--pipeline-import', manyValues],
} as const;

export interface RunningLoad {
  /** From here on it counts. */
  measure(): void;
  /** Ends it, as often as one likes. */
  stop(): void;
  /** Ends it and says what it came to since `measure`; null where nothing was asked of the daemon. */
  reached(): Promise<LoadFigures | null>;
}

/** Starts a load beside a daemon that plays; `json+udp` needs `idleFaders` in its graph. */
export function startLoad(reverie: Reverie, load: Load): Promise<RunningLoad> {
  if (load === 'json+udp') return jsonAndUdp(reverie);
  return Promise.resolve(load === 'none' ? nothing : busyLoops());
}

/** Whether this was the load that was meant: if not, the run is void. */
export const wasAsked = (load: LoadFigures | null): boolean =>
  load === null ||
  (load.jsonKbAskedPer50Ms >= ENOUGH * JSON_KB && load.udpSentPerSecond >= ENOUGH * UDP_PER_SECOND);

/** Whether the daemon answered and took what it was sent: if not, it failed. */
export const wasBorne = (load: LoadFigures | null): boolean =>
  load === null ||
  (load.jsonKbPer50Ms >= ENOUGH * load.jsonKbAskedPer50Ms && load.udpReceivedShare >= ENOUGH);

const nothing: RunningLoad = {
  measure: () => undefined,
  stop: () => undefined,
  reached: () => Promise.resolve(null),
};

function busyLoops(): RunningLoad {
  const children = [0, 1].map(() => spawn(process.execPath, ['-e', 'for(;;);'], { stdio: 'ignore' }));
  return { ...nothing, stop: () => children.forEach((child) => child.kill('SIGKILL')) };
}
