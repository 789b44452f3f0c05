import { element } from './element.js';

/**
 * A row of big buttons of which one is on. Arrow keys move along it.
 * @param {HTMLElement} group an element with role radiogroup
 * @param {{ value: string, label: string, title?: string }[]} options
 * @param {string} chosen
 * @param {(value: string) => void} choose
 */
export function showChoices(group, options, chosen, choose) {
  const buttons = options.map(({ value, label, title }) => {
    const on = value === chosen;
    const attributes = {
      type: 'button',
      role: 'radio',
      'aria-checked': String(on),
      tabindex: on ? 0 : -1,
      title: title ?? null,
    };
    const button = element('button', attributes, label);
    button.dataset.value = value;
    button.addEventListener('click', () => choose(value));
    return button;
  });
  const focused = group.contains(document.activeElement);
  group.replaceChildren(...buttons);
  if (focused) buttons.find((button) => button.tabIndex === 0)?.focus();
  group.onkeydown = (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const at = options.findIndex((option) => option.value === chosen);
    const next = options[(at + step + options.length) % options.length];
    if (next !== undefined) choose(next.value);
  };
}
