/*<![CDATA[*/
'use strict';
/* All rows, to sort, search and filter. Only those in sight are elements, so that a model of any
 * size opens at once. At the end the page starts. */

const HEIGHT = 28, SPARE = 8, MOST_PRINTED = 500;

const columns = [
  { title: '#', width: '64px', text: ({ node }) => node.id, sort: (row) => row.index, up: true },
  { title: 'name', width: 'minmax(160px, 3fr)', text: ({ node }) => shown(node.name, 160) || '\u2013', sort: ({ node }) => node.name },
  { title: 'op', width: 'minmax(80px, 1fr)', text: ({ node }) => shown((node.domain ? node.domain + ':' : '') + node.op, 60), sort: ({ node }) => node.op },
  { title: 'output', width: 'minmax(90px, 1.2fr)', text: ({ node }) => shape(node.outputs[0]), sort: ({ node }) => elements(node.outputs[0]) },
  { title: 'type', width: '56px', text: ({ node }) => node.precision || '', sort: ({ node }) => node.precision || '' },
  { title: '\u00d7', width: '44px', number: true, when: () => rows.some(({ node }) => node.repeat !== 1), text: ({ node }) => (known(node.repeat) ?
    String(node.repeat) : '?'), sort: ({ node }) => node.repeat },
  { title: 'FLOPs', width: '76px', number: true, text: (row) => si(known(row.flops) ? row.flops : null), sort: (row) => row.flops },
  { title: 'bytes', width: '80px', number: true, text: (row) => si(known(row.bytes) ? row.bytes : null, 'B'), sort: (row) => row.bytes },
  { title: 'FLOP/B', width: '66px', number: true, text: ({ node }) => ratio(node.operational_intensity), sort: ({ node }) => node.operational_intensity },
  { title: 'time', width: '76px', number: true, when: () => placed, text: (row) => (known(row.seconds) ? si(row.seconds, 's') : '?'), sort: (row) => row.seconds },
  { title: 'measured', width: '80px', number: true, when: () => rows.some(({ node }) => known(node.measured_s)), text: ({ node }) =>
    (known(node.measured_s) ? si(node.measured_s, 's') : '\u2013'), sort: ({ node }) => node.measured_s },
  { title: 'of roof', width: '70px', number: true, when: () => rows.some(({ node }) => known(node.efficiency)), text: ({ node }) => percent(node.efficiency),
    sort: ({ node }) => node.efficiency },
  { title: 'share', width: '70px', number: true, text: (row) => percent(row.share), sort: (row) => row.share, bar: true },
  { title: 'limiter', width: '84px', when: () => placed, text: ({ node }) => node.limiter || (node.status === 'counted' ? '' : node.status),
    sort: ({ node }) => node.limiter || '' },
].filter(({ when }) => !when || when());

function elements(tensor) {
  return tensor && tensor.shape && tensor.shape.every(known) ? tensor.shape.reduce((a, b) => a * b, 1) : NaN;
}

const order = { column: columns.find((column) => column.title === 'share'), down: true };
const holder = byId('table');
const widths = columns.map(({ width }) => width).join(' ');
const heads = columns.map((column) => {
  const button = el('button', { type: 'button' }, column.title);
  button.addEventListener('click', () => sortBy(column));
  return el('div', { role: 'columnheader', class: column.number ? 'n' : '', 'aria-sort': 'none' }, button);
});
const titles = el('div', { class: 'line titles', role: 'row' }, ...heads);
const body = el('div', {}), sight = el('div', {});
let listed = [], printing = false;

/* What is not known comes last, either way. */
function compare(a, b) {
  const x = order.column.sort(a), y = order.column.sort(b), sign = order.down ? -1 : 1;
  if (typeof x === 'string' || typeof y === 'string') return sign * (x < y ? -1 : x > y ? 1 : 0) || a.index - b.index;
  if (!known(x) || !known(y)) return known(y) - known(x) || a.index - b.index;
  return sign * (x - y) || a.index - b.index;
}

function sortBy(column) {
  order.down = order.column === column ? !order.down : Boolean(column.number);
  order.column = column;
  relist();
}

function cell(column, row) {
  const made = el('div', { role: 'gridcell', class: (column.number ? 'n' : '') + (column.bar ? ' sharebar' : '') }, column.text(row));
  if (column.bar && row.share > 0) {
    const bar = el('i', {});
    bar.style.width = Math.min(1, row.share / (weight(heaviestFirst[0]) || 1)) * 100 + '%';
    made.append(bar);
  }
  if (column.title === 'name') made.prepend(swatch(row.color));
  return made;
}

function lineOf(row, at) {
  const quiet = row.node.status === 'folded' || row.node.status === 'dead';
  const made = el('div', { class: 'line row' + (quiet ? ' quiet' : ''), role: 'row', id: 'row-' + row.index, 'aria-rowindex': at + 2,
    'aria-selected': String(row === chosen) }, ...columns.map((column) => cell(column, row)));
  made.style.gridTemplateColumns = widths;
  made.row = row;
  return made;
}

function render() {
  const first = printing ? 0 : Math.max(0, Math.floor(holder.scrollTop / HEIGHT) - SPARE);
  const end = printing ? MOST_PRINTED : first + Math.ceil((holder.clientHeight || 640) / HEIGHT) + 2 * SPARE;
  sight.style.transform = 'translateY(' + first * HEIGHT + 'px)';
  sight.replaceChildren(...listed.slice(first, end).map((row, i) => lineOf(row, first + i)));
}

function relist() {
  listed = rows.filter(({ pass }) => pass).sort(compare);
  body.style.height = printing ? 'auto' : listed.length * HEIGHT + 'px';
  holder.setAttribute('aria-rowcount', listed.length + 1);
  heads.forEach((head, i) => {
    const mine = columns[i] === order.column;
    head.setAttribute('aria-sort', mine ? (order.down ? 'descending' : 'ascending') : 'none');
    head.firstChild.textContent = columns[i].title + (mine ? (order.down ? ' \u2193' : ' \u2191') : '');
  });
  const share = listed.reduce((sum, row) => sum + weight(row), 0);
  byId('found').textContent = (listed.length === rows.length ? count(rows.length, 'row') :
    listed.length.toLocaleString('en') + ' of ' + count(rows.length, 'row')) + (rows.length ? ', ' + percent(share) + ' ' + shareOf : '');
  holder.scrollTop = 0;
  render();
}

/* Brings a row of the list into sight. */
function bringIntoSight(at) {
  const top = at * HEIGHT, room = holder.clientHeight - titles.offsetHeight - HEIGHT;
  if (top < holder.scrollTop) holder.scrollTop = top;
  else if (top > holder.scrollTop + room) holder.scrollTop = top - room;
}

/* From the roof: shows the row among all, whatever is filtered. */
function reveal(row) {
  if (!row.pass) clearFilters();
  holder.scrollTop = Math.max(0, listed.indexOf(row) * HEIGHT - holder.clientHeight / 2);
  render();
  holder.scrollIntoView({ block: 'nearest' });
}

const STEPS = { ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15, Home: -Infinity, End: Infinity };

function onKey(event) {
  const step = STEPS[event.key];
  if (event.target !== holder || step === undefined || !listed.length) return;
  event.preventDefault();
  const from = listed.indexOf(chosen);
  const at = Math.max(0, Math.min(listed.length - 1, from < 0 ? 0 : from + step));
  choose(listed[at], 'table');
  bringIntoSight(at);
  render();
}

listeners.choice.push((row) => {
  for (const made of sight.children) made.setAttribute('aria-selected', String(made.row === row));
  if (row) holder.setAttribute('aria-activedescendant', 'row-' + row.index);
});

/* --- filters --- */

function options(select, values, all) {
  select.append(el('option', { value: '' }, all), ...values.map((value) => el('option', { value }, value)));
}

function syncFilters() {
  byId('search').value = filter.search;
  byId('by-family').value = filter.families.size === 1 ? [...filter.families][0] : '';
  byId('by-limiter').value = filter.limiter;
  byId('by-status').value = filter.status;
}

function clearFilters() {
  Object.assign(filter, { search: '', limiter: '', status: '' });
  filter.families.clear();
  refilter();
}

function startFilters() {
  const distinct = (of) => [...new Set(rows.map(of))].filter(Boolean).sort();
  options(byId('by-family'), families.map(({ name }) => name), 'all');
  options(byId('by-limiter'), distinct(({ node }) => node.limiter), 'any');
  options(byId('by-status'), distinct(({ node }) => node.status), 'any');
  byId('by-limiter').parentElement.hidden = !placed;
  byId('search').addEventListener('input', (event) => { filter.search = event.target.value; refilter(); });
  byId('by-family').addEventListener('change', (event) => {
    filter.families = new Set(event.target.value ? [event.target.value] : []);
    refilter();
  });
  byId('by-limiter').addEventListener('change', (event) => { filter.limiter = event.target.value; refilter(); });
  byId('by-status').addEventListener('change', (event) => { filter.status = event.target.value; refilter(); });
  byId('clear').addEventListener('click', clearFilters);
  listeners.filter.push(syncFilters, relist);
}

function startTable() {
  titles.style.gridTemplateColumns = widths;
  body.append(sight);
  holder.append(titles, body);
  holder.addEventListener('scroll', render);
  holder.addEventListener('keydown', onKey);
  sight.addEventListener('click', (event) => {
    const made = event.target.closest('.row');
    if (made) choose(made.row, 'table');
  });
  relist();
}

/* --- colours and paper --- */

const root = document.documentElement;
const darkWanted = window.matchMedia('(prefers-color-scheme: dark)');
let theme = 'auto';

function applyTheme() {
  root.dataset.theme = printing ? 'light' : theme !== 'auto' ? theme : darkWanted.matches ? 'dark' : 'light';
  for (const button of document.querySelectorAll('button[data-theme]')) button.setAttribute('aria-pressed', String(button.dataset.theme === theme));
}

function startTheme() {
  for (const button of document.querySelectorAll('button[data-theme]'))
    button.addEventListener('click', () => { theme = button.dataset.theme; applyTheme(); });
  darkWanted.addEventListener('change', applyTheme);
  applyTheme();
}

function startPrint() {
  const paper = (on) => () => {
    printing = on;
    applyTheme();
    relist();
    if (on && listed.length > MOST_PRINTED) sight.append(el('p', { class: 'hint' }, 'The first ' + MOST_PRINTED + ' of ' + listed.length + ' rows.'));
  };
  window.addEventListener('beforeprint', paper(true));
  window.addEventListener('afterprint', paper(false));
  byId('print').addEventListener('click', () => window.print());
}

for (const start of [startTheme, startHead, startTotals, startLegend, startFilters, startTable, startRoof, startFamilies, startShare, startMemory, startTraffic, startDevice,
  startBasis, startPrint]) start();
showDetail(null);
if (rows.length) choose(heaviestFirst[0], 'start');
root.dataset.ready = Math.round(performance.now());
/*]]>*/
