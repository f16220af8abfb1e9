/*<![CDATA[*/
'use strict';
/* The roofline: ceilings, slopes, ridges, and a mark for each place where rows lie. Rows without FLOPs
 * are ticks below, by their bytes. */

/* --- what is drawn --- */

/* The rows of a fused group run as one kernel and stand where it stands; its main row gives the colour. */
function makeKernels() {
  const made = (analysis.groups || []).map(({ bytes, time_s, repeat }) => ({ bytes, seconds: time_s, repeat, flops: 0, dram: 0, main: null }));
  for (const row of rows) {
    const kernel = made[row.node.group];
    if (!kernel) continue;
    kernel.flops += row.node.flops * row.node.repeat / kernel.repeat;
    kernel.dram += dramBytes(row.node) * row.node.repeat / kernel.repeat;
    if (!kernel.main || row.node.flops > kernel.main.node.flops) kernel.main = row;
  }
  for (const kernel of made) if (kernel.main && kernel.main.node.levels) kernel.bytes = kernel.dram;
  return made;
}

/* What goes to DRAM, where caches serve some. */
function dramBytes(node) {
  return node.levels ? node.levels[node.levels.length - 1].bytes : node.bytes;
}

let kernels = [];
function kernelOf(row) {
  const { node } = row;
  return kernels[node.group] || { bytes: dramBytes(node), seconds: node.time_s, flops: node.flops, main: row };
}

/* Rows of one family that nobody could tell apart in a picture become one mark. */
function merge(list, place) {
  const marks = new Map();
  for (const row of list) {
    const { main } = kernelOf(row), at = place(row);
    const key = main.family + at.map((v) => '|' + Math.round(Math.log10(v) * 150)).join('');
    const mark = marks.get(key);
    if (!mark) marks.set(key, { row: main, rows: [row], at, share: weight(row), color: main.color });
    else {
      mark.rows.push(row);
      mark.share += weight(row);
      if (weight(main) > weight(mark.row)) mark.row = main;
    }
  }
  return [...marks.values()].sort((a, b) => b.share - a.share);
}

function place(row) {
  const { flops, bytes, seconds } = kernelOf(row);
  return [flops / bytes, flops / seconds];
}
const isPoint = (row) => place(row).every((v) => v > 0 && Number.isFinite(v));
const isTick = (row) => row.seconds > 0 && kernelOf(row).flops === 0 && kernelOf(row).bytes > 0;

const isUnknown = ({ node }) => node.status === 'unknown' || (!known(node.time_s) && node.status !== 'folded' && node.status !== 'dead');

/* The model as a whole, once for each traffic mode; the one in use last, so that it lies on top. */
function wholeModel() {
  return Object.keys(totals.traffic).map((mode) => ({ mode, used: mode === analysis.options.traffic,
    x: totals.flops / totals.traffic[mode], y: totals.flops / totals.time_by_traffic[mode] }))
    .filter(({ x, y }) => known(x) && known(y) && x > 0 && y > 0).sort((a, b) => a.used - b.used);
}

/* The lines of the roof; the theory beside what was measured. */
function ceilingLines() {
  const { memory, compute, levels } = page.device, lines = [], inner = levels[0] || memory || {};
  const bandwidth = memory ? memory.value : NaN;
  const bandwidthTheory = memory ? Math.max(memory.theory || 0, memory.value) : NaN;
  for (const c of compute.filter(({ kind, limits }) => kind !== 'special' || limits)) {
    const measured = c.source === 'measured';
    lines.push({ name: c.name, value: c.value, from: c.value / bandwidth, start: c.value / inner.value, unit: c.unit, source: c.source, solid: measured, ridge: c.kind !== 'special' });
    if (measured && c.theory > c.value * 1.02)
      lines.push({ name: c.name, value: c.theory, from: c.theory / bandwidthTheory, start: c.theory / Math.max(inner.theory || 0, inner.value), unit: c.unit, source: 'theory', beside: true });
  }
  return lines;
}

/* One slope for each level of memory, and the theory beside what was measured. */
function slopeLines(lines) {
  const { memory, levels } = page.device;
  if (!memory) return [];
  const top = (list) => Math.max(...list.map(({ value }) => value));
  const own = lines.filter(({ beside: theory }) => !theory), slopes = [];
  for (const level of [...levels, memory]) {
    const measured = level.source === 'measured';
    slopes.push({ name: level.name, value: level.value, top: top(own), source: level.source, solid: measured });
    if (measured && level.theory > level.value * 1.02)
      slopes.push({ name: level.name, value: level.theory, top: top(lines), source: 'theory', beside: true });
  }
  return slopes.filter((slope) => known(slope.top));
}

/* --- drawing --- */

function drawRoof(layer, labels, taken, lines, slopes, x, y) {
  for (const c of lines) {
    const from = x.to(Math.max(c.start || 0, x.low)), name = 'roof' + (c.solid ? '' : ' theory') + (c.beside ? ' beside' : '');
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

/* What was attained in a real run: hollow, with the line to its bound. */
function drawReached(layer, mark, y) {
  const { node, color } = mark.row;
  if (!(node.measured_s > 0)) return;
  const at = y.to(node.flops / node.measured_s), made = svg('circle', { class: 'measured', cx: mark.x, cy: at, r: 4 });
  const reach = line('reach', mark.x, mark.y, mark.x, at);
  made.style.stroke = reach.style.stroke = color;
  layer.append(reach, made);
}

const reached = (marks) => marks.map(({ row: { node } }) => node.flops / node.measured_s).filter((v) => v > 0 && Number.isFinite(v));

function drawPoints(layer, marks, x, y, width) {
  const full = Math.min(70, width / 13), largest = marks.length ? Math.sqrt(marks[0].share) : 1;
  const unit = Math.min(full, 26 / (largest || 1));
  for (const mark of marks) {
    [mark.x, mark.y] = [x.to(mark.at[0]), y.to(mark.at[1])];
    mark.radius = Math.max(3, Math.sqrt(mark.share) * unit);
    const made = svg('circle', { class: 'point', cx: mark.x, cy: mark.y, r: mark.radius });
    made.style.fill = mark.color;
    drawReached(layer, mark, y);
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
    made.style.stroke = tick.color;
    layer.append(drawMark(tick, made));
  }
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
  const points = merge(rows.filter(isPoint), place);
  const ticks = merge(rows.filter(isTick), (row) => [kernelOf(row).bytes]);
  const lines = ceilingLines(), slopes = slopeLines(lines), whole = wholeModel(), rug = ticks.length ? 100 : 0;
  const bottom = Math.round(Math.max(320, Math.min(width * 0.56, 600)));
  const ridges = lines.filter(({ ridge }) => ridge).map(({ from }) => from);
  const x = scale(range([...points.map(({ at }) => at[0]), ...whole.map((w) => w.x), ...ridges], 0.35, 0.6), 66, width - 12);
  const y = scale(range([...points.map(({ at }) => at[1]), ...reached(points), ...whole.map((w) => w.y), ...lines.map((c) => c.value)], 0.35, 0.45), bottom, 14);
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
    kernels.length ? 'A point is a fused kernel.' : '',
    page.device.levels.length ? 'Caches serve reads: points stand at the intensity of their DRAM traffic.' : '',
    rows.some(({ node }) => node.measured_s > 0) ? 'Hollow: measured.' : '',
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
  kernels = makeKernels();
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
