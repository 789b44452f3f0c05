/** How our output comes into OBS; `auto` takes the first of them that this OBS and the show have. */
export const obsWays = ['browser', 'ndi', 'spout', 'media'] as const;
export type ObsWay = (typeof obsWays)[number];
export const obsWayNames = ['auto', ...obsWays] as const;

/** What is handed to the adapter, or used by the command line where no daemon runs. */
export interface ObsSetupPlan {
  readonly way: (typeof obsWayNames)[number];
  /** URL of the page of the output. */
  readonly page: string;
  /** URL of the output as MPEG-TS. */
  readonly transportStream: string;
  /** Names under which sinks of the show send; null where it has none. */
  readonly ndi: string | null;
  readonly spout: string | null;
  /** Where OBS can stream to; null leaves its stream service alone. */
  readonly whip: { readonly server: string; readonly token: string } | 'no-source' | null;
  readonly replace: boolean;
}

/** What became of the stream service of OBS. */
export const obsStreamOutcomes = ['set', 'in-use', 'too-old', 'left-alone', 'put-back'] as const;

export interface ObsSetupReport {
  /** Null where nothing is set up. */
  readonly way: ObsWay | null;
  readonly scene: string | null;
  readonly input: string | null;
  readonly stream: (typeof obsStreamOutcomes)[number];
  /** What was done and what is left to do, for a person. */
  readonly said: string[];
}
