/*<![CDATA[*/
'use strict';
/* Live activation memory along the graph: one step for each row, the peak marked, each row under mouse
 * and keyboard. */

const live = { steps: [], most: 0, peak: null };

function gatherLive() {
  live.steps = rows.filter(({ node }) => known(node.live_bytes));
  for (const row of live.steps) {
    if (row.node.live_bytes <= live.most) continue;
    live.most = row.node.live_bytes;
    live.peak = row;
  }
}

/* 1, 2 or 5 times a power of ten, so that there are about four steps. */
function roundStep(most) {
  const power = 10 ** Math.floor(Math.log10(most / 4)), part = most / 4 / power;
  return (part > 5 ? 10 : part > 2.5 ? 5 : part > 1.2 ? 2 : 1) * power;
}

/* Of more rows than there are columns each column shows its largest. */
function livePath(x, y, columns) {
  const wide = Math.max(1, Math.ceil(rows.length / columns));
  let path = '', open = false;
  for (let i = 0; i < rows.length; i += wide) {
    const end = Math.min(i + wide, rows.length);
    const most = rows.slice(i, end).reduce((m, { node }) => (known(node.live_bytes) ? Math.max(m, node.live_bytes) : m), -1);
    if (most >= 0) path += (open ? 'L' : 'M') + x(i).toFixed(1) + ' ' + y(most).toFixed(1) + 'H' + x(end).toFixed(1);
    open = most >= 0;
  }
  return path;
}

function liveTip(row) {
  return [el('b', {}, title(row)), el('div', { class: 'faint' }, shown(row.node.op) + ' ' + row.node.id),
    el('div', {}, si(row.node.live_bytes, 'B') + ' alive, ' + percent(row.node.live_bytes / live.most) + ' of the peak')];
}

function followLive(root, cursor, x, width, y) {
  let at = live.peak.index;
  const show = (index, from) => {
    at = Math.max(0, Math.min(rows.length - 1, index));
    const row = rows[at], middle = (x(at) + x(at + 1)) / 2;
    cursor.setAttribute('transform', `translate(${middle} ${y(known(row.node.live_bytes) ? row.node.live_bytes : 0)})`);
    cursor.style.visibility = 'visible';
    if (from) choose(row, 'memory');
    showTip({ row, rows: [row], element: cursor }, liveTip(row));
  };
  const hide = () => { cursor.style.visibility = 'hidden'; hideTip(); };
  const under = (event) => {
    const box = root.getBoundingClientRect(), px = (event.clientX - box.left) / box.width * width;
    return Math.floor((px - x(0)) / (x(rows.length) - x(0)) * rows.length);
  };
  root.addEventListener('pointermove', (event) => show(under(event)));
  root.addEventListener('pointerleave', hide);
  root.addEventListener('click', (event) => { show(under(event), true); reveal(rows[at]); });
  root.addEventListener('focus', () => show(at, true));
  root.addEventListener('blur', hide);
  root.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, PageDown: 25, PageUp: -25, Home: -Infinity, End: Infinity }[event.key];
    if (step !== undefined) show(at + step, true);
    else if (event.key === 'Enter') reveal(rows[at]);
    else if (event.key === 'Escape') hide();
    else return;
    event.preventDefault();
  });
}

function startMemory() {
  gatherLive();
  if (!(live.most > 0)) {
    byId('memory-section').remove();
    return;
  }
  const width = figureWidth('memory'), height = 250, left = 58, right = width - 12, bottom = height - 38, top = 26;
  const x = (i) => left + i / rows.length * (right - left), y = (bytes) => bottom - bytes / live.most * (bottom - top);
  const root = svg('svg', { viewBox: `0 0 ${width} ${height}`, role: 'group', tabindex: 0,
    'aria-label': 'Live activations along the rows; left and right go from row to row', class: 'follow' });
  for (let bytes = 0; bytes <= live.most * 1.001; bytes += roundStep(live.most))
    root.append(line('grid', left, y(bytes), right, y(bytes)), text(left - 6, y(bytes) + 4, bytes ? si(bytes, 'B').replace(/\.0+ /, ' ') : '0', 'end', 'faint'));
  const path = livePath(x, y, 400), cursor = svg('circle', { class: 'whole', r: 4 });
  const at = (x(live.peak.index) + x(live.peak.index + 1)) / 2, end = at > (left + right) / 2;
  root.append(svg('path', { class: 'under', d: path ? path + `V${bottom}H${left}Z` : '' }), svg('path', { class: 'curve thin', d: path }), svg('path', { class: 'axis', d: `M${left} ${top - 12}V${bottom}H${right}` }),
    svg('circle', { class: 'whole', cx: at, cy: y(live.most), r: 4 }), text(at + (end ? -8 : 8), y(live.most) - 7, 'peak ' + si(live.most, 'B'), end ? 'end' : 'start', 'halo'),
    text(left, bottom + 16, '0', 'middle', 'faint'), text(right, bottom + 16, String(rows.length), 'end', 'faint'),
    text((left + right) / 2, height - 4, 'rows in order of execution', 'middle'), cursor);
  cursor.style.visibility = 'hidden';
  followLive(root, cursor, x, width, y);
  byId('memory').replaceChildren(el('p', { class: 'hint' }, si(live.most, 'B') + ' at ' + title(live.peak) + ', beside ' +
    si(analysis.model.parameter_bytes, 'B') + ' of weights as stored.'), root);
}
/*]]>*/
