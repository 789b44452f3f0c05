import { showChoices } from './choices.js';
import { byId, element } from './element.js';
import { widget, wordsOf } from './widgets.js';

/** Keys that have a place of their own on the page. */
const elsewhere = /^(prompt|prompts|prompts\/.*|transition|transition\/.*|mode)$/;

const modeWords = { text: 'Prompt', video: 'Video', auto: 'Automatic' };

/**
 * The parameters of every stage, each stage a card with its mode on top, its parameters grouped by category.
 * @param {import('./values.js').Values} values
 * @param {import('./connection.js').Connection} connection
 * @param {{ nodes: any[] }} graph
 * @param {any[]} pipelines entries of the catalog
 */
export function buildStages(values, connection, graph, pipelines) {
  const stages = graph.nodes.filter((node) => node.type === 'stage');
  const cards = stages.map((node) => {
    const descriptor = pipelines.find((entry) => entry.id === node.pipeline)?.descriptor ?? null;
    return stageCard(values, connection, node, descriptor, stages.length > 1);
  });
  byId('stages').replaceChildren(...cards);
}

/** @type {(values: any, connection: any, node: any, descriptor: any, named: boolean) => HTMLElement} */
function stageCard(values, connection, node, descriptor, named) {
  const parameters = values.all.filter(
    (/** @type {any} */ entry) => entry.node === node.id && !elsewhere.test(entry.key),
  );
  const name = descriptor?.name ?? node.pipeline;
  const title = element('h2', {}, name, named ? element('span', { class: 'faint' }, ` ${node.id}`) : null);
  const card = element('section', { class: 'card', 'aria-label': `${name} ${node.id}` }, title);
  if (descriptor !== null) card.append(...about(descriptor.description));
  const mode = values.get(`/${node.id}/mode`);
  if (mode !== null && (mode.choices?.length ?? 0) > 1) card.append(modeRow(values, mode));
  for (const [category, members] of grouped(parameters)) {
    const controls = members.map((parameter) =>
      widget(parameter, values, () => void fire(connection, parameter.address)),
    );
    const heading = category === 'main' ? null : element('h3', {}, wordsOf(category));
    card.append(element('div', { class: 'group' }, heading, element('div', { class: 'grid' }, ...controls)));
  }
  return card;
}

/** What the pipeline says of itself: its first words at once, a long rest behind a fold. @param {string} description */
function about(description) {
  const [, first = description, rest = ''] = /^(.{90,300}?[.!?]) (.{60,})$/s.exec(description) ?? [];
  const more = element(
    'details',
    {},
    element('summary', {}, 'More about it'),
    element('p', { class: 'about' }, rest),
  );
  return [element('p', { class: 'about' }, first), ...(rest === '' ? [] : [more])];
}

/** @param {import('./connection.js').Connection} connection @param {string} address */
function fire(connection, address) {
  return connection.ask({ type: 'command', commands: [{ kind: 'trigger', address }] });
}

/** @type {(values: any, mode: any) => HTMLElement} */
function modeRow(values, mode) {
  const group = element('div', {
    class: 'choices',
    role: 'radiogroup',
    'aria-label': 'What the picture is made from',
  });
  const options = mode.choices.map((/** @type {string} */ value) => ({
    value,
    label: modeWords[/** @type {keyof typeof modeWords} */ (value)] ?? wordsOf(value),
    title: value === 'auto' ? 'From the video while a source is live, else from the prompt' : undefined,
  }));
  const draw = (/** @type {string} */ chosen) => {
    showChoices(group, options, chosen, (value) => {
      values.set(mode.address, value);
      draw(value);
    });
  };
  values.watch(mode.address, draw);
  return element('div', { class: 'mode' }, element('span', { class: 'faint' }, 'Picture from'), group);
}

/** @type {(parameters: any[]) => Map<string, any[]>} */
function grouped(parameters) {
  const groups = new Map();
  for (const parameter of [...parameters].sort((a, b) => a.ui.order - b.ui.order)) {
    const category = parameter.ui.load ? 'size and quality' : parameter.ui.category;
    groups.set(category, [...(groups.get(category) ?? []), parameter]);
  }
  return groups;
}
