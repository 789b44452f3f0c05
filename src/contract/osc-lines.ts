import type { ParameterState } from './command.ts';
import type { JsonValue } from './json.ts';
import { OSC_ROOT, oscForm } from './osc-form.ts';

/** How one parameter is played by OSC, with a line to copy for each kind of sender. Made from its schema alone. */
export interface OscLine {
  readonly address: string;
  /** What it takes: `0 to 1`, `neon, ocean`, `#rrggbb`. */
  readonly takes: string;
  readonly description: string;
  /** For a shell. */
  readonly oscsend: string;
  /** For a script of TouchDesigner, with an OSC Out DAT called `oscout1`. */
  readonly touchDesigner: string;
  /** Name of a channel for an OSC Out CHOP; null where a channel's number means nothing here. */
  readonly channel: string | null;
  /** For Python, with a `SimpleUDPClient` of python-osc called `reverie`. */
  readonly python: string;
}

export type Listed = Pick<
  ParameterState,
  | 'address'
  | 'type'
  | 'value'
  | 'minimum'
  | 'maximum'
  | 'choices'
  | 'maxLength'
  | 'description'
  | 'readOnly'
  | 'example'
> & { readonly unit: string | null };

/** `host` and `port` are where OSC is heard. */
export function oscLine(parameter: Listed, host: string, port: number): OscLine {
  const path = OSC_ROOT + parameter.address;
  const { tags, values } = example(parameter);
  const words = values.map((value) => JSON.stringify(value));
  const isNumber = parameter.type !== 'string' && parameter.type !== 'color' && parameter.type !== 'list';
  const list = `[${words.join(', ')}]`;
  return {
    address: path,
    takes: takes(parameter),
    description: parameter.description,
    oscsend: ['oscsend', host, port, path, ...(tags === '' ? [] : [tags, ...values.map(shellWord)])].join(
      ' ',
    ),
    touchDesigner: `op('oscout1').sendOSC('${path}', ${list})`,
    channel: isNumber ? path.slice(1) : null,
    python: `reverie.send_message('${path}', ${values.length === 1 ? words[0] : list})`,
  };
}

/** A value that can be seen to work: in range, and not what it is anyway. */
function example(parameter: Listed): { readonly tags: string; readonly values: readonly JsonValue[] } {
  const { type, value, choices } = parameter;
  switch (type) {
    case 'trigger':
      return { tags: '', values: [] };
    case 'boolean':
      return { tags: 'i', values: [value === true ? 0 : 1] };
    case 'enum':
      return { tags: 's', values: [choices?.find((choice) => choice !== value) ?? ''] };
    case 'color':
      return { tags: 's', values: [value === '#ff8000' ? '#0080ff' : '#ff8000'] };
    case 'string':
      return { tags: 's', values: [parameter.example ?? 'name'] };
    case 'list':
      return listExample(parameter.example ?? value);
    case 'integer':
      return { tags: 'i', values: [numberExample(parameter)] };
    case 'number':
      return { tags: 'f', values: [numberExample(parameter)] };
  }
}

function listExample(value: JsonValue): ReturnType<typeof example> {
  const { tags, values } = oscForm({ type: 'list', value });
  // OSC's own words for on and off carry no argument, which a shell could not write.
  return {
    tags: tags.replaceAll(/[TF]/g, 'i').replaceAll('N', ''),
    values: values.flatMap((item) =>
      item === null ? [] : typeof item === 'boolean' ? [item ? 1 : 0] : [item],
    ),
  };
}

function numberExample({ type, value, minimum, maximum }: Listed): number {
  const now = typeof value === 'number' ? value : 0;
  const low = minimum ?? Math.min(now, 0);
  const high = maximum ?? Math.max(now, low) + 1;
  // A quarter or three quarters of the way, whichever is further from where it stands.
  const share = now - low < (high - low) / 2 ? 0.75 : 0.25;
  const there = low + (high - low) * share;
  return type === 'integer' ? Math.round(there) : Number(there.toPrecision(3));
}

function takes({ type, minimum, maximum, choices, maxLength, unit }: Listed): string {
  switch (type) {
    case 'trigger':
      return 'nothing';
    case 'boolean':
      return '0 or 1';
    case 'enum':
      return choices?.join(', ') ?? 'text';
    case 'color':
      return '#rrggbb';
    case 'string':
      return maxLength === null ? 'text' : `text, at most ${maxLength} characters`;
    case 'list':
      return 'several arguments';
    case 'integer':
    case 'number': {
      const kind = type === 'integer' ? 'whole number' : 'number';
      const bounds =
        minimum === null && maximum === null
          ? kind
          : minimum !== null && maximum !== null
            ? `${minimum} to ${maximum}`
            : minimum === null
              ? `${kind} up to ${maximum}`
              : `${kind} from ${minimum}`;
      return unit === null ? bounds : `${bounds} ${unit}`;
    }
  }
}

function shellWord(value: JsonValue): string {
  const text = String(value);
  return /^[\w.-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
