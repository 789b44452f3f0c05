import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SlotRef, Token } from '../../../../src/contract/frame.ts';
import type { Generation } from '../../../../src/contract/protocol.ts';
import { Intake } from '../../../../src/engine/hub/intake.ts';
import { Link } from '../../../../src/engine/hub/link.ts';

const times = { ptsUs: 0, captureUs: 0, publishedUs: 0 };

/** A link with its producers and consumers as plain lists of what they were sent. */
function setUp(options: { slots?: number; lockstep?: boolean } = {}) {
  const retired: number[] = [];
  const firsts: number[] = [];
  const link = new Link('l', options.lockstep ?? false, {
    published: (epoch, first) => (first ? firsts.push(epoch) : undefined),
    retired: ({ generation }) => retired.push(generation),
  });
  const resolve = (id: string): Link | undefined => (id === link.id ? link : undefined);
  let generation = 0;
  const produce = (epoch: number, slots = options.slots ?? 4) => {
    const grants: SlotRef[] = [];
    const maps: Generation[] = [];
    link.attachProducer(epoch, { map: (spec) => maps.push(spec), grant: (ref) => grants.push(ref) });
    const open = (count = slots): void => {
      const memory = { kind: 'posix', name: `/${generation}`, bytes: 1 } as const;
      link.open(
        epoch,
        { link: 'l', generation: generation++, memory, slots: count, lockstep: false, width: 1, height: 1 },
        1,
      );
    };
    open();
    const publish = (captureUs = 0): SlotRef | undefined => {
      const ref = grants.shift();
      if (ref !== undefined) link.publish(epoch, ref, { ...times, captureUs });
      return ref;
    };
    return { grants, maps, open, publish };
  };
  const consume = (id: string) => {
    const got: Token[][] = [];
    const maps: number[] = [];
    const intake = new Intake(id, {
      map: (spec) => maps.push(spec.generation),
      frames: (tokens) => got.push([...tokens]),
    });
    intake.listen(link);
    const take = (count = 1, release: readonly SlotRef[] = []): void => intake.take(count, release, resolve);
    return { got, maps, intake, take };
  };
  return { link, resolve, retired, firsts, produce, consume };
}

describe('a link', () => {
  it('grants a producer a slot unasked, and another after each frame', () => {
    const producer = setUp().produce(1);
    expect(producer.grants).toHaveLength(1);
    producer.publish();
    expect(producer.grants).toHaveLength(1);
  });

  it('hands a ready consumer the newest frame and counts the one it never saw as dropped', () => {
    const { link, produce, consume } = setUp();
    const producer = produce(1);
    const consumer = consume('c');
    producer.publish();
    const newest = producer.publish();
    consumer.take();
    expect(consumer.got[0]?.[0]).toMatchObject({ ...newest, sequence: 1 });
    expect(link.drops).toBe(1);
  });

  it('never gives a consumer the same frame twice', () => {
    const { produce, consume } = setUp();
    produce(1).publish();
    const consumer = consume('c');
    consumer.take();
    consumer.take(1, consumer.got[0]);
    expect(consumer.got).toHaveLength(1);
  });

  it('tells a consumer of a generation before the first frame of it', () => {
    const { produce, consume } = setUp();
    const producer = produce(1);
    const consumer = consume('c');
    producer.publish();
    expect(consumer.maps).toEqual([0]);
    consumer.take();
    expect(consumer.maps).toEqual([0]);
  });

  it("keeps the frame a consumer shows out of the producer's hands, whoever dies", () => {
    const { link, produce, consume } = setUp();
    const producer = produce(1);
    const consumer = consume('c');
    consumer.take();
    const shown = producer.publish();
    link.detachProducer(1);
    const second = produce(2);
    const used = Array.from({ length: 20 }, () => second.publish());
    expect(used.filter((ref) => ref?.generation === shown?.generation && ref?.slot === shown?.slot)).toEqual(
      [],
    );
  });

  it('ignores late words of a producer that is gone', () => {
    const { link, produce, consume } = setUp();
    const producer = produce(1);
    const late = producer.grants[0];
    link.detachProducer(1);
    const consumer = consume('c');
    consumer.take();
    if (late !== undefined) link.publish(1, late, times);
    expect(consumer.got).toEqual([]);
  });

  it('changes over with the first frame of the later producer', () => {
    const { link, produce, consume, firsts } = setUp();
    const before = produce(1);
    before.publish();
    const after = produce(2);
    before.publish();
    expect(firsts).toEqual([1]);
    after.publish();
    expect(firsts).toEqual([1, 2]);
    const consumer = consume('c');
    consumer.take();
    expect(consumer.got[0]?.[0]?.generation).toBe(1);
    expect(link.published).toBe(3);
  });

  it('lets a generation go only when nobody writes, shows or keeps any of it', () => {
    const { link, produce, consume, retired } = setUp();
    const producer = produce(1);
    const consumer = consume('c');
    consumer.take();
    producer.publish();
    producer.open();
    producer.grants.splice(0, producer.grants.length - 1);
    producer.publish();
    expect(retired).toEqual([]);
    consumer.take(1, consumer.got[0]);
    expect(retired).toEqual([0]);
    expect(link.audit().generations).toBe(1);
  });

  it('holds nothing for a consumer that died', () => {
    const { link, resolve, produce, consume } = setUp();
    const producer = produce(1);
    const consumer = consume('c');
    consumer.take();
    producer.publish();
    consumer.intake.close(resolve);
    producer.publish();
    expect(link.audit()).toMatchObject({ free: 2, granted: 1, held: 1 });
  });

  it('in lock-step grants the next slot only after everybody took the frame', () => {
    const { produce, consume } = setUp({ lockstep: true });
    const producer = produce(1);
    const [a, b] = [consume('a'), consume('b')];
    producer.publish();
    expect(producer.grants).toHaveLength(0);
    a.take();
    expect(producer.grants).toHaveLength(0);
    b.take();
    expect(producer.grants).toHaveLength(1);
  });

  it('gives a consumer that takes four frames an even sample of all that came, the newest among them', () => {
    const { produce, consume } = setUp({ slots: 16 });
    const producer = produce(1, 16);
    const consumer = consume('c');
    consumer.take(4);
    for (let i = 0; i < 4; i++) producer.publish(i * 1000);
    consumer.take(4, consumer.got[0]);
    for (let i = 4; i < 24; i++) producer.publish(i * 1000);
    consumer.take(4, consumer.got[1]);
    for (let i = 24; i < 44; i++) producer.publish(i * 1000);
    consumer.take(4, consumer.got[2]);
    const captured = consumer.got.map((tokens) => tokens.map((token) => token.captureUs / 1000));
    expect(captured[0]).toEqual([0, 1, 2, 3]);
    const late = captured.at(-1) ?? [];
    expect(late.at(-1)).toBe(43);
    const gaps = late.slice(1).map((at, index) => at - (late[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(2.5 * Math.min(...gaps));
  });

  it('counts no frame as dropped that a consumer of several is handed later', () => {
    const { link, produce, consume } = setUp({ slots: 16 });
    const producer = produce(1);
    const consumer = consume('c');
    consumer.take(4);
    for (let call = 0; call < 3; call++) {
      for (let i = 0; i < 4; i++) producer.publish(call * 4000 + i * 1000);
      consumer.take(4, consumer.got[call]);
    }
    expect(consumer.got.flat()).toHaveLength(12);
    expect(link.drops).toBe(0);
  });

  it('counts each frame that a window lets go unused as dropped once, whether for want of room or by the sample', () => {
    const { link, produce, consume } = setUp({ slots: 16 });
    const producer = produce(1);
    const consumer = consume('c');
    consumer.take(4);
    for (let i = 0; i < 4; i++) producer.publish(i * 1000);
    // It works on four, and twenty come meanwhile.
    for (let i = 4; i < 24; i++) producer.publish(i * 1000);
    consumer.take(4, consumer.got[0]);
    producer.publish(24_000);
    expect(consumer.got.flat()).toHaveLength(8);
    expect(link.drops).toBe(24 - 8);
  });

  it('counts nothing that a window kept for a consumer that left', () => {
    const { link, resolve, produce, consume } = setUp({ slots: 16 });
    const producer = produce(1);
    const consumer = consume('c');
    consumer.take(4);
    for (let i = 0; i < 3; i++) producer.publish(i * 1000);
    consumer.intake.close(resolve);
    expect(link.drops).toBe(0);
  });

  it('counts nothing that another consumer used', () => {
    const { link, resolve, produce, consume } = setUp({ slots: 16 });
    const producer = produce(1);
    const [several, one] = [consume('several'), consume('one')];
    several.take(4);
    for (let i = 0; i < 3; i++) {
      one.take(1, one.got.at(-1));
      producer.publish(i * 1000);
    }
    several.intake.close(resolve);
    expect(link.drops).toBe(0);
  });

  it('never starves a producer for the sake of a window', () => {
    const { produce, consume } = setUp({ slots: 4 });
    const producer = produce(1, 4);
    consume('c').take(8);
    for (let i = 0; i < 50; i++) expect(producer.publish(i)).toBeDefined();
  });

  it('gives a paused consumer nothing until it is let go', () => {
    const { produce, consume } = setUp();
    const producer = produce(1);
    const consumer = consume('c');
    consumer.intake.gate(true);
    consumer.take();
    producer.publish();
    expect(consumer.got).toHaveLength(0);
    consumer.intake.gate(false);
    expect(consumer.got).toHaveLength(1);
  });

  it('keeps its books through any history of takes, deaths and changes of size', () => {
    const step = fc.record({
      what: fc.constantFrom('publish', 'take', 'window', 'die', 'join', 'crash', 'resize'),
      who: fc.nat(2),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const { link, resolve, produce, consume } = setUp({ slots: 8 });
        let epoch = 1;
        let producer = produce(epoch);
        const consumers = [consume('0'), consume('1'), consume('2')];
        for (const { what, who } of steps) {
          const consumer = consumers[who];
          if (consumer === undefined) continue;
          const held = consumer.got.splice(0).flat();
          if (what === 'publish') producer.publish();
          else if (what === 'take') consumer.take(1, held);
          else if (what === 'window') consumer.take(3, held);
          else if (what === 'die') consumer.intake.close(resolve);
          else if (what === 'join') consumer.intake.listen(link);
          else if (what === 'resize') {
            producer.grants.length = 0;
            producer.open();
          } else {
            link.detachProducer(epoch);
            producer = produce(++epoch);
          }
          if (what !== 'take' && what !== 'window' && what !== 'die') consumer.got.push(held);
          const { slots, free, granted } = link.audit();
          const { held: heldSlots } = link.audit();
          expect(free + granted + heldSlots).toBe(slots);
        }
        for (const consumer of consumers) consumer.intake.close(resolve);
        link.close();
        expect(link.audit()).toMatchObject({ slots: 0, generations: 0 });
      }),
    );
  });
});
