import { refusalOf } from './connection.js';
import { byId, element } from './element.js';
import { numberWidget } from './number-widget.js';
import { widget } from './widgets.js';

/** @typedef {{ text: string, weight: number }} Prompt */

const FINE_KEYS = [
  'prompts/interpolation',
  'transition/unit',
  'transition/curve',
  'transition/interpolation',
];

/** The prompts of the whole show: written here, played when sent, shown as they are when another changes them. */
export class Prompts {
  #connection;
  #values;
  #playing = /** @type {Prompt[]} */ ([]);
  #written = /** @type {Prompt[]} */ ([{ text: '', weight: 1 }]);
  #edited = false;
  #list = element('div', { class: 'prompt-list' });
  #said = element('p', { class: 'said', role: 'status' });
  #now = element('p', { class: 'now' });
  #send = element('button', { type: 'submit', class: 'button main' }, 'Send');

  /** @param {import('./connection.js').Connection} connection @param {import('./values.js').Values} values */
  constructor(connection, values) {
    this.#connection = connection;
    this.#values = values;
  }

  /** Builds the card anew for the parameters there are now. */
  build() {
    const card = byId('prompts');
    const duration = this.#values.get('/transition/duration');
    card.hidden = this.#values.get('/prompts') === null;
    const add = element('button', { type: 'button', class: 'button quiet' }, 'Mix in another');
    add.addEventListener('click', () => this.#add());
    const time = duration === null ? null : this.#transition(duration);
    const actions = element('div', { class: 'actions' }, add, time, this.#send);
    const form = element('form', {}, this.#list, actions, this.#said, this.#now, this.#fine());
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#play();
    });
    card.replaceChildren(...card.querySelectorAll('h2'), form);
    this.#values.watch('/prompts', (value) => this.#heard(Array.isArray(value) ? value : []));
  }

  /** @param {Prompt[]} playing */
  #heard(playing) {
    const same = sameTexts(playing, this.#playing);
    this.#playing = playing;
    const first = !this.#edited || sameTexts(playing, this.#written);
    if (first && !this.#list.contains(document.activeElement)) {
      this.#edited = false;
      this.#written =
        playing.length === 0 ? [{ text: '', weight: 1 }] : playing.map((prompt) => ({ ...prompt }));
      this.#draw();
    } else if (!same) {
      this.#said.textContent = '';
    }
    const texts = playing.map((prompt) => prompt.text).filter((text) => text !== '');
    this.#now.textContent = texts.length === 0 ? 'No prompt plays yet.' : `Plays now: ${texts.join('  +  ')}`;
  }

  #draw() {
    const many = this.#written.length > 1;
    this.#list.replaceChildren(...this.#written.map((prompt, index) => this.#entry(prompt, index, many)));
  }

  /** @param {Prompt} prompt @param {number} index @param {boolean} many */
  #entry(prompt, index, many) {
    const area = element('textarea', {
      rows: many ? 2 : 3,
      maxlength: 2000,
      'aria-label': many ? `Prompt ${index + 1}` : 'Prompt',
      placeholder: 'molten gold, slow waves, fog',
    });
    area.value = prompt.text;
    area.addEventListener('input', () => {
      prompt.text = area.value;
      this.#edited = true;
    });
    area.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && !event.shiftKey) {
        event.preventDefault();
        void this.#play();
      }
    });
    if (!many) return area;
    const weight = element('input', {
      type: 'range',
      min: 0,
      max: 2,
      step: 0.01,
      'aria-label': `How much prompt ${index + 1} counts`,
    });
    const shown = () => weight.style.setProperty('--part', `${Number(weight.value) * 50}%`);
    weight.value = String(prompt.weight);
    shown();
    weight.addEventListener('input', () => {
      prompt.weight = Number(weight.value);
      shown();
      // A weight of what plays already is played by hand, at once; of what is only written it waits for Send.
      if (sameTexts(this.#playing, this.#written))
        this.#values.set(`/prompts/${index}/weight`, prompt.weight);
    });
    const remove = element(
      'button',
      { type: 'button', class: 'button quiet', 'aria-label': `Take out prompt ${index + 1}` },
      'Take out',
    );
    remove.addEventListener('click', () => {
      this.#written.splice(index, 1);
      this.#edited = true;
      this.#draw();
    });
    return element('div', { class: 'prompt-entry' }, area, element('div', { class: 'row' }, weight, remove));
  }

  #add() {
    this.#written.push({ text: '', weight: 1 });
    this.#edited = true;
    this.#draw();
    this.#list.querySelector('.prompt-entry:last-child textarea')?.focus();
  }

  /** @param {import('./values.js').Parameter} duration */
  #transition(duration) {
    const unit = element('span', {}, 'seconds');
    this.#values.watch('/transition/unit', (value) => (unit.textContent = String(value)));
    const box = numberWidget(
      { ...duration, maximum: null, ui: { ...duration.ui, label: 'Transition' } },
      this.#values,
      'transition',
    );
    return element('label', { class: 'transition', for: 'transition' }, 'over', box, unit);
  }

  #fine() {
    const parameters = FINE_KEYS.flatMap((key) => this.#values.get(`/${key}`) ?? []);
    if (parameters.length === 0) return null;
    const controls = parameters.map((parameter) => widget(parameter, this.#values, () => undefined));
    return element(
      'details',
      {},
      element('summary', {}, 'How it changes over'),
      element('div', { class: 'grid' }, ...controls),
    );
  }

  async #play() {
    const prompts = this.#written.filter((prompt) => prompt.text.trim() !== '');
    this.#send.disabled = true;
    const answer = await this.#connection.ask({ type: 'command', commands: [{ kind: 'prompt', prompts }] });
    this.#send.disabled = false;
    const refusal = refusalOf(answer);
    this.#said.classList.toggle('bad', refusal !== null);
    this.#said.textContent = refusal ?? this.#done(prompts.length);
    if (refusal === null) this.#edited = false;
  }

  /** @param {number} count */
  #done(count) {
    const length = Number(this.#values.get('/transition/duration')?.value ?? 0);
    const unit = String(this.#values.get('/transition/unit')?.value ?? 'seconds');
    const what =
      count === 0
        ? 'The prompt is taken away'
        : count === 1
          ? 'The new prompt plays'
          : `The mix of ${count} prompts plays`;
    return length === 0 ? `${what} now.` : `${what}, gliding over ${length} ${unit}.`;
  }
}

/** @param {Prompt[]} a @param {Prompt[]} b */
function sameTexts(a, b) {
  return a.length === b.length && a.every((prompt, index) => prompt.text === b[index]?.text);
}
