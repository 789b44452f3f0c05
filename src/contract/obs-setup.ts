import { z } from 'zod';
import { mattes } from './packed-matte.ts';

/** How our output comes into OBS; `auto` takes the first of them that this OBS and the show have. */
export const obsWays = ['browser', 'ndi', 'spout', 'media'] as const;
export type ObsWay = (typeof obsWays)[number];

export const obsSetupSchema = z.strictObject({
  way: z
    .enum(['auto', ...obsWays])
    .default('auto')
    .describe('What the scene shows the output with'),
  matte: z.enum(mattes).default('none').describe('`packed`: the browser source shows transparency'),
  stream: z
    .boolean()
    .default(true)
    .describe('Fill in the stream service too, where OBS knows WHIP and the show has a source that takes it'),
  replace: z
    .boolean()
    .default(false)
    .describe('A stream service that is set already is replaced; removing the set-up puts it back'),
  token: z
    .string()
    .max(200)
    .nullable()
    .default(null)
    .describe('Our token, for an OBS on another machine: it comes into the links'),
});
export type ObsSetupWish = z.infer<typeof obsSetupSchema>;

/** What is handed to the adapter, or used by the command line where no daemon runs. */
export interface ObsSetupPlan {
  readonly way: ObsSetupWish['way'];
  /** URL of the page of the output. */
  readonly page: string;
  /** URL of the output as MPEG-TS. */
  readonly transportStream: string;
  /** Names under which sinks of the show send; null where it has none. */
  readonly ndi: string | null;
  readonly spout: string | null;
  /** Where OBS can stream to; null leaves its stream service alone. */
  readonly whip: { readonly server: string; readonly token: string } | null;
  readonly replace: boolean;
}

/** What became of the stream service of OBS. */
export const obsStreamOutcomes = ['set', 'in-use', 'too-old', 'left-alone', 'put-back'] as const;

export const obsSetupReport = z
  .object({
    way: z.enum(obsWays).nullable().describe('Null where nothing is set up'),
    scene: z.string().nullable(),
    input: z.string().nullable(),
    stream: z.enum(obsStreamOutcomes),
    said: z.array(z.string()).describe('What was done and what is left to do, for a person'),
  })
  .meta({ id: 'ObsSetup' });
export type ObsSetupReport = z.infer<typeof obsSetupReport>;

/** Sets up a scene in the OBS that is connected, or takes it away. Rejects with `E_OBS_…`. */
export interface ObsSetupApi {
  setUp(wish: ObsSetupWish): Promise<ObsSetupReport>;
  remove(): Promise<ObsSetupReport>;
}
