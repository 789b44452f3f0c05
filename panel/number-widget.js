import { element } from './element.js';

/** How long after a hand's last move the value may be moved by others again. */
const HAND_LEAVES_MS = 400;

/**
 * A slider with a number beside it, or the number alone where there is no range. What others set moves it, except while a hand
 * is on it. A parameter that reloads the pipeline is sent when the hand lets go, the others as it moves.
 * @param {import('./values.js').Parameter} parameter
 * @param {import('./values.js').Values} values
 * @param {string} id
 * @returns {HTMLElement}
 */
export function numberWidget(parameter, values, id) {
  const { address, minimum, maximum } = parameter;
  const range = minimum === null || maximum === null ? null : { minimum, maximum };
  const step = stepOf(parameter);
  const box = element('input', {
    type: 'number',
    class: 'number',
    id: range === null ? id : `${id}-number`,
    min: minimum,
    max: maximum,
    step: 'any',
    inputmode: 'decimal',
    'aria-label': `${parameter.ui.label}, as a number`,
  });
  if (range === null) {
    watchNumber(box, null, address, values, step);
    return box;
  }
  const slider = element('input', { type: 'range', id, min: range.minimum, max: range.maximum, step });
  let lastMove = -Infinity;
  const shown = (/** @type {number} */ value) => {
    const part = (value - range.minimum) / (range.maximum - range.minimum || 1);
    slider.style.setProperty('--part', `${Math.max(0, Math.min(1, part)) * 100}%`);
  };
  const moved = (/** @type {boolean} */ done) => {
    lastMove = performance.now();
    const value = Number(slider.value);
    box.value = written(value, step);
    shown(value);
    if (done || !parameter.ui.load) values.set(address, value);
  };
  slider.addEventListener('input', () => moved(false));
  if (parameter.ui.load) slider.addEventListener('change', () => moved(true));
  let held = false;
  slider.addEventListener('pointerdown', () => (held = true));
  for (const end of ['pointerup', 'pointercancel']) slider.addEventListener(end, () => (held = false));
  // A double click brings back what it was made with.
  slider.addEventListener('dblclick', () => {
    slider.value = String(parameter.default);
    moved(true);
  });
  watchNumber(
    box,
    slider,
    address,
    values,
    step,
    shown,
    () => held || performance.now() - lastMove < HAND_LEAVES_MS,
  );
  return element('div', { class: 'row' }, slider, box);
}

/**
 * @param {HTMLInputElement} box
 * @param {HTMLInputElement | null} slider
 * @param {string} address
 * @param {import('./values.js').Values} values
 * @param {number} step
 * @param {(value: number) => void} [shown]
 * @param {() => boolean} [inHand]
 */
function watchNumber(box, slider, address, values, step, shown = () => undefined, inHand = () => false) {
  let later = 0;
  const show = (/** @type {number} */ value) => {
    if (inHand()) {
      // What others set meanwhile is shown once the hand has left.
      clearTimeout(later);
      later = setTimeout(() => show(Number(values.get(address)?.value)), HAND_LEAVES_MS);
      return;
    }
    if (slider !== null) slider.value = String(value);
    if (document.activeElement !== box) box.value = written(value, step);
    shown(value);
  };
  values.watch(address, (value) => show(Number(value)));
  box.addEventListener('change', () => {
    if (box.value === '') return show(Number(values.get(address)?.value));
    const value = Number(box.value);
    values.set(address, value);
    if (slider !== null) slider.value = box.value;
    shown(value);
  });
}

/** @param {import('./values.js').Parameter} parameter */
function stepOf({ type, minimum, maximum }) {
  if (type === 'integer') return 1;
  const span = (maximum ?? 1) - (minimum ?? 0);
  return 10 ** Math.floor(Math.log10(span / 100 || 0.01));
}

/** As many digits as a step of the slider has. @param {number} value @param {number} step */
function written(value, step) {
  const digits = Math.max(0, Math.min(6, -Math.floor(Math.log10(step))));
  return String(Number(value.toFixed(digits)));
}
