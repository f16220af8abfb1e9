/*<![CDATA[*/
'use strict';
/* Totals, families, the cumulated share, traffic modes, the device, and what it all rests on. */

const atLeast = totals.complete ? '' : '\u2265 ';

function startHead() {
  const { model, device, options } = analysis;
  const name = shown(model.path === '-' ? model.graph || 'model' : model.path.split('/').pop(), 120);
  const dims = Object.entries(options.dims).map(([dim, value]) => shown(dim, 60) + ' = ' + value);
  document.title = name + ' \u2013 roofline';
  byId('title').textContent = name;
  byId('subtitle').textContent = [device ? shown(device.name) + ' (' + device.source + (device.date ? ' ' + shown(device.date).slice(0, 10) : '') + ')'
    : 'no device: counts only', 'traffic ' + options.traffic + ', views ' + options.views, options.tf32 ? 'TF32' : '', ...dims.slice(0, 6)]
    .filter(Boolean).join(' \u00b7 ');
  byId('verdict').textContent = shown(page.verdict, 2000);
  byId('foot').textContent = 'roofline ' + analysis.tool.version + ', structure ' + model.structure_hash +
    '. A prediction from counts and ceilings, not a measurement of the model. This page loads nothing.';
}

function card(what, value, more, name = 'card') {
  return el('div', { class: name }, el('div', { class: 'what' }, what), el('div', { class: 'value' }, value),
    ...more.map((words) => (typeof words === 'string' ? el('div', { class: 'more' }, words) : words)));
}

function limiterCard() {
  const shares = Object.entries(totals.limiter_share).filter(([, share]) => share > 0).sort((a, b) => b[1] - a[1]);
  const bar = el('div', { class: 'bar' }), keys = el('div', { class: 'keys' });
  for (const [name, share] of shares) {
    const part = el('span', { title: name });
    part.style.width = share * 100 + '%';
    part.style.background = 'var(--' + name + ')';
    bar.append(part);
    keys.append(el('span', {}, swatch('var(--' + name + ')'), name + ' ' + percent(share)));
  }
  return card('Limited by', totals.limiter || 'nothing', [bar, keys], 'card wide');
}

function startTotals() {
  const t = totals, cards = [];
  if (placed) {
    cards.push(card('Predicted time', known(t.time_s) ? si(t.time_s, 's') : '\u2013', [known(t.attainable_flops) ? 'at ' + si(t.attainable_flops, 'FLOP/s') : '',
      known(t.bound_s) ? 'no correct run is faster than ' + si(t.bound_s, 's') : '', atLeast ? 'rows are missing: at least that' : ''].filter(Boolean)));
    cards.push(limiterCard());
  }
  cards.push(card('Work', atLeast + si(t.flops, 'FLOP'), [si(t.macs, 'MAC') + '; matrix ' + si(t.matrix_flops) + ', vector ' + si(t.vector_flops) +
    ', special ' + si(t.special_flops), t.integer_ops ? si(t.integer_ops, 'OP') + ' on integers' : ''].filter(Boolean)));
  cards.push(card('Memory traffic', atLeast + si(t.bytes, 'B'), ['weights ' + si(t.bytes_weights, 'B') + ', read ' + si(t.bytes_read, 'B') + ', written ' +
    si(t.bytes_written, 'B')]));
  cards.push(card('Intensity', ratio(t.operational_intensity), ['FLOP per byte, whole model']));
  const peak = rows.find(({ node }) => node.id === t.peak_activation_node);
  cards.push(card('Live activations', si(t.peak_activation_bytes, 'B'), ['at most' + (peak ? ', at ' + shown(title(peak), 60) : '')]));
  cards.push(card('Parameters', si(analysis.model.parameters), [si(analysis.model.parameter_bytes, 'B') + ' as stored']));
  byId('totals').replaceChildren(...cards);
}

/* --- by family --- */

const LIMITERS = ['matrix', 'vector', 'special', 'memory', 'overhead'];
const BYTES = { weights: 'bytes_weights', read: 'bytes_read', written: 'bytes_written' };

function newFamily(row) {
  return { name: row.family, color: row.color, rows: 0, share: 0, bytes: 0, flops: 0, seconds: 0, limited: {}, parts: {} };
}

function byFamily() {
  const found = new Map();
  for (const row of rows) {
    const f = found.get(row.family) || newFamily(row), limiter = row.node.limiter || 'overhead';
    f.rows++;
    f.share += weight(row);
    f.limited[limiter] = (f.limited[limiter] || 0) + weight(row);
    for (const key of ['bytes', 'flops', 'seconds']) f[key] += row[key] > 0 ? row[key] : 0;
    for (const [part, key] of Object.entries(BYTES)) f.parts[part] = (f.parts[part] || 0) + (times(row, row.node[key]) || 0);
    found.set(row.family, f);
  }
  return [...found.values()].sort((a, b) => b.share - a.share || b.bytes - a.bytes);
}
const families = byFamily();

function track(share, color) {
  const made = el('div', { class: 'track' }), inside = el('div', { class: 'fill' });
  inside.style.width = Math.max(0, Math.min(1, share || 0)) * 100 + '%';
  inside.style.background = color;
  made.append(inside);
  return made;
}

/* Parts beside each other: { name: value }, each in the colour of its name, `whole` being all of the track. */
function stack(parts, whole, thin) {
  const made = el('div', { class: 'track stack' });
  for (const [name, value] of Object.entries(parts)) {
    if (!(value > 0)) continue;
    const inside = el('div', { class: 'fill', title: name });
    inside.style.width = Math.min(1, value / whole) * 100 + '%';
    inside.style.background = 'var(--' + name + ')';
    made.append(inside);
  }
  if (thin) [made.style.height, made.style.marginTop] = ['7px', '2px'];
  return made;
}

const keysOf = (names) => names.map((name) => el('span', {}, swatch('var(--' + name + ')'), name));

function startFamilies() {
  const bars = el('div', { class: 'bars' }), bytes = families.reduce((sum, f) => sum + f.bytes, 0) || 1;
  const largest = Math.max(...families.map((f) => Math.max(f.share, f.bytes / bytes)), 1e-9);
  for (const f of families.filter(({ share, bytes: b }) => share > 0 || b > 0)) {
    const both = el('div', { title: count(f.rows, 'row') + ', ' + si(f.flops, 'FLOP') + ', ' + si(f.bytes, 'B') });
    both.append(placed ? stack(f.limited, largest) : track(f.share / largest, f.color), stack(f.parts, largest * bytes, true));
    bars.append(el('div', {}, swatch(f.color), f.name), both,
      el('div', { class: 'number' }, (placed ? si(f.seconds, 's') : si(f.flops)) + ', ' + percent(f.share)));
  }
  const limiters = LIMITERS.filter((name) => families.some((f) => f.limited[name] > 0));
  byId('families').replaceChildren(el('p', { class: 'hint' }, 'Thick: share ' + shareOf + (placed ? ', by what limits it' : '') + '; thin: share of the bytes.'),
    el('div', { class: 'keys' }, ...(placed ? keysOf(limiters) : []), ...keysOf(Object.keys(BYTES))), bars);
}

function startLegend() {
  for (const f of families) {
    const button = el('button', { type: 'button', 'aria-pressed': 'false', 'data-family': f.name }, swatch(f.color), f.name + ' ' + f.rows);
    button.addEventListener('click', () => {
      if (!filter.families.delete(f.name)) filter.families.add(f.name);
      refilter();
    });
    byId('legend').append(button);
  }
  listeners.filter.push(() => {
    for (const button of byId('legend').children) button.setAttribute('aria-pressed', String(filter.families.has(button.dataset.family)));
  });
}

/* --- which rows make most of it --- */

function curve(heavy, total, x, y) {
  let sum = 0, last = -1, path = '';
  heavy.forEach((row, i) => {
    sum += weight(row);
    const px = x(i + 1);
    if (px - last < 0.7 && i + 1 < heavy.length) return;
    last = px;
    path += (path ? 'L' : 'M') + px.toFixed(1) + ' ' + y(sum / total).toFixed(1);
  });
  return path;
}

function startShare() {
  const heavy = heaviestFirst.filter((row) => weight(row) > 0), total = heavy.reduce((sum, row) => sum + row.share, 0);
  const width = figureWidth('share'), height = 250, left = 46, right = width - 12, bottom = height - 38;
  if (!heavy.length) return;
  const x = (n) => left + (heavy.length > 1 ? Math.log(n) / Math.log(heavy.length) : 1) * (right - left), y = (s) => bottom - s * (bottom - 12);
  const root = svg('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': 'Cumulated share of the heaviest rows' });
  for (const s of [0, 0.25, 0.5, 0.75, 1]) root.append(line('grid', left, y(s), right, y(s)), text(left - 6, y(s) + 4, s * 100 + '%', 'end', 'faint'));
  for (let n = 1; n <= heavy.length; n *= 10) root.append(line('grid', x(n), y(0), x(n), y(1)), text(x(n), bottom + 16, si(n), 'middle', 'faint'));
  const path = curve(heavy, total, x, y);
  root.append(svg('path', { class: 'under', d: path + `L${right} ${bottom}L${left} ${bottom}Z` }), svg('path', { class: 'curve', d: path }),
    svg('path', { class: 'axis', d: `M${left} 12V${bottom}H${right}` }), text((left + right) / 2, height - 4, 'heaviest rows', 'middle'));
  let sum = 0;
  const marks = [0.5, 0.9], said = [];
  heavy.forEach((row, i) => {
    sum += row.share;
    while (marks.length && sum / total >= marks[0] - 1e-12) {
      const mark = marks.shift();
      root.append(line('drop', left, y(mark), x(i + 1), y(mark)), line('drop', x(i + 1), y(mark), x(i + 1), bottom),
        svg('circle', { class: 'whole', cx: x(i + 1), cy: y(mark), r: 4 }));
      said.push(count(i + 1, 'row makes', 'rows make') + ' ' + mark * 100 + '%');
    }
  });
  byId('share').replaceChildren(el('p', { class: 'hint' }, said.join(', ') + ' ' + shareOf + '.'), root);
}

/* --- tables --- */

function plain(titles, body) {
  const cell = (tag) => (value, i) => el(tag, { class: titles[i][1] }, ...(Array.isArray(value) ? value : [value]));
  return el('div', { class: 'scroll' }, el('table', { class: 'plain' },
    el('thead', {}, el('tr', {}, ...titles.map(([name]) => name).map(cell('th')))),
    el('tbody', {}, ...body.map(({ cells, used }) => el('tr', { class: used ? 'in-use' : '' }, ...cells.map(cell('td')))))));
}

function startTraffic() {
  const says = { op: 'each node alone', output: 'weights and outputs', fused: 'fused groups', ideal: 'the least that must move' };
  const most = Math.max(...Object.values(totals.traffic).filter(known), 1);
  const kinds = totals.traffic_kinds || {};
  const bar = (mode, bytes) => (kinds[mode] ? stack(kinds[mode], most) : track(bytes / most, 'var(--accent)'));
  const body = Object.entries(totals.traffic).map(([mode, bytes]) => ({ used: mode === analysis.options.traffic,
    cells: [mode, bar(mode, bytes), si(bytes, 'B'), ratio(totals.flops / bytes),
      ...(placed ? [known(totals.time_by_traffic[mode]) ? si(totals.time_by_traffic[mode], 's') : '\u2013'] : [])] }));
  byId('traffic').replaceChildren(el('div', { class: 'keys' }, ...(totals.traffic_kinds ? keysOf(Object.keys(BYTES)) : [])), plain([['mode', ''], ['', 'wide'], ['bytes', 'n'], ['FLOP/B', 'n'], ...(placed ? [['time', 'n']] : [])], body),
    el('p', { class: 'hint' }, Object.keys(totals.traffic).map((mode) => mode + ': ' + (says[mode] || '')).join('; ') + '. Bold: used on this page.'));
}

function quality(f) {
  const parts = [];
  if (f.min && f.max) parts.push(si(f.min) + ' to ' + si(f.max));
  if (f.samples) parts.push(count(f.samples, 'sample'));
  if (f.clock_hz) parts.push('at ' + si(f.clock_hz, 'Hz'));
  if (f.of_theory) parts.push(percent(f.of_theory) + ' of its theory');
  if (f.formula) parts.push(shown(f.formula));
  if (f.source && f.source !== f.kind) parts.push(shown(f.source));
  if (f.note) parts.push(shown(f.note));
  return parts.join(', ');
}

function startDevice() {
  if (!placed) {
    byId('device-section').remove();
    return;
  }
  const { memory, compute, facts, partial } = page.device;
  const used = (f) => (f.section === 'memory' ? f.name === 'dram' && memory && f.value === memory.value
    : f.section === 'compute' && compute.some((c) => c.name === f.name + ' ' + f.precision && Math.abs(c.value / f.value - 1) < 1e-9));
  const body = facts.map((f) => ({ used: used(f), cells: [f.section, shown([f.name, f.precision, f.accumulate && f.accumulate !== f.precision ? 'into ' +
    f.accumulate : '', f.variant].filter(Boolean).join(' ')), si(f.value, f.unit || ''), f.kind, quality(f)] }));
  byId('device').replaceChildren(el('p', { class: 'hint' }, 'Bold: in use here. Measured values are medians.' +
    (partial ? ' The measurement was cut short: ' + shown(partial) + '.' : '')),
  plain([['', ''], ['ceiling', ''], ['value', 'n'], ['kind', ''], ['quality', 'text']], body));
}

function list(heading, items) {
  const MOST = 50;
  if (!items.length) return null;
  return el('div', {}, el('h3', {}, heading), el('ul', {}, ...items.slice(0, MOST).map((item) => el('li', {}, item)),
    items.length > MOST ? el('li', {}, 'and ' + (items.length - MOST) + ' more') : null));
}

function startBasis() {
  const { coverage, model, options } = analysis;
  const opset = Object.entries(model.opset).map(([domain, version]) => shown(domain || 'ai.onnx', 60) + ' ' + version);
  byId('basis').replaceChildren(el('div', { class: 'basis' }, ...[
    list('Assumptions', analysis.assumptions.map((words) => shown(words))),
    list('Coverage', [count(coverage.nodes, 'node'), ...['counted', 'folded', 'dead', 'estimated', 'unknown'].filter((s) => coverage[s] > 0)
      .map((s) => coverage[s].toLocaleString('en') + ' ' + s)]),
    list('No rule for', coverage.unsupported.map((u) => shown((u.domain ? u.domain + ':' : '') + u.op, 80) + ' \u00d7 ' + u.count)),
    list('Options', ['traffic ' + options.traffic, 'views ' + options.views, ...Object.entries(options.dims).map(([dim, v]) => shown(dim, 80) + ' = ' + v)]),
    list('Model', [shown(model.path), model.producer ? 'from ' + shown(model.producer, 120) : '', 'opset ' + opset.join(', ')].filter(Boolean)),
    list('Outputs', analysis.outputs.map((t) => shown(t.name, 80) + ' ' + shape(t) + ' ' + (t.dtype || '?')))].filter(Boolean)));
}
/*]]>*/
