import { describe, expect, it } from 'vitest';
import { Hand } from '../../panel/src/values/hand.ts';

describe('a value under a hand', () => {
  it('shows a move at once, and what the daemon made of it after', () => {
    const hand = new Hand(0.5);
    hand.moved(0.7);
    expect(hand.shown).toBe(0.7);
    hand.answered(0.7);
    expect(hand.shown).toBe(0.7);
  });

  it('does not jump to what others set while it is held, and follows it after', () => {
    const hand = new Hand(0.5);
    hand.hold();
    hand.heard(0.9);
    expect(hand.shown).toBe(0.5);
    hand.letGo();
    expect(hand.shown).toBe(0.9);
  });

  it('keeps its own newer value when another one was on its way meanwhile', () => {
    const hand = new Hand(0.5);
    hand.hold();
    hand.heard(0.9);
    hand.moved(0.6);
    hand.heard(0.91);
    hand.answered(0.6);
    hand.letGo();
    expect(hand.shown).toBe(0.6);
  });

  it('goes back to what plays when the daemon refuses', () => {
    const hand = new Hand(0.5);
    hand.moved(7);
    hand.answered(undefined);
    expect(hand.shown).toBe(0.5);
  });

  it('waits for the last of several answers before it goes back', () => {
    const hand = new Hand(1);
    hand.moved(2);
    hand.moved(3);
    hand.answered(2);
    expect(hand.shown).toBe(3);
    hand.answered(undefined);
    expect(hand.shown).toBe(2);
  });

  it('forgets answers that never come once the connection is back', () => {
    const hand = new Hand(1);
    hand.moved(2);
    hand.restart(5);
    expect(hand.shown).toBe(5);
    hand.heard(6);
    expect(hand.shown).toBe(6);
  });
});
