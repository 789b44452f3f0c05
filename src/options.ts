/**
 * The one table of options. Flags (`--osc-port`), environment (`REVERIE_OSC_PORT`), keys of `reverie.config.json` (`oscPort`),
 * `--help` and `docs/reference/options.md` all come from it.
 */
interface OptionFacts {
  readonly group: keyof typeof groupNames;
  /** How the value is called in help: `--port NUMBER`. */
  readonly value: string;
  readonly description: string;
}

/** `text`, `path` and `list` differ in what they mean: a path is made absolute, a list may be given more than once. */
export type OptionEntry = OptionFacts &
  (
    | {
        readonly type: 'text';
        readonly default: string | null;
        /** What the flag means without a value. */
        readonly bare?: string;
      }
    | { readonly type: 'path'; readonly default: string | null }
    | { readonly type: 'list'; readonly default: readonly string[] }
    | {
        readonly type: 'number';
        readonly default: number;
        readonly minimum: number;
        readonly maximum: number;
      }
    | { readonly type: 'choice'; readonly default: string; readonly choices: readonly string[] }
  );

/** What options are for, as help and the reference head them. */
export const groupNames = {
  show: 'The show',
  network: 'Network',
  control: 'Controllers',
  machine: 'This machine',
} as const;

const show = 'show';
const network = 'network';
const control = 'control';
const machine = 'machine';
const port = { type: 'number', value: 'NUMBER', minimum: 0, maximum: 65_535 } as const;

export const optionTable = {
  in: {
    group: show,
    type: 'text',
    value: 'SOURCE',
    default: null,
    description: 'Feeds the show: file:clip.mp4, ndi:CAM, whip:cam1',
  },
  pipeline: {
    group: show,
    type: 'text',
    value: 'ID',
    default: null,
    description: 'What makes the picture: dream, passthrough',
  },
  out: {
    group: show,
    type: 'text',
    value: 'SINK',
    default: null,
    description: 'Where the picture goes: stills, webrtc',
  },
  show: {
    group: show,
    type: 'path',
    value: 'FILE',
    default: null,
    description: 'Play and save this show file',
  },

  port: {
    ...port,
    group: network,
    default: 8000,
    description: 'Port of page, REST and WebSocket; 0: a free one',
  },
  host: {
    group: network,
    type: 'text',
    value: 'ADDRESS',
    default: '127.0.0.1',
    description: 'Address HTTP listens on',
  },
  oscPort: {
    ...port,
    group: control,
    default: 8000,
    description: 'UDP port OSC listens on; 0: a free one',
  },
  oscHost: {
    group: control,
    type: 'text',
    value: 'ADDRESS',
    default: '127.0.0.1',
    description: 'Address OSC listens on',
  },
  oscAllow: {
    group: control,
    type: 'list',
    value: 'SENDER',
    default: [],
    description: 'Let this address or network send OSC; repeatable',
  },
  oscUntimed: {
    group: control,
    type: 'list',
    value: 'SENDER',
    default: [],
    description: 'Ignore the times of its OSC bundles; repeatable',
  },
  oscFeedback: {
    group: control,
    type: 'list',
    value: 'HOST:PORT',
    default: [],
    description: 'Send every change to this controller; repeatable',
  },
  oscQueryPort: {
    ...port,
    group: control,
    default: 8001,
    description: 'TCP port of OSCQuery; 0: a free one',
  },
  oscQueryHost: {
    group: control,
    type: 'text',
    value: 'ADDRESS',
    default: '127.0.0.1',
    description: 'Address OSCQuery listens on; off: none',
  },
  oscQueryAnnounce: {
    group: control,
    type: 'choice',
    value: 'HOW',
    choices: ['off', 'mdns'],
    default: 'off',
    description: 'Tell the network where OSCQuery is',
  },
  artnetHost: {
    group: control,
    type: 'text',
    value: 'ADDRESS',
    default: null,
    description: 'Listen to Art-Net (DMX) on this address',
  },
  artnetPort: {
    ...port,
    group: control,
    default: 6454,
    description: 'UDP port Art-Net listens on; 0: a free one',
  },
  artnetAllow: {
    group: control,
    type: 'list',
    value: 'SENDER',
    default: [],
    description: 'Let this address or network send DMX; repeatable',
  },
  artnetMerge: {
    group: control,
    type: 'choice',
    value: 'HOW',
    default: 'htp',
    choices: ['htp', 'ltp'],
    description: 'Two desks: highest (htp) or latest (ltp) counts',
  },
  allowHost: {
    group: network,
    type: 'list',
    value: 'NAME',
    default: [],
    description: 'Accept this Host header too; repeatable',
  },
  allowPrivateHosts: {
    group: network,
    type: 'list',
    value: 'NET',
    default: [],
    description: 'Let URLs reach this network too, all; repeatable',
  },
  iceServer: {
    group: network,
    type: 'list',
    value: 'SERVER',
    default: [],
    description: 'STUN or TURN server for WebRTC; repeatable',
  },

  home: {
    group: machine,
    type: 'path',
    value: 'DIR',
    default: '~/.reverie',
    description: 'Folder of state, caches, reverie.config.json',
  },
  midi: {
    group: control,
    type: 'list',
    value: 'NAME',
    default: [],
    description: 'Play only this MIDI device; repeatable',
  },
  midiIgnore: {
    group: control,
    type: 'list',
    value: 'NAME',
    default: [],
    description: 'Leave this MIDI device alone, * all; repeatable',
  },
  obs: {
    group: control,
    type: 'text',
    value: 'URL',
    default: null,
    bare: 'ws://127.0.0.1:4455',
    description: 'Join OBS; without URL that of this machine',
  },
  obsPassword: {
    group: control,
    type: 'text',
    value: 'TEXT',
    default: null,
    description: 'Its password; safer as a variable',
  },
  assetsDir: {
    group: machine,
    type: 'path',
    value: 'DIR',
    default: null,
    description: 'Folder of media files; else assets in --home',
  },
  assetsLimit: {
    group: machine,
    type: 'number',
    value: 'MB',
    default: 4_096,
    minimum: 1,
    maximum: 1_048_576,
    description: 'Largest media file that may be uploaded',
  },
  ndiLib: {
    group: machine,
    type: 'path',
    value: 'FILE',
    default: null,
    description: 'NDI runtime to load instead of the one found',
  },
  ndiAddress: {
    group: machine,
    type: 'list',
    value: 'HOST',
    default: [],
    description: 'Look for NDI sources there too; repeatable',
  },
  ndiGroup: {
    group: machine,
    type: 'list',
    value: 'NAME',
    default: [],
    description: 'Look for NDI sources of this group; repeatable',
  },
  recordingsDir: {
    group: machine,
    type: 'path',
    value: 'DIR',
    default: null,
    description: 'Folder of recordings; else recordings in --home',
  },
  shmDir: {
    group: machine,
    type: 'path',
    value: 'DIR',
    default: null,
    description: 'Folder of shm:NAME; else /dev/shm or temp',
  },
  memory: {
    group: machine,
    type: 'choice',
    value: 'KIND',
    default: 'auto',
    choices: ['auto', 'shared', 'file'],
    description: 'Where frames live: auto, shared or file',
  },
  runnerMemory: {
    group: machine,
    type: 'number',
    value: 'MB',
    default: 0,
    minimum: 0,
    maximum: 1_048_576,
    description: 'Memory one runner may take; 0: chosen by itself',
  },
  pipelineImport: {
    group: machine,
    type: 'list',
    value: 'PATH',
    default: [],
    description: 'Add pipelines: ./mine.js#name, ./dir; repeatable',
  },
  adapterImport: {
    group: machine,
    type: 'list',
    value: 'PATH',
    default: [],
    description: 'Add an adapter: ./mine.js#default; repeatable',
  },
  logLevel: {
    group: machine,
    type: 'choice',
    value: 'LEVEL',
    default: 'info',
    choices: ['error', 'warn', 'info', 'debug'],
    description: 'error, warn, info or debug (with stacks)',
  },
  color: {
    group: machine,
    type: 'choice',
    value: 'WHEN',
    default: 'auto',
    choices: ['auto', 'always', 'never'],
    description: 'Colours in the terminal: auto, always, never',
  },
} as const satisfies Record<string, OptionEntry>;

type Table = typeof optionTable;
export type OptionKey = keyof Table;

type ValueOf<E extends OptionEntry> = E extends { type: 'choice'; choices: readonly (infer Choice)[] }
  ? Choice
  : E extends { type: 'number' }
    ? number
    : E extends { type: 'list' }
      ? readonly string[]
      : E extends { default: null }
        ? string | null
        : string;

/** Everything the daemon is started with. `home` and `show` are absolute paths. */
export type Options = { readonly [K in OptionKey]: ValueOf<Table[K]> };
export type OptionValue = string | number | null | readonly string[];

export const optionEntries: readonly (readonly [key: OptionKey, entry: OptionEntry])[] = Object.entries(
  optionTable,
).flatMap(([key, entry]) => (isOptionKey(key) ? [[key, entry] as const] : []));

export function isOptionKey(key: string): key is OptionKey {
  return Object.hasOwn(optionTable, key);
}

/** `oscPort` → `--osc-port` */
export function flagOf(key: OptionKey): string {
  return `--${words(key, '-')}`;
}

/** `oscPort` → `REVERIE_OSC_PORT` */
export function variableOf(key: OptionKey): string {
  return `REVERIE_${words(key, '_').toUpperCase()}`;
}

/** What adapters read in processes of their own, however it was given: no show file can name a library or reach a network. */
export function variablesForChildren({
  ndiLib,
  ndiAddress,
  ndiGroup,
  shmDir,
}: Options): Record<string, string> {
  return {
    [variableOf('shmDir')]: shmDir ?? '',
    [variableOf('ndiLib')]: ndiLib ?? '',
    [variableOf('ndiAddress')]: ndiAddress.join(','),
    [variableOf('ndiGroup')]: ndiGroup.join(','),
  };
}

/** The config file holds the machine and never the show; it cannot say where it lies itself. */
export function isConfigurable(key: OptionKey): boolean {
  return optionTable[key].group !== 'show' && key !== 'home';
}

/** Options with nothing given. `userHome` stands for `~`. */
export function defaultOptions(userHome: string): Options {
  const defaults = Object.fromEntries(optionEntries.map(([key, entry]) => [key, entry.default ?? null]));
  return optionsFrom({ ...defaults, home: optionTable.home.default.replace('~', userHome) });
}

/** Narrows a complete set of values; a hole or a wrong type is a mistake of the program, not of its user. */
export function optionsFrom(values: Readonly<Record<string, OptionValue>>): Options {
  if (!isOptions(values)) throw new TypeError('The options are not complete');
  return values;
}

function isOptions(values: Readonly<Record<string, OptionValue>>): values is Options {
  return optionEntries.every(([key, entry]) => {
    const value = values[key];
    switch (entry.type) {
      case 'text':
      case 'path':
        return typeof value === 'string' || (value === null && entry.default === null);
      case 'list':
        return Array.isArray(value);
      case 'number':
        return typeof value === 'number';
      case 'choice':
        return typeof value === 'string' && entry.choices.includes(value);
    }
  });
}

function words(key: string, joint: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `${joint}${letter.toLowerCase()}`);
}
