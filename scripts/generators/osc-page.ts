import type { Listed } from '../../src/contract/osc-lines.ts';
import { oscLine } from '../../src/contract/osc-lines.ts';

/** `docs/reference/osc.md`: the addresses of the show that a first start plays. */
export function oscPage(parameters: readonly Listed[]): string {
  return [
    '# OSC addresses',
    '',
    '<!-- Generated from the schemas of show and pipelines by `npm run generate`. Do not edit. -->',
    '',
    'Those of the show that a first start plays. For the show that plays now, `http://localhost:8000/osc` has this list.',
    'TouchDesigner: an OSC Out DAT called `oscout1`; a channel of an OSC Out CHOP is called like the address without its first slash. Python:',
    '`from pythonosc.udp_client import SimpleUDPClient`, then `reverie = SimpleUDPClient("127.0.0.1", 8000)`.',
    '',
    ...parameters.filter(({ readOnly }) => readOnly !== true).flatMap(entry),
  ].join('\n');
}

function entry(parameter: Listed): string[] {
  const { address, takes, description, oscsend, touchDesigner, python } = oscLine(
    parameter,
    '127.0.0.1',
    8000,
  );
  return [
    `## \`${address}\``,
    '',
    [takes, description].filter((part) => part !== '').join('. '),
    '',
    '```text',
    oscsend,
    touchDesigner,
    python,
    '```',
    '',
  ];
}
