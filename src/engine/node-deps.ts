import type { ValueSource } from '../contract/call.ts';
import type { EngineEvent } from '../contract/engine-api.ts';
import type { ReverieError } from '../contract/error.ts';
import type { ControlItem } from '../contract/protocol.ts';
import type { PipelineDescriptor } from '../contract/pipeline.ts';
import type { BulkItem } from './bulk-reader.ts';
import type { LinkBoard } from './link-board.ts';
import type { RunnerPool } from './runner-pool.ts';

/** What a running node may use of the engine around it. */
export interface NodeDeps {
  readonly board: LinkBoard;
  readonly pool: RunnerPool;
  readonly values: ValueSource;
  readonly cacheDir: string;
  readonly wallClock: () => number;
  providers(): readonly string[];
  /** Why the GPU has no room for a pipeline, or null. */
  vramProblem(descriptor: PipelineDescriptor): ReverieError | null;
  emit(event: EngineEvent): void;
  control(batch: readonly ControlItem[]): void;
  bulk(item: BulkItem): void;
  /** A node went down or came back: its consumers may need another picture meanwhile. */
  rewire(): void;
  /** A new attachment of this node needs its inputs. */
  wire(node: string): void;
  log(level: 'info' | 'warn', node: string, message: string): void;
}
