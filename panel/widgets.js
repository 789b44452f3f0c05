import { element } from './element.js';
import { numberWidget } from './number-widget.js';

/** @typedef {import('./values.js').Parameter} Parameter */
/** @typedef {import('./values.js').Values} Values */

let count = 0;

/**
 * A parameter as the control that its type implies, with its label, unit, explanation and what the daemon says against a value.
 * @param {Parameter} parameter
 * @param {Values} values
 * @param {() => void} fire what a trigger does
 * @returns {HTMLElement}
 */
export function widget(parameter, values, fire) {
  count += 1;
  const id = `control-${count}`;
  const { label, unit, load } = parameter.ui;
  const note = element('p', { class: 'refusal', role: 'alert' });
  const control = controlOf(parameter, values, fire, id);
  const named = parameter.type !== 'trigger';
  const head = element(
    'div',
    { class: 'head' },
    named ? element('label', { for: id }, label, unit === null ? '' : ` (${unit})`) : element('span', {}, ''),
    load
      ? element(
          'span',
          { class: 'badge', title: 'The picture holds for a moment while the pipeline loads again' },
          'needs a reload',
        )
      : null,
  );
  const made = element('div', {
    class: `control ${parameter.type}`,
    title: parameter.description,
    'data-address': parameter.address,
  });
  made.append(head, control, note);
  values.onRefusal(parameter.address, (message) => {
    note.textContent = message ?? '';
  });
  return made;
}

/** @type {(parameter: Parameter, values: Values, fire: () => void, id: string) => HTMLElement} */
function controlOf(parameter, values, fire, id) {
  switch (parameter.type) {
    case 'number':
    case 'integer':
      return numberWidget(parameter, values, id);
    case 'boolean':
      return toggle(parameter, values, id);
    case 'enum':
      return select(parameter, values, id);
    case 'trigger':
      return button(parameter, fire);
    case 'color':
      return colour(parameter, values, id);
    case 'list':
      return text(parameter, values, id, listCodec);
    default:
      return text(parameter, values, id, plainCodec);
  }
}

/** @type {(parameter: Parameter, values: Values, id: string) => HTMLElement} */
function toggle({ address }, values, id) {
  const input = element('input', { type: 'checkbox', id, role: 'switch', class: 'switch' });
  values.watch(address, (value) => {
    input.checked = value === true;
  });
  input.addEventListener('change', () => values.set(address, input.checked));
  return input;
}

/** @type {(parameter: Parameter, values: Values, id: string) => HTMLElement} */
function select({ address, choices }, values, id) {
  const input = element(
    'select',
    { id },
    ...(choices ?? []).map((choice) => element('option', { value: choice }, wordsOf(choice))),
  );
  values.watch(address, (value) => {
    input.value = String(value);
  });
  input.addEventListener('change', () => values.set(address, input.value));
  return input;
}

/** @type {(parameter: Parameter, fire: () => void) => HTMLElement} */
function button({ ui }, fire) {
  const made = element('button', { type: 'button', class: 'button fire' }, ui.label);
  // On the way down: a pulse is played, not clicked.
  made.addEventListener('pointerdown', fire);
  made.addEventListener('keydown', (event) => {
    if ((event.key === 'Enter' || event.key === ' ') && !event.repeat) fire();
  });
  return made;
}

/** @type {(parameter: Parameter, values: Values, id: string) => HTMLElement} */
function colour({ address }, values, id) {
  const input = element('input', { type: 'color', id });
  const name = element('output', { for: id, class: 'mono' });
  const show = (/** @type {string} */ value) => {
    name.textContent = value;
  };
  values.watch(address, (value) => {
    input.value = String(value);
    show(input.value);
  });
  input.addEventListener('input', () => {
    show(input.value);
    values.set(address, input.value);
  });
  return element('div', { class: 'row' }, input, name);
}

/** @typedef {{ write(value: any): string, read(text: string): unknown }} Codec */

const plainCodec = {
  write: (/** @type {any} */ value) => String(value),
  read: (/** @type {string} */ typed) => typed,
};

/** A list as text, one entry after the other: `0.2, 0.8`; JSON where an entry is more than a word or number. */
const listCodec = {
  write(/** @type {any} */ value) {
    const flat =
      Array.isArray(value) &&
      value.every((entry) => typeof entry !== 'object' && !/[,"]/.test(String(entry)));
    return flat ? value.join(', ') : JSON.stringify(value);
  },
  read(/** @type {string} */ typed) {
    if (typed.trim().startsWith('[')) return parsed(typed);
    return typed.trim() === '' ? [] : typed.split(',').map((entry) => parsed(entry.trim()));
  },
};

function parsed(/** @type {string} */ typed) {
  try {
    return JSON.parse(typed);
  } catch {
    return typed;
  }
}

/** @type {(parameter: Parameter, values: Values, id: string, codec: Codec) => HTMLElement} */
function text({ address, maxLength }, values, id, codec) {
  const input = element('input', {
    type: 'text',
    id,
    maxlength: maxLength,
    autocomplete: 'off',
    spellcheck: 'false',
  });
  values.watch(address, (value) => {
    if (document.activeElement !== input) input.value = codec.write(value);
  });
  input.addEventListener('change', () => values.set(address, codec.read(input.value)));
  return input;
}

/** `ease-in-out` as a person would say it. @param {string} choice */
export function wordsOf(choice) {
  const words = choice.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
