import type { ErrorReport } from '../../contract/error.ts';

/** A pipeline from outside that was found and not read yet. */
export interface Candidate {
  readonly origin: 'import' | 'package';
  /** Name of the package, or what `--pipeline-import` says: its id in the catalog until its own is known. */
  readonly label: string;
  /** Folder or file it was found in. */
  readonly from: string;
  /** URL of its module with `#export`, or why there is none. */
  readonly module: string | ErrorReport;
}
