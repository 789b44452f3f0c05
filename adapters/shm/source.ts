import type { SourceContext } from '../../src/contract/adapter.ts';
import { nowUs } from '../../src/contract/clock.ts';
import { failure } from '../../src/contract/error.ts';
import { Bell } from './bell.ts';
import type { SlotFacts } from './layout.ts';
import { bellPath, placeOf, ringFolder, type Place } from './place.ts';
import { Pulse, seesProcess } from './pulse.ts';
import { RingReader } from './ring-reader.ts';
import { SourceReport } from './source-report.ts';

/** Times further from now than this were taken from another clock. */
const SAME_CLOCK_US = 1_000_000;
const FIRST_PERIOD_MS = 1000 / 60;
/** Share of a new interval in the rate by which looks are timed. */
const SMOOTHING = 0.2;
/** A frame may come between the end of a wait and the look after it; twice in a row it is the bell that is silent. */
const UNHEARD = 2;

/**
 * Reads the ring of its name until the writer is gone: rejects with `E_SOURCE_ABSENT` where there is none, with `E_SOURCE_LOST`
 * where it ended, with `E_SHM_LAYOUT` where it is no ring.
 */
export async function take(context: SourceContext): Promise<void> {
  const inlet = new Inlet(context, placeOf(ringFolder(), context.config['name']));
  try {
    await inlet.run();
  } catch (error) {
    if (!context.signal.aborted) throw error;
  } finally {
    inlet.close();
  }
}

class Inlet {
  readonly #context: SourceContext;
  readonly #place: Place;
  readonly #report: SourceReport;
  #reader: RingReader;
  #bell: Bell;
  #pulse: Pulse;
  /** Of the last frame handed on from this ring. */
  #sequence = 0;
  #frameUs = nowUs();
  #periodMs = FIRST_PERIOD_MS;
  #unheard = 0;
  #ptsUs = -Infinity;
  #captureUs = -Infinity;

  constructor(context: SourceContext, place: Place) {
    this.#context = context;
    this.#place = place;
    this.#report = new SourceReport((info) => context.describe(info));
    this.#reader = open(place, 'E_SOURCE_ABSENT');
    this.#bell = hang(place, this.#reader);
    this.#pulse = new Pulse(seesProcess, nowUs());
  }

  async run(): Promise<void> {
    const { signal } = this.#context;
    let rang = true;
    while (!signal.aborted) {
      const { state, heartbeat, newest } = this.#reader.look();
      const gone = this.#pulse.judge(this.#reader.layout, heartbeat, nowUs());
      // What lies there may be of a writer long gone, until this one was seen to live.
      if (this.#pulse.beats && (newest?.sequence ?? 0) > this.#sequence) {
        this.#listen(rang);
        await this.#hand();
      } else if (state !== 'live' || !this.#reader.isInPlace()) this.#follow();
      else if (gone !== null) throw this.#lost(gone);
      rang = await this.#bell.next((nowUs() - this.#frameUs) / 1000, this.#periodMs, signal);
    }
  }

  close(): void {
    this.#bell.close();
    this.#reader.close();
  }

  async #hand(): Promise<void> {
    const { layout } = this.#reader;
    const frame = await this.#context.output({ width: layout.width, height: layout.height });
    const facts = this.#reader.take(this.#sequence, frame.data);
    if (facts === null) throw failure('E_SHM_LAYOUT', `${this.#place.path}: its frames go backwards`);
    frame.publish(this.#times(facts));
    const at = nowUs();
    const passed = this.#sequence === 0 ? 1 : facts.sequence - this.#sequence;
    this.#periodMs += SMOOTHING * ((at - this.#frameUs) / 1000 / passed - this.#periodMs);
    this.#report.frame(layout, facts, passed - 1, this.#reader.torn, at);
    this.#sequence = facts.sequence;
    this.#frameUs = at;
  }

  /** Another file has the name: frames of another size, or a writer that took over. */
  #follow(): void {
    const before = this.#reader;
    const reader = open(this.#place, this.#sequence === 0 ? 'E_SOURCE_ABSENT' : 'E_SOURCE_LOST');
    if (reader.layout.id === before.layout.id) {
      reader.close();
      throw this.#lost('its writer has ended it');
    }
    this.close();
    this.#reader = reader;
    this.#bell = hang(this.#place, reader);
    this.#pulse = new Pulse(seesProcess, nowUs(), true);
    this.#sequence = 0;
  }

  #listen(rang: boolean): void {
    this.#unheard = rang ? 0 : this.#unheard + 1;
    if (this.#unheard >= UNHEARD) this.#bell.close();
  }

  /** The writer's times where they are of our clock; always later than those before. */
  #times({ ptsUs, captureUs }: SlotFacts): { readonly ptsUs: number; readonly captureUs: number } {
    const now = nowUs();
    const own = (us: number): number => (Math.abs(us - now) <= SAME_CLOCK_US ? us : now);
    this.#ptsUs = Math.max(own(ptsUs), this.#ptsUs + 1);
    this.#captureUs = Math.max(own(captureUs), this.#captureUs);
    return { ptsUs: this.#ptsUs, captureUs: this.#captureUs };
  }

  #lost(why: string): Error {
    const code = this.#sequence === 0 ? 'E_SOURCE_ABSENT' : 'E_SOURCE_LOST';
    return failure(code, `Shared memory "${this.#place.name}": ${why}`);
  }
}

function open({ name, path }: Place, code: 'E_SOURCE_ABSENT' | 'E_SOURCE_LOST'): RingReader {
  try {
    const reader = RingReader.open(path);
    reader.map();
    return reader;
  } catch (error) {
    const system = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (system === 'ENOENT')
      throw failure(code, `Shared memory "${name}": nobody writes it`, { path }, error);
    if (system.startsWith('E_')) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw failure('E_SHM_LAYOUT', `${path}: ${why}`, { path }, error);
  }
}

function hang(place: Place, { layout }: RingReader): Bell {
  return new Bell(layout.rings ? bellPath(place, layout.id) : null);
}
