import type { Page } from 'playwright-core';

/** What a page must not have: none of it fits a screen, or none can be read, pressed or named. */
export interface Faults {
  /** Pixels that the document, or the page in it, is wider than its place. */
  readonly wide: number;
  readonly sideways: number;
  readonly faint: readonly string[];
  readonly tiny: readonly string[];
  readonly nameless: readonly string[];
  readonly small: readonly unknown[];
  readonly cut: readonly string[];
  /** What the Tab key would come to out of order. */
  readonly jumping: readonly string[];
}

export const fine: Faults = {
  wide: 0,
  sideways: 0,
  faint: [],
  tiny: [],
  nameless: [],
  small: [],
  cut: [],
  jumping: [],
};

export const faultsOf = (page: Page): Promise<Faults> => page.evaluate<Faults>(measure);

// Runs in the browser, whose types the rest of the house does without.
// Contrast is that of WCAG 2: of what is written, to the ground it stands on; what cannot be used now may be fainter.
const measure = `(() => {
  const rgba = (text) => { const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number); return [r, g, b, a]; };
  const light = (rgb) => rgb.slice(0, 3).map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const ground = (of) => {
    for (let at = of; at !== null; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      if (colour[3] === 1) return colour;
    }
    return [9, 9, 12, 1];
  };
  const written = [...document.querySelectorAll('header *, .desk *')].filter((each) =>
    [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '') &&
    each.checkVisibility() && each.closest(':disabled') === null);
  const contrast = (each) => {
    const [a, b] = [light(rgba(getComputedStyle(each).color)), light(ground(each))].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  };
  const pages = document.querySelector('.pages');
  return {
  sideways: pages.scrollWidth - pages.clientWidth,
  // The tabs of a phone are read by their icons first, as those of phones are.
  tiny: written
    .filter((each) => parseFloat(getComputedStyle(each).fontSize) < (innerWidth <= 620 && each.closest('[role=tab]') ? 10.5 : 13.9))
    .map((each) => each.textContent.trim().slice(0, 40)),
  faint: written.filter((each) => contrast(each) < 4.5).map((each) => each.textContent.trim().slice(0, 40)),
  wide: document.documentElement.scrollWidth - innerWidth,
  nameless: [...document.querySelectorAll('input, select, textarea, button, a, summary, [role=slider], [tabindex="0"]')]
    .filter((control) => (control.labels?.length ?? 0) === 0 && !control.hasAttribute('aria-label') &&
      !document.getElementById(control.getAttribute('aria-labelledby') ?? '') && control.textContent.trim() === '')
    .map((control) => control.outerHTML),
  small: [...document.querySelectorAll('button, select, .bar, [role=tab], summary')]
    .map((control) => [control.textContent.trim(), control.getBoundingClientRect().height])
    .filter(([, height]) => height > 0 && height < 44),
  cut: [...document.querySelectorAll('.pages .card')]
    .filter((card) => card.scrollWidth > card.clientWidth + 1).map((card) => card.textContent.trim().slice(0, 40)),
  jumping: [...document.querySelectorAll('[tabindex]')].filter((each) => each.tabIndex > 0).map((each) => each.outerHTML),
  };
})()`;
