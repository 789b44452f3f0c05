/** What the service runs and where. */
export interface ServiceFacts {
  /** Absolute path of Node. */
  readonly node: string;
  /** Absolute path of the built command line. */
  readonly cli: string;
  /** Absolute. */
  readonly home: string;
  /** Options that were given to `reverie service install`, as flags; paths are absolute. */
  readonly flags: readonly string[];
  /** Home folder of the person, where their units and agents lie. */
  readonly userHome: string;
  readonly configHome: string;
  /** Who it runs as; null where it runs as whoever installs it. */
  readonly user: string | null;
  readonly uid: number;
}

export interface Command {
  readonly file: string;
  readonly words: readonly string[];
}

/** One file and what is done with it. */
export interface ServicePlan {
  readonly what: string;
  readonly path: string;
  readonly content: string;
  readonly encoding: 'utf8' | 'utf16le';
  /** Ends what an earlier install left running, which would keep the old file; it fails where there is none, and may. */
  readonly before: readonly Command[];
  readonly install: readonly Command[];
  readonly remove: readonly Command[];
  readonly status: Command;
  /** What a person should know. */
  readonly notes: readonly string[];
}

/** The words that start the daemon, Node first. */
export function startWords({ node, cli, home, flags }: ServiceFacts): readonly string[] {
  return [node, cli, 'start', '--home', home, ...flags];
}

export const notRun = 'Written to the documentation of this system and not run on it yet.';
