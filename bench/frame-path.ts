/**
 * What a frame costs on its way through three runners, started by the command line: latency of each hop at 60 frames a second,
 * alone and beside load, the daemon's own share, and the rate in lock-step. DESIGN §9. Beside each runs the bare chain, and the
 * bounds are scaled by what that takes here; `asWritten` judges by the bounds as they stand. Exits 1 where one fails.
 *
 * `--quick` 660 frames instead of 3,000 · `--only quiet|load|lockstep`
 */
import { parseArgs } from 'node:util';
import { SIZES } from './bare/machine.ts';
import { lockstep } from './frames/lockstep.ts';
import { paced } from './frames/paced.ts';

const { values: options } = parseArgs({ options: { quick: { type: 'boolean' }, only: { type: 'string' } } });
const frames = options.quick === true ? 600 : 3_000;
const wanted = (part: string): boolean => options.only === undefined || options.only === part;

if (wanted('quiet')) for (const size of SIZES) await paced(size, 'none', frames);
for (const load of wanted('load') ? (['json+udp', 'two busy loops'] as const) : [])
  for (const size of SIZES) if (size.name === '1280x720') await paced(size, load, frames);
if (wanted('lockstep')) for (const size of SIZES) await lockstep(size);
