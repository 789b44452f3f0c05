import { installLine } from '../contract/touchdesigner.ts';
import type { Options } from '../options.ts';
import { isEverywhere, urlOf } from '../server/access/reach.ts';
import type { Terminal } from './terminal.ts';

/** `reverie touchdesigner`: the line that builds the component, for TouchDesigner's Textport. */
export async function touchDesigner({ host, port }: Options, terminal: Terminal): Promise<void> {
  terminal.print(installLine(urlOf(isEverywhere(host) ? '127.0.0.1' : host, port)));
}
