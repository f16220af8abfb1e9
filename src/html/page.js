/*<![CDATA[*/
'use strict';
/* What the whole page uses: the data, text, elements, and what is chosen and filtered.
 *
 * Names come from models that nobody vouches for. They become text nodes and attributes, never
 * markup: no innerHTML, no eval, and the page's policy allows no script but its own. */

function remember(what) {
  const root = document.documentElement;
  root.dataset.errors = (root.dataset.errors ? root.dataset.errors + '; ' : '') + what;
}
window.addEventListener('error', (event) => remember(event.message));
window.addEventListener('unhandledrejection', (event) => remember(String(event.reason)));
document.addEventListener('securitypolicyviolation', (event) => remember('refused ' + event.violatedDirective));

const byId = (id) => document.getElementById(id);
const analysis = JSON.parse(byId('analysis').textContent);
const { page } = JSON.parse(byId('beside').textContent);
const { totals } = analysis;
const placed = analysis.device !== null;

/* --- text --- */

/* Characters that show nothing, or that reorder what is around them. */
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

function shown(text, longest = 300) {
  const cut = text.length > longest
    ? text.slice(0, Math.ceil(longest / 2) - 1) + '\u2026' + text.slice(-Math.floor(longest / 2)) : text;
  return cut.replace(UNSEEN, (c) => '\\u{' + c.codePointAt(0).toString(16) + '}');
}

const known = (value) => typeof value === 'number' && Number.isFinite(value);

function digits(value) {
  const size = Math.abs(value);
  return size >= 99.95 ? value.toFixed(0) : size >= 9.995 ? value.toFixed(1) : value.toFixed(2);
}

const PREFIXES = ['p', 'n', '\u00b5', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];

/* Three significant digits and an engineering prefix. */
function si(value, unit = '') {
  if (!known(value)) return '?';
  if (value === 0) return ('0 ' + unit).trim();
  let step = Math.floor(Math.log10(Math.abs(value) * 1.0000001) / 3);
  if (Math.abs(value) / 1000 ** step >= 999.5) step++;
  step = Math.max(-4, Math.min(step, 8));
  const scaled = value / 1000 ** step;
  const whole = step === 0 && Number.isInteger(value);
  return ((whole ? String(value) : digits(scaled)) + ' ' + PREFIXES[step + 4] + unit).trim();
}

function ratio(value) {
  if (!known(value)) return '\u2013';
  return value !== 0 && Math.abs(value) < 0.01 ? value.toPrecision(2) : value >= 1000 ? si(value) : digits(value);
}

function percent(share) {
  if (!known(share)) return '\u2013';
  if (share > 0 && share < 5e-6) return '< 0.001%';
  return (share === 0 ? '0' : share >= 0.9995 ? '100' : share >= 0.0995 ? (share * 100).toFixed(1) : (share * 100).toPrecision(2)) + '%';
}

const count = (n, one, many = one + 's') => n.toLocaleString('en') + ' ' + (n === 1 ? one : many);

function shape(tensor) {
  if (!tensor || tensor.shape === null) return '?';
  return tensor.shape.length ? tensor.shape.map((dim) => (dim === null ? '?' : dim)).join('\u00d7') : 'scalar';
}

/* --- elements --- */

function fill(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}
const el = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
const svg = (tag, attributes, ...children) =>
  fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);

function swatch(color) {
  const made = el('i', { class: 'swatch' });
  made.style.background = color;
  return made;
}

/* --- rows --- */

const times = (row, value) => (known(value) && known(row.node.repeat) ? value * row.node.repeat : NaN);

function makeRow(node, index) {
  const family = page.families.includes(node.family) ? node.family : 'other';
  const row = { node, index, family, color: 'var(--f' + Math.min(page.families.indexOf(family), 11) + ')', pass: true };
  row.seconds = times(row, node.time_s);
  row.flops = times(row, node.flops);
  row.bytes = times(row, node.bytes);
  row.share = placed ? node.time_share : row.flops / totals.flops;
  row.share = known(row.share) ? row.share : NaN;
  return row;
}
const rows = analysis.nodes.map(makeRow);
const weight = (row) => (row.share > 0 ? row.share : 0);
const heaviestFirst = [...rows].sort((a, b) => weight(b) - weight(a) || a.index - b.index);
const shareOf = placed ? 'of the time' : 'of the FLOPs';
const title = (row) => shown(row.node.name || row.node.op + ' ' + row.node.id);

/* --- what is chosen and filtered; others listen --- */

const listeners = { choice: [], filter: [] };
const filter = { search: '', families: new Set(), limiter: '', status: '' };
let chosen = null;

function choose(row, from) {
  if (row === chosen) return;
  chosen = row;
  for (const listener of listeners.choice) listener(row, from);
}

function hay(row) {
  if (row.hay === undefined) {
    const { node } = row;
    row.hay = [node.id, node.name, node.op, node.domain, node.scope, row.family, node.limiter || '', node.precision || '',
      ...node.outputs.map((t) => t.name), ...node.outputs.concat(node.inputs).map((t) => shape(t).replaceAll('\u00d7', 'x'))].join('\n').toLowerCase();
  }
  return row.hay;
}

function refilter() {
  const words = filter.search.toLowerCase().split(/\s+/).filter((word) => word !== '');
  for (const row of rows) {
    row.pass = (filter.families.size === 0 || filter.families.has(row.family)) &&
      (filter.limiter === '' || row.node.limiter === filter.limiter) && (filter.status === '' || row.node.status === filter.status) &&
      (words.length === 0 || words.every((word) => hay(row).includes(word)));
  }
  for (const listener of listeners.filter) listener();
}

/* --- one row in words: the tip, and the panel beside the roof --- */

const shapes = (tensors) => tensors.map(shape).join(', ') || 'none';

function placeText(row) {
  if (!placed) return 'FLOPs ' + si(row.flops) + ', ' + si(row.bytes, 'B');
  const limit = row.node.limiter ? 'limited by ' + row.node.limiter : 'no limiter';
  return limit + ', ' + si(row.seconds, 's') + ', ' + percent(row.share) + ' ' + shareOf;
}

/* What a real run took, against the roof. */
function measuredText({ node }) {
  return 'measured ' + si(node.measured_s, 's') + (known(node.efficiency) ? ', ' + percent(node.efficiency) + ' of the roof' : '');
}

function tipContent(row, others) {
  const { node } = row;
  return [el('b', {}, title(row)), el('div', { class: 'faint' }, shown(node.op) + ' ' + node.id + ', ' + row.family),
    el('div', {}, shapes(node.inputs.slice(0, 4)) + ' \u2192 ' + shapes(node.outputs.slice(0, 2))),
    node.rule ? el('div', { class: 'faint' }, shown(node.rule)) : null,
    el('div', {}, placeText(row)), known(node.measured_s) ? el('div', {}, measuredText(row)) : null,
    node.status === 'estimated' ? el('div', { class: 'faint' }, 'estimated: ' + shown(node.note || '')) : null,
    known(node.operational_intensity) ? el('div', {}, ratio(node.operational_intensity) + ' FLOP/B' +
      (known(node.attainable_flops) ? ' at ' + si(node.attainable_flops, 'FLOP/s') : '')) : null,
    others > 0 ? el('div', { class: 'faint' }, 'and ' + count(others, 'row') + ' at the same place') : null];
}

function pairs(list) {
  return el('dl', {}, ...list.filter(Boolean).flatMap(([name, text]) => [el('dt', {}, name), el('dd', {}, text)]));
}

function workPairs(node) {
  const work = [['MACs', node.macs], ['matrix', node.matrix_flops], ['vector', node.vector_flops], ['special', node.special_flops],
    ['integer', node.integer_ops]];
  return [['FLOPs', si(node.flops)], ...work.filter(([, value]) => value !== 0).map(([name, value]) => [name, si(value)]),
    ['bytes', si(node.bytes, 'B')], ...Object.entries(node.traffic).map(([mode, value]) => ['traffic ' + mode, si(value, 'B')]),
    node.bytes_weights ? ['of weights', si(node.bytes_weights, 'B')] : null, ['intensity', ratio(node.operational_intensity) + ' FLOP/B']];
}

function timePairs(row) {
  const { node } = row;
  return [['time', si(node.time_s, 's')], node.repeat === 1 ? null : ['executions', known(node.repeat) ? String(node.repeat) : '?'],
    node.repeat === 1 ? null : ['of all', si(row.seconds, 's')], ['share', percent(row.share)], ['limiter', node.limiter || 'none'],
    known(node.measured_s) ? ['measured', si(node.measured_s, 's')] : null, known(node.efficiency) ? ['of the roof', percent(node.efficiency)] : null,
    ['attainable', si(node.attainable_flops, 'FLOP/s')], ['no run below', si(node.bound_s, 's')],
    ...(node.levels || []).map((l) => ['through ' + shown(l.level), si(l.bytes, 'B') + ' in ' + si(l.time_s, 's')]),
    ...node.ceilings.map((c) => [c.unit, si(c.value, c.unit === 'dram' ? 'B/s' : 'FLOP/s') + (c.fallback ? ' (' + shown(c.fallback) + ')' : '')])];
}

function tensorLines(heading, tensors) {
  const MOST = 12;
  return [el('h3', {}, heading), ...tensors.slice(0, MOST).map((t) => el('div', { class: 'tensor' },
    el('b', {}, shape(t)), ' ' + (t.dtype || '?') + ' ' + shown(t.name, 80))),
  tensors.length > MOST ? el('div', {}, 'and ' + (tensors.length - MOST) + ' more') : null];
}

function showDetail(row) {
  if (!row) {
    byId('detail').replaceChildren(el('p', { class: 'hint' }, 'Choose a point or a row to see its rule, shapes and limits here.'));
    return;
  }
  const { node } = row;
  byId('detail').replaceChildren(...[el('div', { class: 'name' }, title(row)),
    el('div', { class: 'hint' }, swatch(row.color), shown((node.domain ? node.domain + ':' : '') + node.op) + ' ' + node.id + ', ' + node.status),
    node.scope ? el('div', { class: 'hint' }, 'in ' + shown(node.scope)) : null,
    node.note ? el('div', { class: 'note' }, shown(node.note)) : null,
    ...(node.rule ? [el('h3', {}, 'Counting rule'), el('div', {}, shown(node.rule))] : []),
    placed ? el('h3', {}, 'On the device') : null, placed ? pairs(timePairs(row)) : null,
    el('h3', {}, 'Work of one execution'), pairs(workPairs(node)),
    ...tensorLines('Inputs', node.inputs), ...tensorLines('Outputs', node.outputs)].filter(Boolean));
}
listeners.choice.push(showDetail);
/*]]>*/
