/*<![CDATA[*/
'use strict';
/* The roofline: ceilings, slope, ridges, a mark for each place where rows lie, and names beside the
 * heaviest. Rows without FLOPs are ticks below, by their bytes. */

const LABEL = 12;
const measuring = document.createElement('canvas').getContext('2d');

function textWidth(text) {
  measuring.font = LABEL + 'px system-ui, sans-serif';
  return measuring.measureText(text).width * 1.04;
}

/* --- what is drawn --- */

/* Rows of one family that nobody could tell apart in a picture become one mark. */
function merge(list, place) {
  const marks = new Map();
  for (const row of list) {
    const at = place(row), key = row.family + at.map((v) => '|' + Math.round(Math.log10(v) * 150)).join('');
    const mark = marks.get(key);
    if (!mark) marks.set(key, { row, rows: [row], at, share: weight(row) });
    else {
      mark.rows.push(row);
      mark.share += weight(row);
      if (weight(row) > weight(mark.row)) mark.row = row;
    }
  }
  return [...marks.values()].sort((a, b) => b.share - a.share);
}

function isPoint({ node, seconds }) {
  return seconds > 0 && node.flops > 0 && node.operational_intensity > 0 && node.attainable_flops > 0;
}
const isTick = ({ node, seconds }) => seconds > 0 && node.flops === 0 && node.bytes > 0;

const isUnknown = ({ node }) => node.status === 'unknown' || (!known(node.time_s) && node.status !== 'folded' && node.status !== 'dead');

/* The model as a whole, once for each traffic mode. */
function wholeModel() {
  return Object.keys(totals.traffic).map((mode) => ({ mode, used: mode === analysis.options.traffic,
    x: totals.flops / totals.traffic[mode], y: totals.flops / totals.time_by_traffic[mode] }))
    .filter(({ x, y }) => known(x) && known(y) && x > 0 && y > 0);
}

/* The lines of the roof; the theory beside what was measured. */
function ceilingLines() {
  const { memory, compute } = page.device, lines = [];
  const bandwidth = memory ? memory.value : NaN;
  const bandwidthTheory = memory ? Math.max(memory.theory || 0, memory.value) : NaN;
  for (const c of compute.filter(({ kind, limits }) => kind !== 'special' || limits)) {
    const measured = c.source === 'measured';
    lines.push({ name: c.name, value: c.value, from: c.value / bandwidth, unit: c.unit, source: c.source, solid: measured, ridge: c.kind !== 'special' });
    if (measured && c.theory > c.value * 1.02)
      lines.push({ name: c.name, value: c.theory, from: c.theory / bandwidthTheory, unit: c.unit, source: 'theory', beside: true });
  }
  return lines;
}

function slopeLines(lines) {
  const { memory } = page.device;
  if (!memory) return [];
  const top = (list) => Math.max(...list.map(({ value }) => value));
  const own = lines.filter(({ beside: theory }) => !theory);
  const slopes = [{ value: memory.value, top: top(own), source: memory.source, solid: memory.source === 'measured' }];
  if (memory.source === 'measured' && memory.theory > memory.value * 1.02)
    slopes.push({ value: memory.theory, top: top(lines), source: 'theory', beside: true });
  return slopes.filter((slope) => known(slope.top));
}

/* --- axes --- */

function range(values, before, after) {
  const usable = values.filter((v) => v > 0 && Number.isFinite(v));
  const low = usable.length ? usable.reduce((a, b) => Math.min(a, b)) : 1;
  const high = usable.length ? usable.reduce((a, b) => Math.max(a, b)) : 10;
  return { low: Math.log10(low) - before, high: Math.log10(high) + after };
}

function scale({ low, high }, start, end) {
  const to = (value) => start + (Math.log10(value) - low) / (high - low) * (end - start);
  return { to, low: 10 ** low, high: 10 ** high, start, end };
}

function decades({ low, high }) {
  const list = [];
  for (let e = Math.floor(Math.log10(low)); e <= Math.ceil(Math.log10(high)); e++) list.push(e);
  return list;
}

/* A power of ten, without the digits of a measured value. */
function powerOfTen(e, unit = '') {
  if (e < 0 && e > -4 && !unit) return (10 ** e).toFixed(-e);
  return si(10 ** e, unit).replace(/\.0+/, '');
}

const within = (axis, value) => value >= axis.low && value <= axis.high;
const line = (name, x1, y1, x2, y2) => svg('line', { class: name, x1, y1, x2, y2 });

function text(x, y, words, anchor = 'start', name = '') {
  return svg('text', { x, y, 'text-anchor': anchor, class: name }, words);
}

function drawAxes(layer, x, y, integers) {
  for (const e of decades(x)) {
    for (let k = 1; k < 10; k++)
      if (within(x, k * 10 ** e)) layer.append(line(k > 1 ? 'grid fine' : 'grid', x.to(k * 10 ** e), y.start, x.to(k * 10 ** e), y.end));
    if (within(x, 10 ** e)) layer.append(text(x.to(10 ** e), y.start + 17, powerOfTen(e), 'middle', 'faint'));
  }
  for (const e of decades(y)) {
    for (let k = 1; k < 10; k++)
      if (within(y, k * 10 ** e)) layer.append(line(k > 1 ? 'grid fine' : 'grid', x.start, y.to(k * 10 ** e), x.end, y.to(k * 10 ** e)));
    if (within(y, 10 ** e)) layer.append(text(x.start - 8, y.to(10 ** e) + 4, powerOfTen(e), 'end', 'faint'));
  }
  layer.append(svg('path', { class: 'axis', d: `M${x.start} ${y.end}V${y.start}H${x.end}` }),
    text((x.start + x.end) / 2, y.start + 35, 'operational intensity, FLOP/byte', 'middle'),
    svg('text', { transform: `translate(${x.start - 50} ${(y.start + y.end) / 2}) rotate(-90)`, 'text-anchor': 'middle' },
      integers ? 'attainable FLOP/s (integers: OP/s)' : 'attainable FLOP/s'));
}

/* --- labels: the cheapest of some places --- */

function crowd() {
  const boxes = [];
  return {
    add(left, top, right, bottom, cost = 1) { boxes.push({ left, top, right, bottom, cost }); },
    addLine(x0, y0, x1, y1, cost = 1) {
      const n = Math.max(1, Math.ceil(Math.hypot(x1 - x0, y1 - y0) / 8));
      for (let i = 0; i <= n; i++) {
        const x = x0 + (x1 - x0) * i / n, y = y0 + (y1 - y0) * i / n;
        this.add(x - 3, y - 3, x + 3, y + 3, cost);
      }
    },
    cost(left, top, right, bottom) {
      let sum = 0;
      for (const b of boxes) {
        const w = Math.min(right, b.right) - Math.max(left, b.left), h = Math.min(bottom, b.bottom) - Math.max(top, b.top);
        if (w > 0 && h > 0) sum += b.cost * (10 + w * h);
      }
      return sum;
    },
  };
}

function labelCeiling(layer, taken, c, x, y) {
  const words = c.name + ': ' + si(c.value, c.unit) + ', ' + c.source, width = textWidth(words), at = y.to(c.value);
  let best = { cost: Infinity };
  const offsets = [-6, 15, -22, 31, -38];
  for (let i = 0; i < 60; i++) {
    const right = x.end - 6 - 45 * Math.floor(i / 5), base = at + offsets[i % 5];
    const short = right - width < x.to(Math.max(c.from || 0, x.low)) ? 4000 : 0;
    const cost = taken.cost(right - width, base - 11, right, base + 3) + 3 * i + short + (c.beside || i % 5 === 0 ? 0 : 12) + (base < y.end + 12 ? 1e5 : 0);
    if (cost < best.cost) best = { cost, right, base };
  }
  taken.add(best.right - width, best.base - 12, best.right, best.base + 4, 4);
  layer.append(text(best.right, best.base, words, 'end', c.beside ? 'halo faint' : 'halo'));
}

function labelSlope(layer, taken, slope, ends, angle) {
  const words = 'DRAM: ' + si(slope.value, 'B/s') + ', ' + slope.source, width = textWidth(words);
  const length = Math.hypot(ends.x1 - ends.x0, ends.y1 - ends.y0), dx = Math.cos(angle), dy = Math.sin(angle);
  let best = { cost: Infinity };
  for (let i = 0; i < 24; i++) {
    const along = width / 2 + 12 + (length - width - 24) * (i >> 1) / 12, off = i % 2 ? 16 : -7;
    const x = ends.x0 + dx * along - dy * off, y = ends.y0 + dy * along + dx * off;
    let cost = Math.abs((i >> 1) - 5) * 6 + (i % 2 ? 10 : 0);
    for (let t = -width / 2; t <= width / 2; t += 10) cost += taken.cost(x + dx * t - 5, y + dy * t - 9, x + dx * t + 5, y + dy * t + 1);
    if (cost < best.cost) best = { cost, x, y };
  }
  for (let t = -width / 2; t <= width / 2; t += 10)
    taken.add(best.x + dx * t - 7, best.y + dy * t - 12, best.x + dx * t + 7, best.y + dy * t + 3, 4);
  layer.append(svg('text', { class: slope.beside ? 'halo faint' : 'halo', 'text-anchor': 'middle',
    transform: `translate(${best.x} ${best.y}) rotate(${angle * 180 / Math.PI})` }, words));
}

/* Beside a disc, with a leader where that is not near. */
function labelDisc(layer, taken, words, cx, cy, radius, frame) {
  const width = textWidth(words);
  let best = { cost: Infinity };
  for (const away of [5, 16, 32, 54, 84, 120]) {
    for (let i = 0; i < 16; i++) {
      const angle = i * Math.PI / 8, x = cx + Math.cos(angle) * (radius + away), y = cy + Math.sin(angle) * (radius + away);
      const end = Math.cos(angle) < -0.01, left = end ? x - width : x, top = y - 8;
      const outside = left < frame.x.start + 4 || left + width > frame.x.end - 4 || top < frame.y.end + 2 || top + 16 > frame.y.start - 2;
      let cost = taken.cost(left - 2, top, left + width + 2, top + 16) + away * 2.5 + (outside ? 1e6 : 0) + (i % 4 ? 0 : -2);
      for (let r = 8; r < away && cost < best.cost; r += 6) {
        const lx = cx + Math.cos(angle) * (radius + r), ly = cy + Math.sin(angle) * (radius + r);
        cost += taken.cost(lx - 1, ly - 1, lx + 1, ly + 1) * 0.5;
      }
      if (cost < best.cost) best = { cost, x, y, left, top, end, away };
    }
  }
  if (best.cost > 9e5) return;
  taken.add(best.left - 3, best.top - 1, best.left + width + 3, best.top + 17, 6);
  if (best.away > 6) {
    const angle = Math.atan2(best.y - cy, best.x - cx);
    const from = [cx + Math.cos(angle) * radius, cy + Math.sin(angle) * radius];
    layer.append(line('leader', from[0], from[1], best.x, best.y));
    taken.addLine(from[0], from[1], best.x, best.y, 2);
  }
  layer.append(text(best.x + (best.end ? -2 : 2), best.y + 4, words, best.end ? 'end' : 'start', 'halo'));
}

/* What the names of all begin with, up to a slash. */
function commonScope(names) {
  let scope = names.length > 1 ? names[0].slice(0, names[0].lastIndexOf('/') + 1) : '';
  while (scope && !names.every((name) => name.startsWith(scope) && name.length > scope.length))
    scope = scope.slice(0, scope.lastIndexOf('/', scope.length - 2) + 1);
  return scope;
}

function labelPoints(layer, taken, marks, frame) {
  const heavy = marks.slice(0, frame.x.end > 700 ? 8 : 4).filter((mark) => mark.share >= 0.01 || mark.share >= marks[0].share / 2);
  const scope = commonScope(heavy.map(({ row }) => row.node.name));
  for (const mark of heavy) {
    const name = mark.row.node.name ? mark.row.node.name.slice(scope.length) : mark.row.node.op + ' ' + mark.row.node.id;
    const more = mark.rows.length > 1 ? ' +' + (mark.rows.length - 1) : '';
    labelDisc(layer, taken, shown(name, 34) + more + ' \u00b7 ' + percent(mark.share), mark.x, mark.y, mark.radius, frame);
  }
}

/* --- drawing --- */

function drawRoof(layer, labels, taken, lines, slopes, x, y) {
  for (const c of lines) {
    const from = x.to(Math.max(c.from || 0, x.low)), name = 'roof' + (c.solid ? '' : ' theory') + (c.beside ? ' beside' : '');
    if (from < x.end) layer.append(line(name, from, y.to(c.value), x.end, y.to(c.value)));
    taken.addLine(from, y.to(c.value), x.end, y.to(c.value), 2);
  }
  const ends = slopes.map((slope) => {
    const low = Math.max(x.low, y.low / slope.value);
    const at = { x0: x.to(low), y0: y.to(low * slope.value), x1: x.to(slope.top / slope.value), y1: y.to(slope.top) };
    layer.append(line('roof' + (slope.solid ? '' : ' theory') + (slope.beside ? ' beside' : ''), at.x0, at.y0, at.x1, at.y1));
    taken.addLine(at.x0, at.y0, at.x1, at.y1, 2);
    return at;
  });
  for (const c of lines.filter(({ ridge }) => ridge && page.device.memory))
    layer.append(line('ridge', x.to(c.from), y.start, x.to(c.from), y.to(c.value)));
  for (const c of lines) labelCeiling(labels, taken, c, x, y);
  slopes.forEach((slope, i) => labelSlope(labels, taken, slope, ends[i], Math.atan2(ends[i].y1 - ends[i].y0, ends[i].x1 - ends[i].x0)));
  for (const c of lines.filter(({ ridge }) => ridge && page.device.memory)) {
    labels.append(svg('circle', { class: 'whole', cx: x.to(c.from), cy: y.to(c.value), r: 4 }));
    const words = 'ridge ' + ratio(c.from), right = x.to(c.from) + 5;
    let base = y.start - 6;
    while (taken.cost(right, base - 11, right + textWidth(words), base + 3) > 0 && base > y.end + 40) base -= 15;
    taken.add(right, base - 12, right + textWidth(words), base + 4, 4);
    labels.append(text(right, base, words, 'start', 'halo faint'));
  }
}

function drawMark(mark, made) {
  const estimated = mark.rows.some(({ node }) => node.status === 'estimated');
  if (estimated) made.classList.add('estimated');
  fill(made, { tabindex: -1, role: 'button', 'aria-label': title(mark.row) + ', ' + shown(mark.row.node.op) + ', ' + placeText(mark.row) +
    (mark.rows.length > 1 ? ', and ' + count(mark.rows.length - 1, 'row') + ' more' : '') }, []);
  made.mark = mark;
  mark.element = made;
  return made;
}

function drawPoints(layer, marks, x, y, width) {
  const full = Math.min(70, width / 13), largest = marks.length ? Math.sqrt(marks[0].share) : 1;
  const unit = Math.min(full, 26 / (largest || 1));
  for (const mark of marks) {
    [mark.x, mark.y] = [x.to(mark.at[0]), y.to(mark.at[1])];
    mark.radius = Math.max(3, Math.sqrt(mark.share) * unit);
    const made = svg('circle', { class: 'point', cx: mark.x, cy: mark.y, r: mark.radius });
    made.style.fill = mark.row.color;
    layer.append(drawMark(mark, made));
  }
}

function drawWhole(layer, taken, frame) {
  const all = wholeModel();
  for (const whole of all) {
    [whole.px, whole.py] = [frame.x.to(whole.x), frame.y.to(whole.y)];
    const r = whole.used ? 8 : 6;
    layer.append(svg('path', { class: whole.used ? 'whole' : 'mode',
      d: `M${whole.px} ${whole.py - r}l${r} ${r}l${-r} ${r}l${-r} ${-r}z` }, svg('title', {}, 'whole model, traffic ' + whole.mode)));
    taken.add(whole.px - r, whole.py - r, whole.px + r, whole.py + r, 4);
  }
  return all;
}

/* Rows that only move data: by bytes, as high as their share. */
function drawRug(layer, ticks, x, top, height) {
  const largest = ticks[0].share || 1, share = ticks.reduce((sum, tick) => sum + tick.share, 0);
  const rowsHere = ticks.reduce((sum, tick) => sum + tick.rows.length, 0);
  const bytes = scale(range(ticks.map(({ at }) => at[0]), 0.5, 0.5), x.start, x.end);
  layer.append(line('axis', x.start, top + height, x.end, top + height),
    text(x.start, top - 7, 'No FLOPs: ' + count(rowsHere, 'row') + ', ' + percent(share) + ' of the time, by bytes', 'start', 'faint'));
  const all = decades(bytes).filter((e) => within(bytes, 10 ** e)), every = Math.ceil(all.length / 10);
  all.filter((e, i) => i % every === 0).forEach((e) => {
    layer.append(line('axis', bytes.to(10 ** e), top + height, bytes.to(10 ** e), top + height + 4),
      text(bytes.to(10 ** e), top + height + 17, powerOfTen(e, 'B'), 'middle', 'faint'));
  });
  for (const tick of ticks) {
    Object.assign(tick, { x: bytes.to(tick.at[0]), y: top + height, radius: Math.max(4, tick.share / largest * height) });
    const made = svg('line', { class: 'tick', x1: tick.x, x2: tick.x, y1: tick.y, y2: tick.y - tick.radius });
    made.style.stroke = tick.row.color;
    layer.append(drawMark(tick, made));
  }
}

/* --- tips, focus, and links to the rest of the page --- */

function showTip(mark) {
  const tip = byId('tip'), box = mark.element.getBoundingClientRect();
  tip.replaceChildren(...tipContent(mark.row, mark.rows.length - 1).filter(Boolean));
  tip.hidden = false;
  const left = box.right + 12 + tip.offsetWidth < innerWidth ? box.right + 12 : Math.max(4, box.left - 12 - tip.offsetWidth);
  const top = Math.max(4, Math.min(box.top, innerHeight - tip.offsetHeight - 4));
  tip.style.left = left + 'px';
  tip.style.top = top + 'px';
}
const hideTip = () => { byId('tip').hidden = true; };

/* One stop of Tab; the arrow keys walk. */
function walk(layer, marks) {
  const byPlace = [...marks].sort((a, b) => a.x - b.x || a.y - b.y);
  const orders = { ArrowRight: [byPlace, 1], ArrowLeft: [byPlace, -1], ArrowDown: [marks, 1], ArrowUp: [marks, -1] };
  marks[0].element.setAttribute('tabindex', 0);
  const go = (mark) => {
    for (const other of layer.querySelectorAll('[tabindex="0"]')) other.setAttribute('tabindex', -1);
    mark.element.setAttribute('tabindex', 0);
    mark.element.focus();
  };
  layer.addEventListener('keydown', (event) => {
    const { mark } = event.target;
    if (!mark) return;
    const [order, step] = orders[event.key] || [];
    if (order) go(order[Math.max(0, Math.min(marks.length - 1, order.indexOf(mark) + step))]);
    else if (event.key === 'Home' || event.key === 'End') go(event.key === 'Home' ? marks[0] : marks[marks.length - 1]);
    else if (event.key === 'Enter' || event.key === ' ') reveal(mark.row);
    else if (event.key === 'Escape') hideTip();
    else return;
    event.preventDefault();
  });
}

function listen(layer) {
  const of = (act) => (event) => { if (event.target.mark) act(event.target.mark); };
  layer.addEventListener('pointerover', of(showTip));
  layer.addEventListener('pointerout', hideTip);
  layer.addEventListener('focusin', of((mark) => { choose(mark.row, 'roof'); showTip(mark); }));
  layer.addEventListener('focusout', hideTip);
  layer.addEventListener('click', of((mark) => { choose(mark.row, 'roof'); reveal(mark.row); }));
}

let drawn = [];

function markChosen(row) {
  for (const mark of drawn) mark.element.classList.toggle('chosen', row !== null && mark.rows.includes(row));
}
function fade() {
  for (const mark of drawn) mark.element.classList.toggle('off', !mark.rows.some(({ pass }) => pass));
}

function rootOf(width, height) {
  const layers = ['back', 'marks', 'labels'].map(() => svg('g', {}));
  layers[2].style.pointerEvents = 'none';
  return [svg('svg', { viewBox: `0 0 ${width} ${height}`, role: 'group', 'aria-label': 'Roofline' }, ...layers), ...layers];
}

function drawAll() {
  const holder = byId('roof'), width = Math.max(340, holder.clientWidth || 960);
  const points = merge(rows.filter(isPoint), ({ node }) => [node.operational_intensity, node.attainable_flops]);
  const ticks = merge(rows.filter(isTick), ({ node }) => [node.bytes]);
  const lines = ceilingLines(), slopes = slopeLines(lines), whole = wholeModel(), rug = ticks.length ? 100 : 0;
  const bottom = Math.round(Math.max(320, Math.min(width * 0.56, 600)));
  const ridges = lines.filter(({ ridge }) => ridge).map(({ from }) => from);
  const x = scale(range([...points.map(({ at }) => at[0]), ...whole.map((w) => w.x), ...ridges], 0.35, 0.6), 66, width - 12);
  const y = scale(range([...points.map(({ at }) => at[1]), ...whole.map((w) => w.y), ...lines.map((c) => c.value)], 0.35, 0.45), bottom, 14);
  const [root, back, layer, labels] = rootOf(width, bottom + 44 + rug), taken = crowd();
  drawAxes(back, x, y, lines.some(({ unit }) => unit === 'OP/s'));
  drawPoints(layer, points, x, y, width);
  for (const mark of points.slice(0, 400))
    taken.add(mark.x - mark.radius, mark.y - mark.radius, mark.x + mark.radius, mark.y + mark.radius, Math.min(4, 1 + mark.share * 8));
  const models = drawWhole(labels, taken, { x, y });
  drawRoof(back, labels, taken, lines, slopes, x, y);
  for (const one of models.filter(({ used }) => used)) labelDisc(labels, taken, 'whole model', one.px, one.py, 8, { x, y });
  if (points.length) labelPoints(labels, taken, points, { x, y });
  if (rug) drawRug(layer, ticks, x, bottom + 68, 40);
  if (points.length) walk(layer, points);
  else if (rug) walk(layer, ticks);
  listen(layer);
  drawn = [...points, ...ticks];
  holder.replaceChildren(root, roofNotes());
  fade();
  markChosen(chosen);
}

function roofNotes() {
  const unknown = rows.filter(isUnknown).length;
  const modes = wholeModel().filter(({ used }) => !used).map(({ mode }) => mode);
  const notes = ['Solid: measured; dashed: ' + (analysis.device.source === 'measured' ? 'theory.' : analysis.device.source + '.'),
    modes.length ? 'Diamonds: the whole model; hollow under traffic ' + modes.join(', ') + '.' : '',
    rows.some(({ node }) => node.status === 'estimated') ? 'Dashed outline: estimated.' : '',
    unknown ? count(unknown, 'row is', 'rows are') + ' unknown and not drawn.' : ''];
  return el('p', { class: 'hint' }, notes.filter(Boolean).join(' '));
}

function startRoof() {
  if (!placed) {
    byId('roof-title').textContent = 'The chosen row';
    byId('roof-section').classList.add('counts');
    byId('roof').remove();
    for (const hint of byId('roof-section').querySelectorAll(':scope > .hint')) hint.remove();
    return;
  }
  drawAll();
  listeners.choice.push(markChosen);
  listeners.filter.push(fade);
  let width = byId('roof').clientWidth;
  window.addEventListener('resize', () => {
    hideTip();
    if (byId('roof').clientWidth !== width) { width = byId('roof').clientWidth; drawAll(); }
  });
}
/*]]>*/
